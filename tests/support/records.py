"""What Asterisk wrote about its calls, by the columns of ARCHITECTURE.md."""

import csv
import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Cdr:
    """One row of cdr.csv, as text; empty where there is none."""

    uniqueid: str
    linkedid: str
    sequence: str
    tenant: str
    src: str
    dst: str
    clid: str
    dcontext: str
    channel: str
    dstchannel: str
    lastapp: str
    start: str
    answer: str
    end: str
    duration: str
    billsec: str
    disposition: str
    userfield: str


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


def read_cdr(path: Path, skip: int = 0) -> list[Cdr]:
    return [Cdr(*row) for row in _rows(path)[skip:]]


def read_cel(path: Path, skip: int = 0) -> list[Cel]:
    return [Cel(*row) for row in _rows(path)[skip:]]


def read_queue_log(path: Path, skip: int = 0) -> list[QueueLine]:
    lines = path.read_text().splitlines() if path.exists() else []
    split = (line.split("|") for line in lines[skip:])
    return [QueueLine(*parts[:5], data=tuple(parts[5:])) for parts in split]


def _rows(path: Path) -> list[list[str]]:
    """Whole lines only: the last may still be on its way."""
    text = path.read_text() if path.exists() else ""
    return list(csv.reader(text[: text.rfind("\n") + 1].splitlines()))
