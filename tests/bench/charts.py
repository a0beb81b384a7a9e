"""Draws the figures that have targets as bar charts, SVG text that browsers show on light and on dark pages."""

import html

WIDTH, NAMES, SCALE, LINE = 1020, 530, 120, 26  # pixels; a bar as long as SCALE just meets its target
MOST = 2.4  # targets; longer bars are cut, which their figures say
STYLE = """
  text { font: 12px system-ui, sans-serif; fill: #24292f }
  .title { font-weight: 600; font-size: 14px }
  .met { fill: #2da44e } .missed { fill: #cf222e } .target { stroke: #57606a; stroke-dasharray: 4 3 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .met { fill: #3fb950 } .missed { fill: #f85149 } .target { stroke: #8b949e }
  }
"""


def _share(row):
    """How far the target is reached: 1 just meets it, more is better, whichever way the target points."""
    if row.at_least is not None:
        return row.judged / row.at_least
    return row.at_most / row.judged if row.judged > 0 else MOST


def chart(title, rows, wording):
    """One bar for each of the rows, all of which have a target; `wording(row)` says its figures."""
    height = 58 + LINE * len(rows)
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
             f'role="img" aria-label="{html.escape(title)}">', f"<style>{STYLE}</style>",
             f'<text class="title" x="8" y="20">{html.escape(title)}</text>',
             f'<text x="{NAMES + SCALE}" y="38" text-anchor="middle">target</text>']
    for place, row in enumerate(rows):
        top = 44 + place * LINE
        length = max(2, min(_share(row), MOST) * SCALE)
        parts += [f'<text x="{NAMES - 8}" y="{top + 16}" text-anchor="end">{html.escape(row.name)}</text>',
                  f'<rect class="{"met" if row.met else "missed"}" x="{NAMES}" y="{top + 4}" width="{length:.0f}" '
                  f'height="{LINE - 8}" rx="2"/>',
                  f'<text x="{NAMES + length + 6:.0f}" y="{top + 16}">{html.escape(wording(row))}</text>']
    parts += [f'<line class="target" x1="{NAMES + SCALE}" y1="42" x2="{NAMES + SCALE}" y2="{height - 10}"/>', "</svg>"]
    return "\n".join(parts) + "\n"


def write_charts(folder, rows, wording):
    """Writes a chart for each scenario that has targets, over those of earlier runs. Gives their names."""
    folder.mkdir(exist_ok=True)
    by_scenario = {}
    for row in rows:
        if row.met is not None:
            by_scenario.setdefault(row.scenario, []).append(row)
    for file in folder.glob("*.svg"):
        file.unlink()
    for name, judged in by_scenario.items():
        (folder / f"{name}.svg").write_text(chart(name, judged, wording))
    return list(by_scenario)
