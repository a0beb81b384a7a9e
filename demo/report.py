"""Prints the story and, beside each step, what should happen and what did."""

import shutil
import textwrap

WIDEST = 150
MARGIN = 2
GAP = 2


class Report:
    def __init__(self):
        width = min(WIDEST, shutil.get_terminal_size((120, 24)).columns)
        room = width - MARGIN - 3 * GAP - len("differs")
        self._width = width
        self._columns = (room * 4 // 10, room * 3 // 10, room * 3 // 10, len("differs"))
        self._steps = 0
        self._differences = []
        self._scene = ""

    def scene(self, title, story):
        self._scene = title
        print(f"\n{title}")
        print(textwrap.fill(" ".join(story.split()), self._width, initial_indent=" " * MARGIN,
                            subsequent_indent=" " * MARGIN))
        print()
        self._row("step", "expected", "actual", "ok")
        self._row(*("-" * width for width in self._columns))

    def step(self, what, expected, actual):
        """One row. The two are compared as they are printed."""
        self._steps += 1
        same = str(expected) == str(actual)
        if not same:
            self._differences.append(f"{self._scene}: {what}")
        self._row(what, str(expected), str(actual), "ok" if same else "DIFFERS")

    def close(self):
        """Says how it went. True when nothing differed."""
        print(f"\n{self._steps} steps, {len(self._differences)} differences")
        for difference in self._differences:
            print(f"  differs: {difference}")
        return not self._differences

    def _row(self, *cells):
        wrapped = [textwrap.wrap(cell, width) or [""] for cell, width in zip(cells, self._columns)]
        for line in range(max(map(len, wrapped))):
            parts = [cell[line] if line < len(cell) else "" for cell in wrapped]
            text = (" " * GAP).join(part.ljust(width) for part, width in zip(parts, self._columns))
            print((" " * MARGIN + text).rstrip(), flush=True)
