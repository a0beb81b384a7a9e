"""Puts the figures of a run into words: a table, JSON, and docs/performance.md."""

import dataclasses
import json
import os
import pathlib
import platform
import re
import statistics
import subprocess
import time

import charts


def environment(rig, scratch):
    """Where and with what the figures came about."""
    processor = re.search(r"^model name\s*:\s*(.+)$", pathlib.Path("/proc/cpuinfo").read_text(), re.M)
    memory = re.search(r"^MemTotal:\s+(\d+)", pathlib.Path("/proc/meminfo").read_text(), re.M)
    system = re.search(r'^PRETTY_NAME="(.+)"$', pathlib.Path("/etc/os-release").read_text(), re.M)
    return {
        "date": time.strftime("%Y-%m-%d"),
        "hub": rig.hub_version(),
        "processor": f"{os.cpu_count()} cores, {processor[1] if processor else platform.machine()}",
        "memory": f"{round(int(memory[1]) / 1024 / 1024)} GiB",
        "system": f"{system[1] if system else platform.system()}, Linux {platform.release().split('-')[0]}",
        "compiler": _first_line(["g++", "--version"]),
        "postgresql": _first_line(["psql", "--version"]),
        "sqlite": _first_line(["sqlite3", "--version"]).split(" ")[0],
        "disk": f"4 KiB appended and synced in {_sync_ms(scratch):.2f} ms (median)",
        "load_average_before": round(os.getloadavg()[0], 1),
    }


def _first_line(command):
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[0]
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def _sync_ms(folder):
    times = []
    with open(folder / "sync", "wb", buffering=0) as file:
        for _ in range(200):
            file.write(b"x" * 4096)
            start = time.perf_counter()
            os.fdatasync(file.fileno())
            times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def _number(value):
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2f}"


def _figure(value):
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def _target(row):
    if row.at_least is not None:
        return f"≥ {_figure(row.at_least)}"
    return f"≤ {_figure(row.at_most)}" if row.at_most is not None else ""


def _cells(row):
    verdict = {True: "met", False: "missed", None: ""}[row.met]
    return [row.name, _number(row.hub), _number(row.floor), row.unit, _number(row.judged), _target(row), verdict]


def sentence(row):
    """One row for a reader who watches the run."""
    return f"{row.name}: hub {_number(row.hub)}, floor {_number(row.floor)} {row.unit}"


def _bar(row):
    return f"{_number(row.judged)}{'' if row.floor else ' ' + row.unit} ({_target(row)})"


HEADINGS = ["what", "hub", "floor or peer", "unit", "judged", "target", ""]


def table(rows):
    """Columns of equal width for a terminal."""
    lines = [HEADINGS] + [_cells(row) for row in rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    return "\n".join("  ".join(cell.rjust(width) if 1 <= column <= 5 else cell.ljust(width)
                               for column, (cell, width) in enumerate(zip(line, widths))).rstrip() for line in lines)


def write_json(path, form, facts, rows):
    path.write_text(json.dumps({"form": form, "environment": facts,
                                "rows": [dataclasses.asdict(row) | {"met": row.met} for row in rows]}, indent=2) + "\n")


PERFORMANCE = """# Performance

What one hub does on one machine, beside floors and peers that were measured in the same minutes. `./dev bench` repeats
all of it in about 40 minutes; `./dev bench --short` shows in a few that everything runs. Compare ratios rather than figures: they hold
on other machines too.

- The **raw loop** is the hand-written minimum on the SQLite C API (`tests/bench/floor_sqlite.cpp`): one journal row,
  one read and upsert of a canonical record and three outbound rows per change, WAL and `synchronous=FULL`, nothing else
  set.
- The **bare hub** (`tests/bench/floor_hub.cpp`) puts HTTP, JSON and a group-committing writer before the same
  statements. It validates nothing, decides nothing and keeps no provenance, links or counters. Its store has 64 MiB of
  page cache, a checkpoint every 10,000 pages and 256 MiB of mmap.
- The load (`tests/bench/load.cpp`) is a closed loop on the same machine: changes of about 200 bytes from four sources
  on 50,000 random records, most of them taken. Driver and server share the cores.
- The plan (`tests/bench/plan.yaml`) is `syncline plan --source` over a table of an SQLite file in which every row is new,
  found by its e-mail or its name and postcode; the time is that of the whole command.

- Databases are kept equal end to end (`tests/bench/pair.yaml`) between two PostgreSQL servers of their own, from the commit
  at one to the sight of it at the other: by the hub, by pglogical and by Bucardo as Debian has them, each on fresh
  servers. "The writers : alone" sets the applications' own speed beside that with nothing between the servers.
- What capturing costs is measured with LocalDB's triggers on a table and none on its twin; "one notified" has a reader as the
  plugin is one: a commit notifies it when it waits, and it waits when it has found nothing.

"Judged" is what the target is about: hub : floor or peer, or early : late for growth, or the hub's own figure. Rows are
medians of {rounds} interleaved runs of {seconds} s with fresh stores, end to end one course for each.

{facts}

{charts}

{rows}
"""


def write_performance(path, size, facts, rows):
    def line(cells):
        return "| " + " | ".join(cells) + " |"

    heading = [line(HEADINGS), "| --- | ---: | ---: | --- | ---: | ---: | --- |"]
    listed = "\n".join(f"- {name.replace('_', ' ')}: {value}" for name, value in facts.items())
    folder = path.with_suffix("")
    drawn = "\n".join(f"![{name}: the figures that have targets]({folder.name}/{name}.svg)"
                      for name in charts.write_charts(folder, rows, _bar))
    path.write_text(PERFORMANCE.format(rounds=size.rounds, seconds=size.seconds, facts=listed, charts=drawn,
                                       rows="\n".join(heading + [line(_cells(row)) for row in rows])))
