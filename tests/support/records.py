"""What Asterisk wrote about its calls, by the columns of ARCHITECTURE.md."""

import csv
import io
import json
from dataclasses import dataclass
from pathlib import Path

from conmuta.apps.calls.contracts import CallFacts, LegView
from conmuta.apps.calls.parsing import Event, Read, read_events
from conmuta.apps.calls.rules import fold_call, legs


@dataclass(frozen=True, slots=True)
class Cel:
    """One row of cel.csv."""

    eventtype: str
    eventtime: str
    tenant: str
    uniqueid: str
    linkedid: str
    channel: str
    cid_num: str
    cid_name: str
    exten: str
    context: str
    appname: str
    peer: str
    userdeftype: str
    extra: str

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts of `extra`, as a user event has them (inside Asterisk's JSON)."""
        text = json.loads(self.extra)["extra"] if self.extra.startswith("{") else self.extra
        return tuple(text.split("|"))


@dataclass(frozen=True, slots=True)
class QueueLine:
    """One line of queue_log."""

    time: str
    call: str
    queue: str
    agent: str
    event: str
    data: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """One call, and the companies that its events name."""

    tenants: frozenset[str]
    facts: CallFacts
    legs: tuple[LegView, ...]


def read_cel(path: Path, skip: int = 0) -> list[Cel]:
    return [Cel(*row) for row in _rows(path)[skip:]]


def calls_told(path: Path, skip: int = 0) -> list[Told]:
    """The calls that began since line `skip`, in that order, by the product's own rules."""
    rows = [row for row in _rows(path)[skip:] if row]
    of_call: dict[str, list[Read[Event]]] = {}
    for read in read_events(1, 1, _csv(rows)):
        assert isinstance(read, Read), read
        of_call.setdefault(read.row.linkedid, []).append(read)
    return [_told(reads) for reads in of_call.values() if reads[0].row.kind == "CHAN_START"]


def _told(reads: list[Read[Event]]) -> Told:
    events = [read.row for read in reads]
    named = frozenset(read.tenant for read in reads if read.tenant)
    call = fold_call(events)
    return Told(named, call, legs(events, call))


def _csv(rows: list[list[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def read_queue_log(path: Path, skip: int = 0) -> list[QueueLine]:
    lines = path.read_text().splitlines() if path.exists() else []
    split = (line.split("|") for line in lines[skip:])
    return [
        QueueLine(time, call, queue, agent, event, tuple(data))
        for time, call, queue, agent, event, *data in split
    ]


def _rows(path: Path) -> list[list[str]]:
    """Whole lines only: the last may still be on its way."""
    text = path.read_text() if path.exists() else ""
    return list(csv.reader(text[: text.rfind("\n") + 1].splitlines()))
