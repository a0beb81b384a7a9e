"""Starts the servers and the drivers of the benchmarks, each server on a free loopback port with a store of its own."""

import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import threading
import time
import urllib.parse
import uuid

HERE = pathlib.Path(__file__).resolve().parent
START_SECONDS = 30
STOP_SECONDS = 60
WOULD_CHANGE = 3  # how `syncline plan` ends
TAKEN = ("NEW_RECORD", "VERSION_WIN", "FIELD_MERGE", "PRIORITY_WIN")


def _fill_clients(file, rows):
    """Makes the table that tests/bench/plan.yaml maps; no two clients are alike."""
    with contextlib.closing(sqlite3.connect(file)) as database, database:
        database.execute("create table clients (id integer primary key, full_name text, email text, phone text, "
                         "street text, postcode text, city text, credit numeric, since text)")
        database.executemany(
            "insert into clients (full_name, email, phone, street, postcode, city, credit, since) "
            "values (?, ?, ?, ?, ?, ?, ?, ?)",
            ((f"Client Number {i}", f"client{i}@example.org", f"+49 30 {i:07}", f"{i % 997} Long Street",
              f"{10_000 + i % 90_000}", "Berlin", f"{i % 1000}.{i % 100:02}", f"2{i % 1000:03}-01-{i % 28 + 1:02}")
             for i in range(rows)))


class Failure(Exception):
    """Something did not run, or answered errors: there is no figure."""


class Server:
    """A running server. `port` is where it listens, `folder` where it writes; both end with the `with` block."""

    def __init__(self, command, folder):
        self.folder = folder
        self._command = command
        self._log = folder / "log"

    def __enter__(self):
        with open(self._log, "wb") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=subprocess.STDOUT)
        try:
            self.port = self._wait_until_it_listens()
        except BaseException:
            self._process.kill()
            self._process.wait()
            raise
        return self

    def __exit__(self, *_):
        self._process.send_signal(signal.SIGTERM)
        try:
            code = self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            code = f"no end {STOP_SECONDS} s after SIGTERM"
        log = self.log_end()
        shutil.rmtree(self.folder)
        if code != 0:
            raise Failure(f"{self._command[0]} ended with {code}:\n{log}")

    def log_end(self):
        return self._log.read_text(errors="replace")[-2000:]

    def memory_kib(self):
        """VmRSS, VmHWM, RssAnon and RssFile as /proc gives them."""
        status = pathlib.Path(f"/proc/{self._process.pid}/status").read_text()
        found = re.findall(r"^(VmRSS|VmHWM|RssAnon|RssFile):\s+(\d+) kB", status, re.M)
        return {name: int(value) for name, value in found}

    def store_bytes(self):
        """What the server wrote, without its log."""
        files = [file for file in self.folder.rglob("*") if file.is_file() and file != self._log]
        return sum(file.stat().st_size for file in files)

    def _wait_until_it_listens(self):
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            found = re.search(r"listening on http://127\.0\.0\.1:(\d+)", self._log.read_text(errors="replace"))
            if found:
                return int(found[1])
            if self._process.poll() is not None:
                break
            time.sleep(0.02)
        raise Failure(f"{' '.join(map(str, self._command))} does not listen:\n{self.log_end()}")


class Database:
    """A database server of its own, durable as in production; `url` is where it is."""

    def __init__(self, script, settings=()):
        self._script = script
        self._settings = settings

    def __enter__(self):
        self._folder = tempfile.mkdtemp()  # not in the build: the server's user must be able to enter it
        self.url = self._call("start", *self._settings).stdout.strip()
        return self

    def __exit__(self, *_):
        self._call("remove")

    def execute(self, sql):
        """Runs one statement in the server's shell. Gives what it prints, without headings."""
        done = subprocess.run(self._shell(sql), capture_output=True, text=True)
        if done.returncode != 0:
            raise Failure(f"{sql}: {done.stderr}")
        return done.stdout.strip()

    def wait_for(self, select):
        """Returns when `select` gives a row."""
        until = time.monotonic() + START_SECONDS
        while not self.execute(select):
            if time.monotonic() > until:
                raise Failure(f"no row in {START_SECONDS} s: {select}")
            time.sleep(0.05)

    def _call(self, verb, *settings):
        done = subprocess.run([self._script, verb, self._folder, *settings], capture_output=True, text=True)
        if done.returncode != 0:
            raise Failure(f"{self._script.name} {verb}: {done.stderr}")
        return done


