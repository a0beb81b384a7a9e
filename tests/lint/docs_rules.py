"""What the documentation promises must exist: commands of ./dev, and files that it links to."""

import posixpath
import re

_COMMAND = re.compile(r"\./dev ([a-z][a-z-]*)")
_LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)\s#]+)(#[^)\s]*)?\)")


def check(sources):
    paths = {source.path for source in sources}
    folders = {posixpath.dirname(path) for path in paths}
    folders |= {posixpath.dirname(folder) for folder in folders}
    dev = next((source for source in sources if source.path == "dev"), None)
    commands = set(re.findall(r"^  ([a-z][a-z-]*)\)", dev.text, re.MULTILINE)) if dev else set()
    findings = []
    for source in sources:
        if source.suffix != ".md":
            continue
        for number, line in enumerate(source.lines, 1):
            for command in _COMMAND.findall(line):
                if command not in commands:
                    findings.append(source.finding(number, "docs", f"./dev has no command '{command}'"))
            for target, _ in _LINK.findall(line):
                resolved = posixpath.normpath(posixpath.join(posixpath.dirname(source.path), target))
                if resolved not in paths and resolved not in folders:
                    findings.append(source.finding(number, "docs", f"the link leads nowhere: {target}"))
    return findings
