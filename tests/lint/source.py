"""The files of the tree as the rules see them, and what a finding looks like."""

import re
import subprocess
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

CPP_SUFFIXES = {".cpp", ".hpp", ".h", ".c"}
CODE_SUFFIXES = CPP_SUFFIXES | {".py", ".sh", ".cmake", ".sql"}

# Comments, raw strings, strings and characters, in the order in which C++ reads them.
_TOKEN = re.compile(
    r'(?P<comment>//[^\n]*|/\*.*?\*/)'
    r'|(?P<raw>R"(?P<tag>[^()\\\s]{0,16})\((?P<body>.*?)\)(?P=tag)")'
    r'|(?P<string>"(?:\\.|[^"\\\n])*")'
    r"|(?P<char>(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+')",
    re.DOTALL,
)


@dataclass(frozen=True, order=True)
class Finding:
    path: str
    line: int
    rule: str
    message: str

    def __str__(self):
        return f"{self.path}:{self.line}: {self.message} [{self.rule}]"


@dataclass
class Source:
    """One text file; `path` is relative to the root, with forward slashes."""

    path: str
    text: str
    parts: tuple = field(init=False)

    def __post_init__(self):
        self.parts = tuple(self.path.split("/"))

    @property
    def name(self):
        return self.parts[-1]

    @property
    def suffix(self):
        return Path(self.name).suffix

    @property
    def stem(self):
        return Path(self.name).stem

    @property
    def is_cpp(self):
        return self.suffix in CPP_SUFFIXES

    @property
    def is_code(self):
        return self.suffix in CODE_SUFFIXES or self.name == "CMakeLists.txt" or self.text.startswith("#!")

    @property
    def layer(self):
        """The hub layer that the file belongs to, or None."""
        return self.parts[1] if self.parts[0] == "hub" and len(self.parts) > 2 else None

    @cached_property
    def lines(self):
        return self.text.splitlines()

    @cached_property
    def code(self):
        """The C++ text with comments and literals blanked out, every character in its place."""
        return _TOKEN.sub(lambda token: re.sub(r"[^\n]", " ", token.group()), self.text)

    @cached_property
    def literals(self):
        """(line, text) of every C++ string literal; neighbours that the compiler joins are one."""
        found = []
        end_of_last = None
        for token in _TOKEN.finditer(self.text):
            if token.group("comment") or token.group("char"):
                continue
            text = token.group("body") if token.group("raw") else token.group("string")[1:-1]
            if end_of_last is not None and not self.code[end_of_last : token.start()].strip():
                found[-1] = (found[-1][0], found[-1][1] + text)
            else:
                found.append((self.line_at(token.start()), text))
            end_of_last = token.end()
        return found

    @cached_property
    def includes(self):
        """(line, "name" or <name> without its delimiters, quoted?)."""
        pattern = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(["<])([^">\n]+)[">]', re.MULTILINE)
        return [(self.line_at(m.start()), m.group(2), m.group(1) == '"') for m in pattern.finditer(self.text)]

    def line_at(self, offset):
        return self.text.count("\n", 0, offset) + 1

    def finding(self, line, rule, message):
        return Finding(self.path, line, rule, message)


def load_tree(root):
    """Every text file that is or would be committed; without git, every file outside build/ and hidden folders.
    Gives the sources and the findings for files that are not UTF-8."""
    sources, findings = [], []
    for path in sorted(_paths(root)):
        data = (root / path).read_bytes()
        if b"\0" in data:
            continue
        try:
            sources.append(Source(path, data.decode("utf-8")))
        except UnicodeDecodeError as error:
            findings.append(Finding(path, data.count(b"\n", 0, error.start) + 1, "utf-8", "not UTF-8"))
    return sources, findings


def _paths(root):
    if (root / ".git").exists():
        listed = subprocess.run(
            ["git", "-c", "safe.directory=*", "-C", str(root), "ls-files", "-z", "-co", "--exclude-standard"],
            check=True, capture_output=True, text=True)
        return [p for p in listed.stdout.split("\0") if p and (root / p).is_file()]
    found = (p.relative_to(root) for p in root.rglob("*") if p.is_file())
    return [p.as_posix() for p in found if p.parts[0] != "build" and not any(part.startswith(".") for part in p.parts[:-1])]
