"""Two PostgreSQL servers with the same table, and what keeps them equal: nothing, the hub, pglogical or Bucardo."""

import contextlib
import os
import pathlib
import subprocess
import tempfile
import time
import urllib.parse

from rig import Failure

CUSTOMERS = ("create table customers (id varchar(32) primary key, full_name varchar(200), email varchar(200), "
             "version integer)")
START_SECONDS = 60
# What pglogical asks for; the others run with it too. The last one lets it use an output plugin of its own.
SETTINGS = ("wal_level=logical", "track_commit_timestamp=on", "max_worker_processes=16", "max_wal_size=4GB",
            "max_connections=200")
PGLOGICAL = ("shared_preload_libraries=pglogical", "pglogical.conflict_resolution=last_update_wins",
             "output_plugin_libraries=pgoutput,test_decoding,pglogical_output")


def installed(file):
    """Whether a Debian package brought this file: peers are measured where they are there."""
    return pathlib.Path(file).exists()


class Pair:
    """Two servers on which applications have a table of customers each; `a` and `b` are their URLs."""

    def __init__(self, rig, settings=()):
        self._rig = rig
        self._servers = [rig.postgres(*SETTINGS, *settings) for _ in range(2)]
        self._stack = contextlib.ExitStack()

    def __enter__(self):
        with contextlib.ExitStack() as stack:
            one, other = (stack.enter_context(server) for server in self._servers)
            for server in (one, other):
                server.execute(CUSTOMERS)
            self.one, self.other, self.a, self.b = one, other, one.url, other.url
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *ended):
        return self._stack.__exit__(*ended)

    def write(self, **options):
        return self._rig.tables("write", a=self.a, b=self.b, **options)

    def settle(self):
        """Waits until B holds what A holds, for at most a minute, and lets both gather statistics."""
        state = "select count(*), coalesce(sum(version), 0) from customers"
        until = time.monotonic() + 60
        while self.one.execute(state) != self.other.execute(state):
            if time.monotonic() > until:
                return False
            time.sleep(0.1)
        for server in (self.one, self.other):
            server.execute("vacuum analyze customers")
            server.execute("checkpoint")
        return True


@contextlib.contextmanager
def alone(rig):
    """Nothing between them: how fast the applications can write at all."""
    with Pair(rig) as pair:
        pair.other, pair.b = pair.one, pair.a
        yield pair


def between(rig, pair):
    """A hub that keeps the two equal."""
    return rig.hub(config="pair.yaml", settings={"sources.A.settings.url": pair.a, "sources.B.settings.url": pair.b})


@contextlib.contextmanager
def hub(rig):
    with Pair(rig) as pair, between(rig, pair):
        for server in (pair.one, pair.other):
            server.wait_for("select 1 from pg_trigger where tgname like 'syncline%'")
        yield pair


@contextlib.contextmanager
def pglogical(rig):
    with Pair(rig, PGLOGICAL) as pair:
        for server, name in ((pair.one, "a"), (pair.other, "b")):
            server.execute("create extension pglogical")
            server.execute(f"select pglogical.create_node('{name}', '{_words(server.url)}')")
            server.execute("select pglogical.replication_set_add_table('default', 'customers')")
        for server, other, name in ((pair.other, pair.one, "b_from_a"), (pair.one, pair.other, "a_from_b")):
            server.execute(f"select pglogical.create_subscription('{name}', '{_words(other.url)}', "
                           "array['default'], false, false, '{}')")
            server.wait_for("select 1 from pglogical.show_subscription_status() where status = 'replicating'")
        yield pair


@contextlib.contextmanager
def bucardo(rig):
    with Pair(rig) as pair, tempfile.TemporaryDirectory() as folder:
        control = _Bucardo(folder, pair.one)
        control.install()
        for name, server in (("A", pair.one), ("B", pair.other)):
            at = urllib.parse.urlsplit(server.url)
            control.call("add", "db", name, "dbname=postgres", f"host={at.hostname}", f"port={at.port}",
                         f"user={at.username}", f"pass={at.password}")
        control.call("add", "table", "public.customers", "db=A", "relgroup=customers")
        control.call("add", "sync", "customers", "relgroup=customers", "dbs=A:source,B:source",
                     "conflict_strategy=bucardo_latest", "autokick=1")
        try:
            control.call("start")
            control.wait()
            yield pair
        finally:
            control.stop()


def _words(url):
    """A connection in libpq's other form, which pglogical takes."""
    at = urllib.parse.urlsplit(url)
    return (f"host={at.hostname} port={at.port} user={at.username} password={at.password} dbname={at.path[1:]}")


class _Bucardo:
    """Bucardo's own command, with all that it keeps in `folder` and in a database of `server`."""

    def __init__(self, folder, server):
        at = urllib.parse.urlsplit(server.url)
        self._folder, self._server, self._at = pathlib.Path(folder), server, at
        self._environment = {**os.environ, "HOME": folder, "PGPASSWORD": at.password}
        settings = {"dbhost": at.hostname, "dbport": at.port, "dbname": "bucardo", "dbuser": at.username,
                    "dbpass": at.password, "piddir": folder, "logdest": folder, "reason_file": f"{folder}/reason"}
        (self._folder / "bucardorc").write_text("".join(f"{name}={value}\n" for name, value in settings.items()))

    def install(self):
        for sql in (f"create role bucardo superuser login password '{self._at.password}'",
                    "create database bucardo owner bucardo"):
            self._server.execute(sql)
        self.call("install", "--batch", f"--dbhost={self._at.hostname}", f"--dbport={self._at.port}",
                  f"--dbuser={self._at.username}", "--dbname=bucardo", f"--piddir={self._folder}")
        self.call("set", f"piddir={self._folder}", "log_level=terse", f"log_conflict_file={self._folder}/conflicts",
                  f"warning_file={self._folder}/warnings", f"reason_file={self._folder}/reason")

    def call(self, *words):
        # Its daemon keeps the output open, so that goes to a file.
        with open(self._folder / "output", "w+b") as output:
            done = subprocess.run(["bucardo", "--bucardorc", self._folder / "bucardorc", *words], stdout=output,
                                  stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, env=self._environment,
                                  cwd=self._folder)
            output.seek(0)
            answer = output.read().decode(errors="replace")
        if done.returncode != 0:
            raise Failure(f"bucardo {words[0]}: {answer}")
        return answer

    def wait(self):
        until = time.monotonic() + START_SECONDS
        while " customers " not in self.call("status") or not self._server.execute(
                "select 1 from pg_stat_activity where application_name like '%ucardo%' limit 1"):
            if time.monotonic() > until:
                raise Failure("bucardo does not start")
            time.sleep(0.5)
        time.sleep(3)  # its children connect

    def stop(self):
        with contextlib.suppress(Failure):
            self.call("stop", "measured")
        until = time.monotonic() + START_SECONDS
        while list(self._folder.glob("*.pid")) and time.monotonic() < until:
            time.sleep(0.2)


PEERS = {"pglogical": (pglogical, "/usr/share/postgresql/15/extension/pglogical.control"),
         "Bucardo": (bucardo, "/usr/bin/bucardo")}
