"""Queue log lines of one caller, folded to that caller's visits to queues."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta

from conmuta.apps.calls.contracts import VisitFacts, VisitResult
from conmuta.apps.calls.parsing import QueueEvent


def fold_visits(events: Iterable[QueueEvent]) -> list[VisitFacts]:
    """One visit per entry, in order. Lines of a visit whose entry never came begin one too."""
    visits: list[VisitFacts] = []
    for event in sorted(events, key=lambda event: (event.batch, event.line)):
        step = _STEPS.get(event.kind)
        if step is None:
            continue
        if event.kind == "ENTERQUEUE" or not visits or visits[-1].queue != event.queue:
            visits.append(_entry(event, len(visits) + 1))
        visits[-1] = step(visits[-1], event)
    return visits


def _entry(event: QueueEvent, ordinal: int) -> VisitFacts:
    """A first line that already tells the wait also tells when the visit began."""
    waited = timedelta(seconds=_number(event, _WAIT_AT.get(event.kind, -1)))
    entered = event.at - waited
    return VisitFacts(uniqueid=event.call, ordinal=ordinal, queue=event.queue, entered=entered)


def _number(event: QueueEvent, index: int) -> float:
    try:
        return max(0.0, float(event.data[index])) if index >= 0 else 0.0
    except (ValueError, IndexError):
        return 0.0


def _text(event: QueueEvent, index: int) -> str:
    return event.data[index] if len(event.data) > index else ""


def _entered(visit: VisitFacts, event: QueueEvent) -> VisitFacts:
    return replace(visit, caller=_text(event, 1), position=int(_number(event, 2)))


def _connected(visit: VisitFacts, event: QueueEvent) -> VisitFacts:
    return replace(
        visit,
        connected=event.at,
        wait_seconds=_number(event, 0),
        result=VisitResult.TALKING,
        agent=event.agent,
    )


def _completed(visit: VisitFacts, event: QueueEvent) -> VisitFacts:
    return replace(
        visit,
        ended=event.at,
        wait_seconds=_number(event, 0),
        talk_seconds=_number(event, 1),
        result=VisitResult.ANSWERED,
        agent=event.agent or visit.agent,
    )


def _blind_transfer(visit: VisitFacts, event: QueueEvent) -> VisitFacts:
    return replace(
        _completed(visit, event),
        wait_seconds=_number(event, 2),
        talk_seconds=_number(event, 3),
    )


def _attended_transfer(visit: VisitFacts, event: QueueEvent) -> VisitFacts:
    """`method|target…|hold|talk|position`: the numbers are the last three."""
    count = len(event.data)
    return replace(
        _completed(visit, event),
        wait_seconds=_number(event, count - 3),
        talk_seconds=_number(event, count - 2),
    )


def _rang_in_vain(visit: VisitFacts, _event: QueueEvent) -> VisitFacts:
    return replace(visit, refusals=visit.refusals + 1)


def _left(result: VisitResult, wait_at: int) -> Callable[[VisitFacts, QueueEvent], VisitFacts]:
    def step(visit: VisitFacts, event: QueueEvent) -> VisitFacts:
        key = _text(event, 0) if result is VisitResult.KEY else ""
        waited = _number(event, wait_at)
        return replace(visit, ended=event.at, wait_seconds=waited, result=result, key=key)

    return step


_WAIT_AT = {
    "CONNECT": 0,
    "ABANDON": 2,
    "EXITWITHTIMEOUT": 2,
    "EXITEMPTY": 2,
    "EXITWITHKEY": 3,
}
_STEPS: dict[str, Callable[[VisitFacts, QueueEvent], VisitFacts]] = {
    "ENTERQUEUE": _entered,
    "CONNECT": _connected,
    "COMPLETECALLER": _completed,
    "COMPLETEAGENT": _completed,
    "BLINDTRANSFER": _blind_transfer,
    "ATTENDEDTRANSFER": _attended_transfer,
    "RINGNOANSWER": _rang_in_vain,
    "ABANDON": _left(VisitResult.ABANDONED, 2),
    "EXITWITHTIMEOUT": _left(VisitResult.TIMEOUT, 2),
    "EXITEMPTY": _left(VisitResult.EMPTY, 2),
    "JOINEMPTY": _left(VisitResult.EMPTY, -1),
    "EXITWITHKEY": _left(VisitResult.KEY, 3),
}
