#!/usr/bin/env python3
"""Checks the tree against the rules that a compiler does not know: layers, third-party types, SQL, names, lengths.

usage: lint.py [ROOT]     prints file:line: message [rule] for each finding; ends 1 when there is any
"""

import sys
from pathlib import Path

import docs_rules
import layer_rules
import text_rules
from source import load_tree


def lint(root):
    """Every finding in the tree below `root`, sorted by place."""
    sources, findings = load_tree(root)
    for rules in (layer_rules, text_rules, docs_rules):
        findings += rules.check(sources)
    return sorted(findings), len(sources)


def main(arguments):
    root = Path(arguments[0] if arguments else Path(__file__).parents[2]).resolve()
    findings, files = lint(root)
    for finding in findings:
        print(finding)
    print(f"lint: {files} files, {len(findings)} findings")
    # A tree in which nothing was found to check is a mistake of the caller, not a clean tree.
    return 1 if findings or not files else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
