"""What every file, C++ file, SQL statement and test path must look like."""

import re

MAX_LINES = 500

_REWRITES_SQL = {"hub/store/set_form.cpp"}  # makes other statements of those in sql/
_SQL = re.compile(
    r"^\s*(select\b.*\bfrom\b|select\s+(\w+\(|\d)|insert\s+(or\s+\w+\s+)?into\b|replace\s+into\b|update\s+\S+\s+set\b"
    r"|delete\s+from\b|create\s+(temp\w*\s+|unique\s+|virtual\s+)*(table|index|trigger|view)\b"
    r"|(drop|alter)\s+(table|index|trigger|view)\b|pragma\s+\w|begin\s+(immediate|exclusive|deferred)\b"
    r"|with\s+\w+\s+as\s*\(|vacuum\b|on\s+conflict\b)",
    re.IGNORECASE | re.DOTALL)

_VAGUE_NAME = re.compile(r"\b(?:class|struct|enum|namespace|using)\s+(?:class\s+)?"
                         r"(\w*?(?:Manager|Utils?|Helpers?|Common|manager|utils?|helpers?|common))\b(?!\s*::)")
_VAGUE_PATH = re.compile(r"(^|[/_])(manager|utils?|helpers?|common)([/_.]|$)")
_UNFINISHED = re.compile(r"\b(" + "|".join(["TO" "DO", "FIX" "ME", "X" "XX", "HA" "CK"]) + r")\b")
_MACHINE_PATH = re.compile(r"(?<![\w.$}/])/(work|root|home)/\w")


def check(sources):
    by_path = {source.path: source for source in sources}
    findings = []
    for source in sources:
        if source.name == "LICENSE":
            continue
        findings += _check_text(source)
        if source.is_code:
            findings += _check_code(source)
        if source.is_cpp:
            findings += _check_cpp(source)
        findings += _check_test_path(source, by_path)
    return findings


def _check_text(source):
    if source.text and not source.text.endswith("\n"):
        yield source.finding(len(source.lines), "newline", "the last line does not end")
    for number, line in enumerate(source.lines, 1):
        if "\t" in line:
            yield source.finding(number, "tab", "a tab")
        if line != line.rstrip():
            yield source.finding(number, "trailing-space", "white space at the end of the line")
        if _UNFINISHED.search(line):
            yield source.finding(number, "unfinished", "finish it or leave it out: no notes to come back to")
        if _MACHINE_PATH.search(line):
            yield source.finding(number, "machine-path", "a path that only one machine has")


def _check_code(source):
    if len(source.lines) > MAX_LINES:
        yield source.finding(MAX_LINES + 1, "length", f"{len(source.lines)} lines; split it (at most {MAX_LINES})")
    if _VAGUE_PATH.search(source.path.lower()):
        yield source.finding(1, "vague-name", "the file's name does not say what is in it")


def _check_cpp(source):
    if source.suffix == ".hpp" and not re.match(r"(\s*//[^\n]*\n|\s*/\*.*?\*/)*\s*#pragma once\n", source.text, re.DOTALL):
        yield source.finding(1, "pragma-once", "a header begins with #pragma once")
    for match in _VAGUE_NAME.finditer(source.code):
        yield source.finding(source.line_at(match.start()), "vague-name", f"'{match.group(1)}' does not say what it is")
    if source.parts[0] in ("hub", "plugins") and "tests" not in source.parts and source.path not in _REWRITES_SQL:
        for number, text in source.literals:
            if _SQL.search(text):
                yield source.finding(number, "sql", "an SQL statement; it belongs in a file under sql/, with a name")


def _check_test_path(source, by_path):
    """tests/unit/<layer>/<file>_test.cpp tests hub/<layer>/<file>. A name of its own is for what several files of the
    layer do together; then it includes at least one of them, itself or through a header beside it."""
    if source.parts[:2] != ("tests", "unit") or not source.name.endswith("_test.cpp"):
        return
    if len(source.parts) != 4:
        yield source.finding(1, "test-path", "unit tests are at tests/unit/<layer>/<file>_test.cpp")
        return
    layer, tested = source.parts[2], source.stem[: -len("_test")]
    folder, prefix = ("sdk/include/syncline", "syncline/") if layer == "sdk" else (f"hub/{layer}", f"hub/{layer}/")
    if any(f"{folder}/{tested}{suffix}" in by_path for suffix in (".hpp", ".cpp", ".h")):
        return
    beside = "/".join(source.parts[:-1])
    near = [by_path.get(name) or by_path.get(f"{beside}/{name}") for _, name, quoted in source.includes if quoted]
    near = [header for header in near if header and header.path.startswith(f"{beside}/")]
    if not any(name.startswith(prefix) for file in [source, *near] for _, name, _ in file.includes):
        yield source.finding(1, "test-path", f"neither named after a file of {folder}/ nor including one")
