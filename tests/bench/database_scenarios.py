"""Applications' databases: what keeps two of them equal, and what that costs the applications."""

import time

import peers
from measures import MIB, Interleaved, compared, own
from rig import MemoryWatch

SLOWEST_FIRST_SYNC = 1_500  # rows/s; what is slower is cut off

SINGLE = {f"single-row {verb}s, {writers} writer{'s' * (writers > 1)}": {"writers": writers, "update": verb == "update"}
          for verb in ("insert", "update") for writers in (1, 8)}
BULK = {f"{verb}s of 1,000 rows": {"per_transaction": 1000, "update": verb == "update"} for verb in ("insert", "update")}


def end_to_end(rig, size):
    """From the commit at one PostgreSQL to the sight of it at another, beside those that people use for that."""
    beside = {name: _course(rig, size, start) for name, (start, file) in peers.PEERS.items() if peers.installed(file)}
    free = _course(rig, size, peers.alone)
    hub = _course(rig, size, peers.hub)
    for name in SINGLE:
        yield from _rates(name, hub, beside, {"Bucardo": 2.0} if "8 writers" in name else {"pglogical": 0.95})
        yield compared(f"end to end, {name}: the writers : alone", "rows/s", hub[name]["writers"], free[name]["writers"])
        yield own(f"end to end, {name}: all visible after the last commit", "s", hub[name]["lag"], at_most=0.1)
    for name in BULK:
        yield own(f"end to end, {name}", "rows/s", hub[name]["rate"], at_least=20_000)
        yield from _rates(name, hub, beside, {})
    for figure, target in (("p50_ms", 5.0), ("p99_ms", 20.0)):
        yield own(f"end to end, one row at 10/s, {figure[:3]}", "ms", hub["edit"][figure], at_most=target)
        for peer, course in beside.items():
            yield compared(f"end to end, one row at 10/s, {figure[:3]} : {peer}", "ms", hub["edit"][figure],
                           course["edit"][figure])
    yield own("200 rows written at both sides at once: equal after", "s", hub["contradict"]["seconds"], at_most=1.0)
    yield own("200 rows written at both sides at once: rows that differ for good", "rows",
              hub["contradict"]["differing"], at_most=0)
    for peer, course in beside.items():
        yield compared(f"200 rows written at both sides at once: equal after : {peer} "
                       f"({course['contradict']['differing']} differ)", "s", hub["contradict"]["seconds"],
                       course["contradict"]["seconds"])


def _rates(name, hub, beside, targets):
    for peer, course in beside.items():
        target = {"at_least": targets[peer]} if peer in targets else {}
        yield compared(f"end to end, {name} : {peer}", "rows/s", hub[name]["rate"], course[name]["rate"], **target)


def _course(rig, size, start):
    """One pair of fresh servers through all that is measured. Edits of many rows come last: who falls behind there holds
    up nothing else."""
    figures = {}
    with start(rig) as pair:
        def write(name, rows, options):
            written = pair.write(rows=rows, patience=size.patience, **options)
            figures[name] = {"rate": written["visible"] / written["visible_s"],
                             "writers": written["rows"] / written["write_s"],
                             "lag": written["visible_s"] - written["write_s"]}
            pair.settle()

        inserts, updates = BULK.items()
        write(inserts[0], size.bulk_rows, inserts[1])
        if start is not peers.alone:
            figures["edit"] = rig.tables("edit", a=pair.a, b=pair.b, edits=size.edits)
            pair.settle()
            figures["contradict"] = rig.tables("contradict", a=pair.a, b=pair.b)
            pair.settle()
        for name in sorted(SINGLE, key=lambda one: SINGLE[one]["update"], reverse=True):
            write(name, size.rows, SINGLE[name])
        write(updates[0], size.bulk_rows, updates[1])
    return figures


def capture(rig, size):
    """What LocalDB's triggers cost who writes the table; `plain` is the same table without them."""
    for kind, server in (("PostgreSQL", rig.postgres), ("MariaDB", rig.mariadb)):
        with server() as database:
            database.execute(peers.CUSTOMERS)
            database.execute(peers.CUSTOMERS.replace("customers", "plain"))
            rig.set_up("pair.yaml", "A", {"sources.A.settings.url": database.url})

            def written(table, rows, url=database.url, **options):
                done = rig.tables("write", a=url, table=table, rows=rows, patience=size.patience, **options)
                return {"rate": done["rows"] / done["write_s"]}

            for writers in (1, 4):
                for listen in (False, True) if kind == "PostgreSQL" else (False,):
                    runs = Interleaved(size, lambda: written("customers", size.rows, writers=writers, listen=listen),
                                       lambda: written("plain", size.rows, writers=writers))
                    yield compared(f"{kind}, single-row inserts, {writers} writer{'s' * (writers > 1)}"
                                   f"{', one notified' * listen}: captured : plain", "rows/s",
                                   runs.hub("rate"), runs.floor("rate"), at_least=0.8)
            runs = Interleaved(size, lambda: written("customers", size.bulk_rows, per_transaction=1000),
                               lambda: written("plain", size.bulk_rows, per_transaction=1000))
            yield compared(f"{kind}, inserts of 1,000 rows: captured : plain", "rows/s", runs.hub("rate"),
                           runs.floor("rate"), at_least=1 / 3)


def first_sync(rig, size):
    """A table that was full before the hub came, into the hub and on to an empty one, while its application edits it."""
    rows = size.first_sync_rows
    with peers.Pair(rig) as pair:
        pair.one.execute("insert into customers select 'cust-' || lpad(n::text, 8, '0'), 'Ada Lovelace ' || n, "
                         f"'ada.' || n || '@example.org', 1 from generate_series(0, {rows - 1}) n")
        with peers.between(rig, pair) as hub, MemoryWatch(hub) as watch:
            begun = time.monotonic()
            edited = rig.tables("write", a=pair.a, rows=size.rows, update=True, patience=size.patience)["rows"]
            until = begun + rows / SLOWEST_FIRST_SYNC
            there, state = 0, "select count(*) filter (where version = 2), count(*) from customers"
            while (edited, rows) != there and time.monotonic() < until:
                time.sleep(1)
                there = tuple(int(count) for count in pair.other.execute(state).split("|"))
            seconds = time.monotonic() - begun
    yield own(f"first sync of {rows:,} rows, with edits meanwhile", "rows/s", there[1] / seconds)
    yield own(f"first sync of {rows:,} rows: rows that miss or lost an edit", "rows",
              rows - there[1] + edited - there[0], at_most=0)
    yield own(f"first sync of {rows:,} rows: highest memory of the hub", "MiB", max(watch.readings) / MIB, at_most=128.0)


SCENARIOS = {"first-sync": first_sync, "end-to-end": end_to_end, "capture": capture}
