"""The hub as a process of its own: set up in a fresh folder, started, asked, stopped."""

import fcntl
import os
import select
import shlex
import signal
import subprocess
import time

from sqlite_shell import run_script
from trouble import Trouble

START_S = 60
STOP_S = 30
FIRST_LINE = "listening on "


class HubProcess:
    """As a context manager: starts the hub, and stops it gracefully at the end."""

    def __init__(self, binary, plugins, config, folder, listen):
        self.binary = binary.absolute()
        self.folder = folder
        self.data = folder / "data"
        self.store = self.data / "hub.db"
        self.local_db = folder / "local.db"
        self.log = folder / "hub.log"
        self.url = None
        self.ended_well = False
        self._process = None
        self._options = ["--config", str(config)]
        for key, value in {
            "hub.data": self.data,
            "hub.listen": listen,
            "hub.plugins": plugins.absolute(),
            "sources.LocalDB.settings.path": self.local_db,
            "sources.LocalDB.pull.every": "100ms",
        }.items():
            self._options += ["--set", f"{key}={value}"]

    def __enter__(self):
        if not os.access(self.binary, os.X_OK):
            raise Trouble(f"there is no {self.binary}; ./dev build makes it, SYNCLINE_BINARY names another one")
        self._clear()
        run_script(self.local_db, "localdb.sql")
        run_script(self.local_db, "seed_localdb.sql")
        try:
            self._start()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(self, *_):
        self._stop()

    def command_line(self, *command):
        """The command line of a subcommand that sees the configuration of this hub."""
        return [str(self.binary), *command, *self._options]

    def shell_function(self):
        """A shell function that makes `syncline` mean this binary with this hub's configuration."""
        return f'syncline() {{ {shlex.quote(str(self.binary))} {shlex.join(self._options)} "$@"; }}'

    def run(self, *command):
        """Runs a subcommand. Gives (exit code, what it printed)."""
        done = subprocess.run(self.command_line(*command), capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    def wait(self):
        """Returns at Ctrl-C, or when the hub ends by itself."""
        try:
            self._process.wait()
            print(f"the hub ended by itself; see {self.log}")
        except KeyboardInterrupt:
            print("\nstopping")

    def _clear(self):
        """Removes what an earlier demo left, and nothing else that may lie in the folder."""
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = self.data / "hub.lock"
        if lock.exists():
            with open(lock, "rb") as held:
                try:
                    fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except OSError:
                    pid = held.read().decode().partition(" ")[0]
                    raise Trouble(f"a hub runs on {self.data}: stop process {pid}, or give --folder another") from None
        for stale in (*self.data.glob("hub.*"), *self.folder.glob("local.db*"), self.log):
            stale.unlink(missing_ok=True)

    def _start(self):
        with open(self.log, "w", encoding="utf-8") as log:
            # A session of its own: Ctrl-C reaches the demo alone, which then stops the hub with one signal.
            self._process = subprocess.Popen(self.command_line("run"), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                             stderr=log, text=True, start_new_session=True)
        end = time.monotonic() + START_S
        while self.url is None:
            readable, _, _ = select.select([self._process.stdout], [], [], max(0, end - time.monotonic()))
            line = self._process.stdout.readline() if readable else ""
            if not line:
                raise Trouble(f"the hub did not start. The end of {self.log}:\n{self._end_of_log()}")
            if line.startswith(FIRST_LINE):
                self.url = line[len(FIRST_LINE):].strip()

    def _stop(self):
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            self.ended_well = self._process.wait(STOP_S) == 0
        except (subprocess.TimeoutExpired, KeyboardInterrupt):
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()

    def _end_of_log(self):
        return "\n".join(self.log.read_text(encoding="utf-8").splitlines()[-15:])