class Postgres(Database):
    def schema(self):
        """The URL of a new, empty schema."""
        name = f"run_{uuid.uuid4().hex}"
        self.execute(f"create schema {name}")
        return f"{self.url}?options=-csearch_path%3D{name}"

    def execute_file(self, file, url):
        """Runs a script on the schema at `url`, in one transaction."""
        done = subprocess.run(["psql", "-Xq", "-v", "ON_ERROR_STOP=1", "--single-transaction", "-f", file, url],
                              capture_output=True, text=True)
        if done.returncode != 0:
            raise Failure(f"{file}: {done.stderr}")

    def _shell(self, sql):
        return ["psql", "-XqAtc", sql, self.url]


class Mariadb(Database):
    def _shell(self, sql):
        at = urllib.parse.urlsplit(self.url)
        return ["mariadb", "--no-defaults", "-BN", "-h", at.hostname, "-P", str(at.port), "-u", at.username,
                f"-p{at.password}", at.path[1:], "-e", sql]


class MemoryWatch:
    """Reads a server's resident memory (KiB) ten times a second while the `with` block runs."""

    def __init__(self, server):
        self.readings = []
        self._server = server
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._read)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._ended.set()
        self._thread.join()

    def _read(self):
        while not self._ended.wait(0.1):
            self.readings.append(self._server.memory_kib()["VmRSS"])


