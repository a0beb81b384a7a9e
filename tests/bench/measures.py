"""What scenarios have in common: how long they take, what a row of figures says, and how runs are compared."""

import dataclasses
import statistics
import typing

MIB = 1024  # KiB


@dataclasses.dataclass
class Size:
    """How long a run takes: the short form shows that everything works, the long one gives the figures."""

    rounds: int
    seconds: float
    warm_up: float
    benchmark_seconds: float
    memory_changes: int
    stream_parts: int  # of 1,000 lines
    journal_rows: int
    rows: int  # that applications write one by one at a database
    bulk_rows: int
    edits: int
    patience: float  # seconds
    first_sync_rows: int


SHORT = Size(rounds=1, seconds=1.5, warm_up=0.5, benchmark_seconds=0.2, memory_changes=100_000, stream_parts=100,
             journal_rows=300_000, rows=500, bulk_rows=5_000, edits=20, patience=20, first_sync_rows=100_000)
LONG = Size(rounds=3, seconds=8, warm_up=2, benchmark_seconds=2, memory_changes=1_000_000, stream_parts=1_000,
            journal_rows=3_000_000, rows=10_000, bulk_rows=50_000, edits=200, patience=60, first_sync_rows=1_000_000)


@dataclasses.dataclass
class Row:
    """`floor` is what the hub is set beside, a floor or a peer. `judged` is what the target is about (a ratio, or the
    hub's own figure); None where the hub was not run."""

    name: str
    unit: str
    hub: typing.Optional[float]
    floor: typing.Optional[float]
    judged: typing.Optional[float] = None
    at_least: typing.Optional[float] = None
    at_most: typing.Optional[float] = None
    scenario: str = ""

    @property
    def met(self):
        if self.judged is None or (self.at_least is None and self.at_most is None):
            return None
        return self.judged >= self.at_least if self.at_least is not None else self.judged <= self.at_most


def compared(name, unit, hub, floor, **target):
    return Row(name, unit, hub, floor, None if hub is None or not floor else hub / floor, **target)


def own(name, unit, figure, **target):
    """A figure that is judged by itself."""
    return Row(name, unit, figure, None, figure, **target)


class Interleaved:
    """Runs of the hub and of a floor in turn, so that whatever else the machine does meets both; medians."""

    def __init__(self, size, hub, floor):
        rounds = [(hub() if hub else None, floor()) for _ in range(size.rounds)]
        self._hub = [pair[0] for pair in rounds] if hub else None
        self._floor = [pair[1] for pair in rounds]

    def hub(self, figure):
        return statistics.median(run[figure] for run in self._hub) if self._hub else None

    def floor(self, figure):
        return statistics.median(run[figure] for run in self._floor)
