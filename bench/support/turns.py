"""Two sides in short turns, so that what disturbs the one disturbs the other; and who disturbed."""

import os
import resource
import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.support.node import cpu_seconds

TOO_BUSY = 0.2
"""Of the machine's CPU, used by others: a turn with more is made again."""


@dataclass(slots=True)
class Shared:
    """What share of the machine others used while a part ran."""

    others: float = 0.0


@contextmanager
def watched(ours: Iterable[int]) -> Iterator[Shared]:
    """The part in between; `ours` are the processes whose CPU is ours, as this one and its own."""
    pids, shared = tuple(ours), Shared()
    began, busy, used = time.monotonic(), _busy_seconds(), _used(pids)
    yield shared
    whole = (time.monotonic() - began) * (os.cpu_count() or 1)
    shared.others = max(0.0, (_busy_seconds() - busy - (_used(pids) - used)) / whole)


def _busy_seconds() -> float:
    """CPU that all of the machine has used, with what a host took from it."""
    user, nice, system, _, _, irq, softirq, steal = map(
        int, Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]
    )
    return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")


def _used(pids: Iterable[int]) -> float:
    found = sum(cpu_seconds(pid) for pid in pids)
    for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
        usage = resource.getrusage(who)
        found += usage.ru_utime + usage.ru_stime
    return found


@dataclass(frozen=True, slots=True)
class Turn:
    """A side's figure in one turn, and what others used of the machine meanwhile."""

    value: float
    others: float


@dataclass(slots=True)
class Pairs:
    """Turns of two sides, each pair made one right after the other."""

    one: list[Turn] = field(default_factory=list)
    other: list[Turn] = field(default_factory=list)
    repeated: int = 0

    @property
    def ratio(self) -> float:
        """The median of the pairs' own ratios, one to other."""
        pairs = zip(self.one, self.other, strict=True)
        return statistics.median(one.value / other.value for one, other in pairs)

    @property
    def others(self) -> float:
        """The median share that others used."""
        return statistics.median(turn.others for turn in (*self.one, *self.other))

    @property
    def disturbed(self) -> int:
        """Pairs that stand although others used too much: there was no quieter time."""
        pairs = zip(self.one, self.other, strict=True)
        return sum(max(one.others, other.others) > TOO_BUSY for one, other in pairs)


def in_turns(one: Callable[[], Turn], other: Callable[[], Turn], count: int) -> Pairs:
    """`count` pairs, in either order by turns; as many more at most, in place of the disturbed."""
    pairs = Pairs()
    found: list[tuple[Turn, Turn]] = []
    for number in range(2 * count):
        first, second = (one, other) if number % 2 else (other, one)
        turns = (first(), second())
        found.append(turns if number % 2 else (turns[1], turns[0]))
        if sum(not _is_disturbed(pair) for pair in found) == count:
            break
    pairs.repeated = len(found) - count
    quietest = sorted(found, key=lambda pair: max(turn.others for turn in pair))[:count]
    pairs.one = [pair[0] for pair in quietest]
    pairs.other = [pair[1] for pair in quietest]
    return pairs


def _is_disturbed(pair: tuple[Turn, Turn]) -> bool:
    return max(turn.others for turn in pair) > TOO_BUSY
