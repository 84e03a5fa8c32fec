"""Lines as Asterisk wrote them, as values. Pure; what cannot be read is told apart, never raised.

Columns are in ARCHITECTURE.md ("The columns").
"""

import csv
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Generic, NamedTuple, TypeVar

import msgspec

from conmuta.platform.monthly import LATEST, started_of

LONGEST_TEXT = 4000
USER_EVENT = "USER_DEFINED"
"""The kind of our own events; Asterisk may write their names in its place."""

SECOND_HALF = ";2"
"""How the name of the called side ends, of a channel by which one company calls another."""
_details = msgspec.json.Decoder(dict[str, object])


class Event(NamedTuple):
    """One CEL row. (`batch`, `line`) is its place in what the node wrote, and so its order."""

    node: int
    batch: int
    line: int
    started: datetime
    linkedid: str
    uniqueid: str
    at: datetime
    kind: str
    channel: str
    number: str
    name: str
    exten: str
    context: str
    app: str
    peer: str
    user_kind: str
    extra: str


def began_with(event: Event) -> str:
    """The number that a channel dialled when it began, "" where its `exten` is none ("s")."""
    dialled = event.exten
    return dialled if dialled and not dialled.strip("0123456789*#+") else ""


class QueueEvent(NamedTuple):
    """One line of the queue log; `call` is the caller's uniqueid, "" where it concerns none."""

    node: int
    batch: int
    line: int
    started: datetime
    call: str
    at: datetime
    queue: str
    agent: str
    kind: str
    data: tuple[str, ...]


class Malformed(NamedTuple):
    """A line that no row can be made of, kept as it came."""

    line: int
    text: str
    reason: str


Row = TypeVar("Row", Event, QueueEvent)


class Read(NamedTuple, Generic[Row]):
    """A row, the slug of the tenant that it names ("" where none), and the line as it came."""

    row: Row
    tenant: str
    text: str


Reads = Iterator[Read[Row] | Malformed]


def read_events(node: int, batch: int, body: bytes) -> Reads[Event]:
    """The CEL rows of a batch, in order."""

    def read(line: int, text: str, cells: list[str]) -> Read[Event]:
        kind, at, tenant, unique, linked, *rest = cells
        channel, number, name, exten, context, app, peer, user_kind, extra = rest
        if not linked or not kind:
            raise ValueError("no linkedid or no event type")
        kind, told = (USER_EVENT, user_detail(extra)) if user_kind else (kind, extra)
        place = (node, batch, line, started_of(linked), linked, unique, instant(at), kind)
        row = Event(*place, channel, number, name, exten, context, app, peer, user_kind, told)
        return Read(row, tenant, text)

    return _read_csv(body, read)


def read_queue(node: int, batch: int, body: bytes) -> Reads[QueueEvent]:
    """The queue log's lines. The queue's name (`TENANT-NAME`) is split by whoever knows tenants."""
    for line, text in numbered_lines(body):
        try:
            seconds, call, queue, agent, kind, *data = text.split("|")
            at = instant(seconds)
        except ValueError as error:
            yield Malformed(line, text, f"queue log: {error}")
            continue
        call = "" if call in {"NONE", "REALTIME", "MANAGER"} else call
        started = started_of(call) if call else at
        place = (node, batch, line, started, call, at)
        none = {"NONE": ""}
        names = (none.get(queue, queue), none.get(agent, agent))
        yield Read(QueueEvent(*place, *names, kind, tuple(data)), "", text)


def instant(text: str) -> datetime:
    """Epoch seconds as an instant; raises ValueError for what is none."""
    seconds = float(text)
    if not 0 <= seconds <= LATEST:
        raise ValueError(f"{text} is no time of ours")
    return datetime.fromtimestamp(seconds, UTC)


def instant_of_text(text: str) -> datetime:
    """ISO 8601 as an instant; without a zone it is UTC."""
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def detail_of(extra: str) -> dict[str, str]:
    """What Asterisk adds to its own events as JSON; its texts alone."""
    try:
        found = _details.decode(extra) if extra else {}
    except msgspec.MsgspecError:
        return {}
    return {name: value for name, value in found.items() if isinstance(value, str)}


def cause_of(extra: str) -> int:
    """The cause (Q.850) that a hang-up's JSON tells; 0 where none."""
    try:
        found = _details.decode(extra).get("hangupcause") if extra else None
    except msgspec.MsgspecError:
        return 0
    return found if isinstance(found, int) else 0


def user_detail(extra: str) -> str:
    """What a user event tells: Asterisk wraps it as `{"extra":"…"}`."""
    if not extra.startswith('{"extra"'):
        return extra
    try:
        told = str(msgspec.json.decode(extra)["extra"])
    except (msgspec.DecodeError, KeyError):
        return extra
    return told.replace("\0", "�").encode("utf-8", "replace").decode()


def numbered_lines(body: bytes) -> Iterator[tuple[int, str]]:
    """The lines of a batch that hold anything, counted from 1, in text that any table takes."""
    text = body.decode("utf-8", "replace").replace("\0", "�")
    for number, line in enumerate(text.split("\n"), 1):
        if line and line != "\r":
            yield number, line


def _read_csv(body: bytes, read: Callable[[int, str, list[str]], Read[Row]]) -> Reads[Row]:
    numbered = list(numbered_lines(body))
    cells = _rows_at_once([text for _, text in numbered])
    for (line, text), row in zip(numbered, cells, strict=True):
        try:
            if isinstance(row, csv.Error):
                raise row
            yield read(line, text, row)
        except (ValueError, csv.Error, OverflowError) as error:
            yield Malformed(line, text[:LONGEST_TEXT], str(error))


def _rows_at_once(lines: list[str]) -> Iterable[list[str] | csv.Error]:
    """Each line's cells. An open quote would swallow the lines after it: then line by line."""
    try:
        rows = list(csv.reader(lines, strict=True))
    except csv.Error:
        rows = []
    return rows if len(rows) == len(lines) else [_row(line) for line in lines]


def _row(line: str) -> list[str] | csv.Error:
    try:
        return next(csv.reader([line], strict=True))
    except csv.Error as error:
        return error
