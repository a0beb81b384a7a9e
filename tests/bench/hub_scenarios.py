"""What becomes of the hub's speed when changes contradict each other, hubs share a store, or tables are split up."""

import contextlib
import pathlib

from measures import Interleaved, compared

PARTITION = pathlib.Path(__file__).resolve().parents[2] / "sql" / "scaling" / "partition_postgresql.sql"
BATCHES = {"batch": 100, "connections": 8}


def conflicts(rig, size):
    """1, 10 and 50 % of the changes come with the version of the change before them, from another source, and differ."""
    for name, shape in (("single posts, 32 clients", {"connections": 32}), ("batches of 100, 8 clients", BATCHES)):
        def loaded(percent):
            with rig.hub() as hub:
                return rig.load(hub, "hub", seconds=size.seconds, warm_up=size.warm_up, conflicts=percent, **shape)

        rates = {}
        for percent in (10, 50):
            runs = Interleaved(size, lambda: loaded(percent), lambda: loaded(1))
            rates[percent] = runs.hub("changes_per_s")
            yield compared(f"{percent} % conflicts : 1 %, {name}", "changes/s", rates[percent],
                           runs.floor("changes_per_s"), at_least=0.5)


def hubs(rig, size):
    """Two hubs on one PostgreSQL take the same load as one does, on the same keys."""
    with rig.postgres() as postgres:
        def loaded(number, shape):
            store = postgres.schema()
            with contextlib.ExitStack() as stack:
                servers = [stack.enter_context(rig.hub(store)) for _ in range(number)]
                figures = rig.load(servers[0], "hub", *servers[1:], seconds=size.seconds, warm_up=size.warm_up,
                                   keys=1_000, **shape)
            rig.audit(store)
            return figures

        for name, shape in (("single posts, 128 clients", {"connections": 128}), ("batches of 100, 8 clients", BATCHES)):
            runs = Interleaved(size, lambda: loaded(2, shape), lambda: loaded(1, shape))
            yield compared(f"two hubs on one PostgreSQL : one, {name}", "changes/s", runs.hub("changes_per_s"),
                           runs.floor("changes_per_s"), at_least=1.0)


def partitions(rig, size):
    """The large tables in 16 partitions by hash, as a store has them that has grown, beside whole ones."""
    with rig.postgres() as postgres:
        def loaded(split, shape):
            store = postgres.schema()
            if split:
                with rig.hub(store):
                    pass  # it makes the tables
                postgres.execute_file(PARTITION, store)
            with rig.hub(store) as hub:
                figures = rig.load(hub, "hub", seconds=size.seconds, warm_up=size.warm_up, **shape)
            rig.audit(store)
            return figures

        for name, shape in (("single posts, 32 clients", {"connections": 32}), ("batches of 100, 8 clients", BATCHES)):
            runs = Interleaved(size, lambda: loaded(True, shape), lambda: loaded(False, shape))
            yield compared(f"16 hash partitions : whole tables, {name}", "changes/s", runs.hub("changes_per_s"),
                           runs.floor("changes_per_s"))


SCENARIOS = {"partitions": partitions, "conflicts": conflicts, "hubs": hubs}
