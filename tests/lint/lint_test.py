"""Every rule is shown a sample that breaks it and one that does not."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from lint import lint  # noqa: E402

OK = "#pragma once\n"


def findings_in(files):
    """Lints a tree of just `files` (path to text or bytes)."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for path, content in files.items():
            target = root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content if isinstance(content, bytes) else content.encode())
        return lint(root)[0]


class LintTest(unittest.TestCase):
    def bad(self, rule, files, line=None):
        found = findings_in(files)
        self.assertEqual([f.rule for f in found], [rule], f"{files} gave {[str(f) for f in found]}")
        if line is not None:
            self.assertEqual(found[0].line, line, str(found[0]))

    def good(self, files):
        self.assertEqual([str(f) for f in findings_in(files)], [])

    def test_layers_of_the_hub(self):
        cmake = {"hub/store/CMakeLists.txt": "hub_layer(store SOURCES a.cpp LAYERS base model PRIVATE SOCI::core)\n"}
        self.good(cmake | {"hub/store/a.cpp": '#include "hub/store/b.hpp"\n#include "hub/model/c.hpp"\n'})
        self.bad("layers", cmake | {"hub/store/a.cpp": '\n#include "hub/sync/intake.hpp"\n'}, line=2)
        self.bad("layers", {"hub/base/a.cpp": '#include "hub/model/c.hpp"\n'})
        self.bad("layers", {"hub/http/a.cpp": "#include <syncline/plugin.h>\n"})

    def test_an_include_that_cmake_does_not_name(self):
        self.bad("layers", {"hub/store/CMakeLists.txt": "hub_layer(store SOURCES a.cpp LAYERS base)\n",
                            "hub/store/a.cpp": '#include "hub/model/c.hpp"\n'})

    def test_a_cmake_line_that_names_too_much(self):
        self.bad("layers", {"hub/store/CMakeLists.txt": "hub_layer(\n  store\n  SOURCES a.cpp\n  LAYERS base sync)\n"})
        self.bad("layers", {"hub/odds/CMakeLists.txt": "hub_layer(odds SOURCES a.cpp)\n"})

    def test_sdk_and_plugins(self):
        self.good({"plugins/crm/a.cpp": '#include <syncline/source.hpp>\n#include "plugins/crm/b.hpp"\n#include "c.hpp"\n'})
        self.bad("layers", {"plugins/crm/a.cpp": '#include "hub/base/clock.hpp"\n'})
        self.bad("layers", {"plugins/crm/a.cpp": '#include "plugins/erp/b.hpp"\n'})
        self.bad("layers", {"sdk/include/syncline/a.hpp": OK + '#include "hub/base/clock.hpp"\n'})

    def test_third_party_headers_stay_in_their_layer(self):
        self.good({"hub/config/a.cpp": "#include <yaml-cpp/yaml.h>\n"})
        self.bad("third-party", {"hub/model/a.cpp": "#include <yaml-cpp/yaml.h>\n"})
        self.bad("third-party", {"hub/sync/a.cpp": "#include <soci/soci.h>\n"})

    def test_third_party_types_in_headers(self):
        shows = {"hub/store/raw.hpp": OK + "#include <soci/soci.h>\n",
                 "hub/store/deep.hpp": OK + '#include "hub/store/raw.hpp"\n'}
        self.good(shows | {"hub/store/a.cpp": '#include "hub/store/deep.hpp"\n'})
        self.bad("third-party", shows | {"hub/sync/a.cpp": '#include "hub/store/deep.hpp"\n'}, line=1)
        self.bad("third-party", {"hub/model/a.hpp": OK + "namespace YAML { class Node; }\n"}, line=2)
        self.good({"hub/model/a.hpp": OK + "// as YAML::Node has it\n"})

    def test_sql_outside_its_folder(self):
        for literal in ('"SELECT version FROM t"', '"insert into t values (1)"', '"update t " /**/ "set a = 1"',
                        '"delete from t"', 'R"(\n  create table t (id))"', '"PRAGMA journal_mode"', '"begin immediate"',
                        '"select changes()"'):
            self.bad("sql", {"hub/store/a.cpp": f"auto x = {literal};\n"})
        for literal in ('"select a source"', '"update the record"', '"from the start"', '"the row was selected"'):
            self.good({"hub/store/a.cpp": f"auto x = {literal};\n"})
        self.good({"hub/store/a.cpp": "// select a from t\n", "sql/queries/a.sql": "select a from t;\n"})

    def test_names_that_say_nothing(self):
        for text in ("class SessionManager {};\n", "namespace utils {}\n", "struct Helper {};\n", "enum class Common {};\n"):
            self.bad("vague-name", {"hub/base/a.cpp": text})
        self.bad("vague-name", {"hub/base/string_utils.cpp": "\n"})
        self.good({"hub/base/a.cpp": "class Commonplace {};\nusing T = std::common_type_t<int, long>;\n"})

    def test_length(self):
        self.good({"hub/base/a.cpp": "int x;\n" * 500})
        self.bad("length", {"hub/base/a.cpp": "int x;\n" * 501})
        self.bad("length", {"dev": "#!/bin/bash\n" + "true\n" * 500})
        self.good({"docs/long.md": "words\n" * 501})

    def test_text(self):
        self.bad("tab", {"a.txt": "a\tb\n"})
        self.bad("trailing-space", {"a.txt": "a \n"})
        self.bad("newline", {"a.txt": "a"})
        self.bad("utf-8", {"a.txt": b"a\n\xff\n"}, line=2)
        self.bad("unfinished", {"a.md": "TO" + "DO: more\n"})
        self.bad("machine-path", {"a.md": "see /ho" + "me/me/file\n"})
        self.good({"a.bin": b"\0\t \xff"})

    def test_pragma_once(self):
        self.good({"hub/base/a.hpp": "// Why this is here.\n#pragma once\n"})
        self.bad("pragma-once", {"hub/base/a.hpp": "#include <string>\n#pragma once\n"})

    def test_tests_mirror_what_they_test(self):
        tree = {"hub/resolve/ladder.hpp": OK, "sdk/include/syncline/source.hpp": OK}
        self.good(tree | {"tests/unit/resolve/ladder_test.cpp": "\n"})
        self.good(tree | {"tests/unit/resolve/all_orders_test.cpp": '#include "hub/resolve/ladder.hpp"\n'})
        self.good(tree | {"tests/unit/resolve/all_orders_test.cpp": '#include "tests/unit/resolve/builders.hpp"\n',
                          "tests/unit/resolve/builders.hpp": OK + '#include "hub/resolve/ladder.hpp"\n'})
        self.good(tree | {"tests/unit/sdk/author_test.cpp": "#include <syncline/source.hpp>\n"})
        self.bad("test-path", tree | {"tests/unit/resolve/stairs_test.cpp": "\n"})
        self.bad("test-path", tree | {"tests/unit/store/ladder_test.cpp": '#include "hub/resolve/ladder.hpp"\n'})
        self.bad("test-path", tree | {"tests/unit/ladder_test.cpp": "\n"})

    def test_docs(self):
        dev = {"dev": "#!/bin/bash\ncase $1 in\n  demo) run ;;\nesac\n"}
        self.good(dev | {"README.md": "Run `./dev demo`; see [more](docs/a.md#part) and [the docs](docs).\n", "docs/a.md": "x\n"})
        self.bad("docs", dev | {"README.md": "Run `./dev fly`.\n"})
        self.bad("docs", {"docs/a.md": "[gone](../gone.md)\n"})

    def test_an_empty_tree_is_not_clean(self):
        with tempfile.TemporaryDirectory() as folder:
            lint_py = Path(__file__).with_name("lint.py")
            result = subprocess.run([sys.executable, str(lint_py), folder], capture_output=True, text=True)
            self.assertEqual(result.returncode, 1, result.stdout)


if __name__ == "__main__":
    unittest.main()
