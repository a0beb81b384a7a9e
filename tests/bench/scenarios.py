"""What is measured. Each scenario gives rows; a row sets one figure of the hub beside the floor's and the target."""

import http.client
import json
import random
import statistics
import time

import database_scenarios
import hub_scenarios
from measures import MIB, Interleaved, Row, compared
from rig import MemoryWatch


def _loaded(rig, size, target, postgres=None, **options):
    store = postgres.schema() if postgres else "sqlite"
    with rig.hub(store) if target == "hub" else rig.floor(store) as server:
        return rig.load(server, target, seconds=size.seconds, warm_up=size.warm_up, **options)


def _over_http(rig, size, **options):
    hub = (lambda: _loaded(rig, size, "hub", **options)) if rig.has_hub else None
    return Interleaved(size, hub, lambda: _loaded(rig, size, "floor", **options))


def single_posts(rig, size, postgres=None):
    for clients in (32, 128):
        runs = _over_http(rig, size, postgres=postgres, connections=clients)
        name = f"{'PostgreSQL, ' if postgres else ''}single posts, {clients} clients"
        yield compared(name, "changes/s", runs.hub("changes_per_s"), runs.floor("changes_per_s"), at_least=0.6)
        yield compared(f"{name}, p99", "ms", runs.hub("p99_ms"), runs.floor("p99_ms"), at_most=1.5)


def one_client(rig, size):
    hub = (lambda: _loaded(rig, size, "hub", connections=1)) if rig.has_hub else None
    loop = Interleaved(size, hub, lambda: rig.raw_loop(1, size.seconds))
    yield compared("one client, one post at a time : raw loop, one change a transaction", "changes/s",
                   loop.hub("changes_per_s"), loop.floor("changes_per_s"), at_least=0.5)
    bare = Interleaved(size, None, lambda: _loaded(rig, size, "floor", connections=1))
    yield compared("one client, one post at a time : bare hub", "changes/s",
                   loop.hub("changes_per_s"), bare.floor("changes_per_s"))


def batches(rig, size, postgres=None):
    for changes, clients in ((100, 8), (1000, 4)):
        runs = _over_http(rig, size, postgres=postgres, batch=changes, connections=clients)
        name = f"{'PostgreSQL, ' if postgres else ''}batches of {changes:,}, {clients} clients"
        yield compared(name, "changes/s",
                       runs.hub("changes_per_s"), runs.floor("changes_per_s"), at_least=0.6)


def on_postgresql(rig, size):
    """The same with the store on a server, each run on empty tables that nobody has analysed."""
    with rig.postgres() as postgres:
        yield from single_posts(rig, size, postgres)
        yield from batches(rig, size, postgres)


def raw_loop(rig, size):
    for tuned in (False, True):
        for changes in (1, 10, 100, 1000):
            runs = Interleaved(size, None, lambda: rig.raw_loop(changes, size.seconds / 2, tuned))
            pragmas = ", tuned pragmas" if tuned else ""
            yield Row(f"raw loop, {changes:,} a transaction{pragmas}", "changes/s", None, runs.floor("changes_per_s"))


def resolve(rig, size):
    for name, rate in rig.google_benchmarks("bench_resolve", size.benchmark_seconds).items():
        yield Row(f"resolve alone: {name}", "decisions/s", rate, None, rate, at_least=1_000_000)


def long_life(rig, size):
    """One hub's life: its speed at 10,000 journal rows, its memory, a batch without an end, its speed at the end."""
    with rig.hub() as hub:
        journal = _Journal(rig, size, hub)
        journal.fill(10_000, keys=10_000)
        early_rows, early = journal.speeds()
        journal.fill(size.memory_changes, keys=100_000)
        yield from _memory(hub, journal.rows)
        yield from _stream(size, hub, journal)
        journal.fill(size.journal_rows, keys=100_000)
        late_rows, late = journal.speeds()
        for name in early:
            yield Row(f"{name}: {early_rows:,} rows : {late_rows:,} rows", "changes/s", late[name], early[name],
                      early[name] / late[name], at_most=1.5)
        yield from _past(hub, journal.rows)
        yield Row(f"store at {journal.rows:,} rows", "bytes/change", hub.store_bytes() / journal.rows, None)


