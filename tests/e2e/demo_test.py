#!/usr/bin/env python3
"""The demo against the built binary: it passes, it can fail, and what it tells people to try works.

environment: SYNCLINE_BINARY, SYNCLINE_PLUGINS as demo/run takes them
"""

import os
import shlex
import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

DEMO = Path(__file__).resolve().parents[2] / "demo" / "run"


class Demo(unittest.TestCase):
    def setUp(self):
        # The spaces show whether paths are quoted where people paste them.
        folder = tempfile.TemporaryDirectory(prefix="syncline demo ")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def command(self, *options):
        return [sys.executable, str(DEMO), "--folder", str(self.folder / "demo"), *options]

    def play(self, binary):
        return subprocess.run(self.command("--once"), env={**os.environ, "SYNCLINE_BINARY": str(binary)},
                              capture_output=True, text=True, check=False)

    def test_ends_with_0_when_all_is_as_expected_also_the_second_time(self):
        for _ in range(2):
            done = self.play(os.environ["SYNCLINE_BINARY"])
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            self.assertIn(" 0 differences", done.stdout)

    def test_ends_with_1_when_the_hub_decides_otherwise(self):
        other = self.folder / "syncline"
        binary = shlex.quote(os.environ["SYNCLINE_BINARY"])
        other.write_text(f'#!/bin/sh\nexec {binary} "$@" --set sources.CRM.priority=5\n')
        other.chmod(0o755)
        done = self.play(other)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertIn("differs: CUST-001", done.stdout)

    def test_says_how_to_get_a_binary_that_is_not_there(self):
        done = self.play(self.folder / "nothing")
        self.assertEqual(done.returncode, 1)
        self.assertIn("./dev build", done.stderr)

    def test_what_it_tells_to_try_works_when_pasted(self):
        with subprocess.Popen(self.command("--listen", "127.0.0.1:0"), stdout=subprocess.PIPE, text=True) as demo:
            try:
                lines = self.hints(demo.stdout)
                self.assertGreater(len(lines), 10)
                pasted = subprocess.run(["bash", "-e", "-o", "pipefail"], input="".join(lines), capture_output=True,
                                        text=True, check=False)
                self.assertEqual(pasted.returncode, 0, "".join(lines) + pasted.stdout + pasted.stderr)
                self.assertIn("NEW_RECORD", pasted.stdout)
            finally:
                demo.send_signal(signal.SIGINT)
                demo.stdout.read()
            self.assertEqual(demo.wait(), 0)

    @staticmethod
    def hints(output):
        """The block that follows the line about pasting, between two empty lines."""
        for line in output:
            if "paste these" in line:
                break
        next(output)
        lines = []
        for line in output:
            if not line.strip():
                break
            lines.append(line)
        return lines


if __name__ == "__main__":
    unittest.main()