class Rig:
    """The binaries of one build folder and the folder where their stores go."""

    def __init__(self, build, scratch, with_hub):
        self._bin = build / "bin"
        self._scratch = scratch
        self.has_hub = with_hub
        for name in ["bench_floor_sqlite", "bench_floor_hub", "bench_load", "bench_tables"] + [
                "syncline", "bench_resolve"] * with_hub:
            if not (self._bin / name).exists():
                raise Failure(f"{self._bin / name} is missing; cmake --preset release && cmake --build --preset release "
                              "builds it")

    def postgres(self, *settings):
        return Postgres(HERE.with_name("systems") / "postgres", settings)

    def mariadb(self):
        return Mariadb(HERE.with_name("systems") / "mariadb")

    def set_up(self, config, source, settings):
        """Installs what captures the writes at this source's database."""
        folder = self._folder()
        self._run([self._bin / "syncline", "plugin", "setup", source, "--apply",
                   *self._settings(config, folder, settings)])
        shutil.rmtree(folder)

    def hub(self, store="sqlite", config="hub.yaml", settings=None):
        folder = self._folder()
        return Server([self._bin / "syncline", "run", *self._settings(config, folder, {
            "hub.listen": "127.0.0.1:0", "hub.store": store, **(settings or {})})], folder)

    def floor(self, store="sqlite"):
        folder = self._folder()
        place = ["--dir", folder] if store == "sqlite" else ["--url", store]
        return Server([self._bin / "bench_floor_hub", *place], folder)

    def load(self, server, target, *more, **options):
        """Runs the load driver on one server or several; `options` are its command line's, with _ for -. Gives its
        figures."""
        arguments = [item for name, value in options.items() for item in (f"--{name.replace('_', '-')}", str(value))]
        done = self._run([self._bin / "bench_load", "--target", target,
                          *(word for one in (server, *more) for word in ("--port", str(one.port))), *arguments],
                         accept_failure=True)
        figures = json.loads(done.stdout) if done.stdout else {"errors": 1, "first_error": done.stderr}
        if done.returncode != 0:
            raise Failure(f"{figures['errors']} errors of {target} under load ({options}), the first: "
                          f"{figures['first_error']}\n{server.log_end()}")
        if target == "hub":
            self._check_that_most_were_taken(figures)
        return figures

    @staticmethod
    def _check_that_most_were_taken(figures):
        """A change that is not taken writes less: figures of such runs would flatter the hub."""
        taken = sum(figures["resolutions"].get(word, 0) for word in TAKEN)
        if taken * 2 < figures["settled"]:
            raise Failure(f"only {taken} of {figures['settled']} changes were taken: {figures['resolutions']}")

    def raw_loop(self, per_transaction, seconds, tuned=False):
        """Runs the hand-written SQLite loop. Gives its figures."""
        folder = self._folder()
        try:
            done = self._run([self._bin / "bench_floor_sqlite", "--dir", folder, "--seconds", str(seconds),
                              "--per-transaction", str(per_transaction), *(["--tuned"] if tuned else [])])
            return json.loads(done.stdout)
        finally:
            shutil.rmtree(folder)

    def plan(self, rows):
        """Plans the first sync of a table of `rows` clients that the hub knows nothing of. Gives what that took."""
        folder = self._folder()
        try:
            _fill_clients(folder / "local.db", rows)
            command = [self._bin / "syncline", "plan", "--source", "LocalDB", "--json", *self._settings(
                "plan.yaml", folder, {"sources.LocalDB.settings.path": folder / "local.db"})]
            begun = time.monotonic()
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            answer = process.stdout.read()
            _, status, used = os.wait4(process.pid, 0)
            seconds = time.monotonic() - begun
            process.returncode = os.waitstatus_to_exitcode(status)
            with process.stderr:
                if process.returncode != WOULD_CHANGE:
                    raise Failure(f"syncline plan ended with {process.returncode}:\n{process.stderr.read()}")
            created = json.loads(answer)["entities"]["client"]["created"]
            if created != rows:
                raise Failure(f"{created} of {rows} rows were planned to be new records")
            return {"seconds": seconds, "cpu_seconds": used.ru_utime + used.ru_stime, "memory_kib": used.ru_maxrss}
        finally:
            shutil.rmtree(folder)

    def google_benchmarks(self, name, min_seconds):
        """Runs a Google Benchmark binary. Gives items a second by benchmark; one without them is left out."""
        done = self._run([self._bin / name, "--benchmark_format=json", f"--benchmark_min_time={min_seconds}"])
        benchmarks = json.loads(done.stdout)["benchmarks"]
        return {one["name"]: one["items_per_second"] for one in benchmarks if "items_per_second" in one}

    def hub_version(self):
        return self._run([self._bin / "syncline", "version"]).stdout.splitlines()[0] if self.has_hub else "none"

    def tables(self, command, **options):
        """Runs the driver that writes tables as an application would; options as of load(). Gives its figures."""
        words = [word for name, value in options.items() if value is not False
                 for word in [f"--{name.replace('_', '-')}"] + [str(value)] * (value is not True)]
        return json.loads(self._run([self._bin / "bench_tables", command, *words]).stdout)

    def audit(self, store):
        """Checks that no change was lost or counted twice in the store, which no hub may be using."""
        folder = self._folder()
        self._run([self._bin / "syncline", "audit", *self._settings("hub.yaml", folder, {"hub.store": store})])
        shutil.rmtree(folder)

    def _settings(self, config, folder, settings):
        settings = {"hub.data": folder / "data", "hub.plugins": self._bin.parent / "plugins", **settings}
        return ["--config", HERE / config, *(word for name, value in settings.items()
                                             for word in ("--set", f"{name}={value}"))]

    def _folder(self):
        return pathlib.Path(tempfile.mkdtemp(dir=self._scratch))

    @staticmethod
    def _run(command, accept_failure=False):
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0 and not accept_failure:
            raise Failure(f"{command[0]} ended with {done.returncode}:\n{done.stderr}")
        return done