class _Journal:
    """Counts the journal rows of a hub while loads add to them."""

    def __init__(self, rig, size, hub):
        self.rows = 0
        self._rig, self._size, self._hub = rig, size, hub

    def load(self, **options):
        figures = self._rig.load(self._hub, "hub", **options)
        self.rows += figures["settled"]
        return figures

    def fill(self, rows, keys):
        if self.rows < rows:
            self.load(changes=rows - self.rows, batch=1000, connections=4, keys=keys)

    def speeds(self):
        """Rows before, and changes/s with single posts and with batches, always on the same 10,000 records."""
        rows = self.rows
        timing = {"seconds": self._size.seconds / 2, "warm_up": self._size.warm_up, "keys": 10_000}
        single = self.load(connections=32, **timing)
        batched = self.load(batch=100, connections=8, **timing)
        return rows, {"growth, single posts, 32 clients": single["changes_per_s"],
                      "growth, batches of 100, 8 clients": batched["changes_per_s"]}


def _memory(hub, rows):
    memory = hub.memory_kib()
    limit = {"at_most": 64.0}
    for name, figure, target in (("resident", "VmRSS", limit), ("highest so far", "VmHWM", limit),
                                 ("of it anonymous", "RssAnon", {}), ("of it mapped files", "RssFile", {})):
        mib = memory[figure] / MIB
        yield Row(f"memory after {rows:,} changes, 100,000 records: {name}", "MiB", mib, None, mib, **target)


def _stream(size, hub, journal):
    """Flat: the second half of one endless batch never needs more than the first did, give or take 4 MiB."""
    with MemoryWatch(hub) as watch:
        figures = journal.load(changes=1, batch=1000, parts=size.stream_parts, connections=1, keys=100_000)
    half = len(watch.readings) // 2
    name = f"one batch of {size.stream_parts * 1000:,} lines"
    yield Row(name, "changes/s", figures["changes_per_s"], None)
    yield Row(f"{name}: highest memory", "MiB", max(watch.readings) / MIB, None)
    growth = (max(watch.readings[half:]) - max(watch.readings[:half])) / MIB
    yield Row(f"{name}: memory grown from its first half to its second", "MiB", growth, None, growth, at_most=4.0)


def _past(hub, rows):
    """What people ask of a record's past, of records at random, one at a time."""
    client = http.client.HTTPConnection("127.0.0.1", hub.port)

    def get(target):
        client.request("GET", target)
        answer = client.getresponse()
        return answer.status, answer.read()

    records = json.loads(get("/api/records?limit=1000")[1])["items"]
    for name, target in (("history", "/history"), ("explain", "/explain"), ("as it was", "?at=2100-01-01T00:00:00Z")):
        took = []
        for record in random.Random(1).choices(records, k=500):
            begun = time.monotonic()
            get(f"/api/records/{record['entity']}/{record['externalId']}{target}")
            took.append((time.monotonic() - begun) * 1000)
        steps = statistics.quantiles(took, n=100)
        for percentile in (50, 99):
            figure = steps[percentile - 1]
            yield Row(f"{name} of a record at {rows:,} rows, p{percentile}", "ms", figure, None, figure, at_most=10.0)
    client.close()


def plan(rig, size):
    """What a first sync of a source would do: every row is read, matched, decided and counted."""
    rows = 100_000
    runs = [rig.plan(rows) for _ in range(size.rounds)]
    name = f"plan of a source with {rows:,} new rows"
    rate = statistics.median(rows / run["seconds"] for run in runs)
    yield Row(name, "records/s", rate, None, rate, at_least=50_000)
    used = statistics.median(run["cpu_seconds"] for run in runs)
    yield Row(f"{name}: processor time", "µs/record", used / rows * 1e6, None)
    mib = max(run["memory_kib"] for run in runs) / MIB
    yield Row(f"{name}: highest memory", "MiB", mib, None, mib, at_most=80.0)


SCENARIOS = {"single": single_posts, "one-client": one_client, "batch": batches, "raw-loop": raw_loop,
             "resolve": resolve, "long-life": long_life, "plan": plan, "postgresql": on_postgresql,
             **hub_scenarios.SCENARIOS, **database_scenarios.SCENARIOS}
NEED_HUB = {"resolve", "long-life", "plan", *hub_scenarios.SCENARIOS, *database_scenarios.SCENARIOS}

# What each takes on two quiet cores, in its short and its long form.
MINUTES = {"single": (0.2, 2.5), "one-client": (0.2, 2), "batch": (0.2, 2.5), "raw-loop": (0.1, 2), "resolve": (0.1, 0.5),
           "long-life": (1, 8), "plan": (0.2, 0.5), "postgresql": (0.5, 5), "conflicts": (0.3, 4), "hubs": (0.3, 2.5),
           "partitions": (0.3, 2.5),
           "end-to-end": (2, 5), "capture": (0.3, 2), "first-sync": (1, 5)}
