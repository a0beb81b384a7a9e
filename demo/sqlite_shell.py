"""The sqlite3 shell, which the demo uses like any person who knows nothing of the hub."""

import subprocess
from pathlib import Path

from trouble import Trouble

SCRIPTS = Path(__file__).resolve().parents[1] / "sql" / "demo"


def run_script(database, script, *options):
    """Runs a script of sql/demo. Gives what it printed."""
    with open(SCRIPTS / script, encoding="utf-8") as text:
        done = subprocess.run(["sqlite3", "-batch", "-bail", *options, str(database)], stdin=text, capture_output=True,
                              text=True, check=False)
    if done.returncode != 0:
        raise Trouble(f"sql/demo/{script} on {database}: {done.stderr.strip()}")
    return done.stdout
