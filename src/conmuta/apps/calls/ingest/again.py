"""Lines that were nobody's, taken again."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from conmuta.apps.calls.ingest.cel import folded_anew, take_events, write_calls
from conmuta.apps.calls.ingest.files import FAXES, FEATURES, MAILS, PROMPTS, RECORDINGS, Line
from conmuta.apps.calls.ingest.queue import take_lines
from conmuta.apps.calls.models import Call, Quarantined
from conmuta.apps.calls.parsing import (
    Event,
    Malformed,
    QueueEvent,
    Read,
    Reads,
    Row,
    read_events,
    read_queue,
)
from conmuta.platform.monthly import started_of
from conmuta.platform.scope import Scope

Place = tuple[int, int]
"""Batch and line."""


def take(scope: Scope, rows: Iterable[Quarantined]) -> list[Quarantined]:
    """Takes what has a tenant by now; gives back the rows of those lines."""
    lines: dict[tuple[str, int], dict[Place, Quarantined]] = defaultdict(dict)
    for row in rows:
        lines[row.stream, row.node][row.batch, row.line] = row
    taken = []
    for (stream, node), each in lines.items():
        still = _TAKERS[stream](scope, node, list(each.values()))
        taken += [row for place, row in each.items() if place not in still]
    return taken


def _events(scope: Scope, node: int, rows: list[Quarantined]) -> set[Place]:
    reads = [read for row in rows for read in _reread(row, read_events)]
    still_up = _still_up(scope, node, {read.row.linkedid for read in reads})
    waiting = {_place(read.row) for read in reads if read.row.linkedid in still_up}
    reads = [read for read in reads if read.row.linkedid not in still_up]
    before = folded_anew(node, {read.row.linkedid for read in reads})
    orphans, heard = take_events(scope, node, reads, before)
    # These lines belong before what was known: the calls are folded again from all of it.
    calls = folded_anew(node, {linkedid for _, linkedid in heard})
    write_calls(node, {key: call.facts() for key, call in calls.items()})
    return waiting | {_place(read.row) for read in orphans}


def _queue(scope: Scope, node: int, rows: list[Quarantined]) -> set[Place]:
    reads = [read for row in rows for read in _reread(row, read_queue)]
    return {_place(read.row) for read in take_lines(scope, node, reads)}


def _files(stream: str) -> Callable[[Scope, int, list[Quarantined]], set[Place]]:
    kind = {each.stream: each for each in (RECORDINGS, MAILS, FAXES, FEATURES, PROMPTS)}[stream]

    def take_again(scope: Scope, node: int, rows: list[Quarantined]) -> set[Place]:
        lines = [Line(node, row.batch, row.line, row.content) for row in rows]
        _, orphans = kind.take_lines(scope, lines)
        return {(orphan.batch, orphan.line) for orphan in orphans}

    return take_again


def _reread(row: Quarantined, read: Callable[[int, int, bytes], Reads[Row]]) -> Iterator[Read[Row]]:
    for found in read(row.node, row.batch, row.content.encode()):
        if not isinstance(found, Malformed):
            yield found._replace(row=found.row._replace(line=row.line))


def _place(row: Event | QueueEvent) -> Place:
    return row.batch, row.line


def _still_up(scope: Scope, node: int, linkedids: set[str]) -> set[str]:
    starts = {started_of(linkedid) for linkedid in linkedids}
    rows = Call.objects.within(scope).filter(
        node=node, linkedid__in=linkedids, started__in=starts, final=False, cut_short=False
    )
    return set(rows.values_list("linkedid", flat=True))


_TAKERS: dict[str, Callable[[Scope, int, list[Quarantined]], set[Place]]] = {
    "cel": _events,
    "queue": _queue,
    **{stream: _files(stream) for stream in ("recording", "mail", "fax", "feature", "prompt")},
}
