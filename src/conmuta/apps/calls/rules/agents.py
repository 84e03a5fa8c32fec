"""What an agent did, folded to sessions and pauses.

Marks come from two streams (the queue log's lines per queue, and the `agent` events of a
telephone), which tell the same thing twice; the fold takes each change once.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from conmuta.apps.calls.contracts import PauseFacts, SessionFacts

WHOLE = "*"
"""Stands for all of an agent's queues at once."""


class Does(StrEnum):
    """In this order where two marks have the same time."""

    IN = "in"
    PAUSE = "pause"
    UNPAUSE = "unpause"
    OUT = "out"


_RANK = {does: rank for rank, does in enumerate(Does)}


class Mark(NamedTuple):
    """An agent signed in or out, paused or came back: of `queue`, or `WHOLE`."""

    agent: str
    at: datetime
    does: Does
    queue: str = WHOLE
    extension: str = ""
    reason: str = ""


class Worked(NamedTuple):
    """Sessions and pauses, oldest first."""

    sessions: list[SessionFacts]
    pauses: list[PauseFacts]


@dataclass(slots=True)
class _Day:
    session: SessionFacts | None = None
    queues: set[str] = field(default_factory=set)
    pause: PauseFacts | None = None
    paused: set[str] = field(default_factory=set)
    done: Worked = field(default_factory=lambda: Worked([], []))


def fold_marks(marks: Iterable[Mark]) -> Worked:
    """One agent's sessions and pauses; the last of each may still run."""
    day = _Day()
    for mark in sorted(set(marks), key=lambda mark: (mark.at, _RANK[mark.does], mark)):
        _STEPS[mark.does](day, mark)
    _close_session(day, None)
    _close_pause(day, None)
    return day.done


def _in(day: _Day, mark: Mark) -> None:
    if day.session is None:
        day.session = SessionFacts(agent=mark.agent, began=mark.at)
    day.queues.add(mark.queue)
    named = {*day.session.queues, *([mark.queue] if mark.queue != WHOLE else [])}
    extension = mark.extension or day.session.extension
    day.session = replace(day.session, queues=tuple(sorted(named)), extension=extension)


def _out(day: _Day, mark: Mark) -> None:
    day.queues.discard(mark.queue)
    if mark.queue == WHOLE or not day.queues - {WHOLE}:
        _close_session(day, mark.at)
        _close_pause(day, mark.at)


def _pause(day: _Day, mark: Mark) -> None:
    if day.pause is None:
        day.pause = PauseFacts(agent=mark.agent, began=mark.at)
    day.paused.add(mark.queue)
    day.pause = replace(day.pause, reason=day.pause.reason or mark.reason)


def _unpause(day: _Day, mark: Mark) -> None:
    day.paused.discard(mark.queue)
    if mark.queue == WHOLE or not day.paused - {WHOLE}:
        _close_pause(day, mark.at)


def _close_session(day: _Day, at: datetime | None) -> None:
    if day.session:
        day.done.sessions.append(replace(day.session, ended=at))
    day.session = None
    day.queues.clear()


def _close_pause(day: _Day, at: datetime | None) -> None:
    if day.pause:
        day.done.pauses.append(replace(day.pause, ended=at))
    day.pause = None
    day.paused.clear()


_STEPS = {Does.IN: _in, Does.OUT: _out, Does.PAUSE: _pause, Does.UNPAUSE: _unpause}
