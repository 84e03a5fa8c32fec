"""All that is known of a call, told in order."""

from collections.abc import Iterable, Sequence

from conmuta.apps.calls.contracts import CallFacts, VisitFacts, VisitResult
from conmuta.apps.calls.parsing import USER_EVENT, Event
from conmuta.apps.calls.timeline import asterisk, ours
from conmuta.apps.calls.timeline.said import Said, Story
from conmuta_compiler.steps.common.words import Words, words

_AFTER_WAITING = {"ring", "answers", "queue", "queue_connect"}
_INTRODUCTIONS = {"in", "internal", "out", "refused"}


def tell(
    events: Iterable[Event], visits: Sequence[VisitFacts], facts: CallFacts | None = None
) -> list[Said]:
    """The story of one call: its events in the node's order, its visits where they fell."""
    ordered = sorted(events, key=lambda event: (event.batch, event.line))
    if not ordered:
        return []
    introduced = any(event.user_kind in _INTRODUCTIONS for event in ordered)
    story = Story(ordered[0].linkedid, introduced)
    for event in ordered:
        if event.kind == USER_EVENT:
            ours.tell(story, event)
        elif event.kind in asterisk.TELLERS:
            asterisk.TELLERS[event.kind](story, event)
    said = list(story.said)
    for each in sorted(_of_visits(visits), key=lambda said: said.at):
        _insert(said, each)
    if facts and facts.cut_short and facts.ended:
        told = words("cut short: Asterisk stopped", "cortada: Asterisk se detuvo")
        said.append(Said(facts.ended, "cut_short", told))
    return said


def _insert(said: list[Said], each: Said) -> None:
    """Before the first line that is later: the lines keep their order though a clock jumped.

    The queue log counts whole seconds: of the same second, what only follows a wait is later.
    """
    place = len(said)
    for index, other in enumerate(said):
        second = other.at.replace(microsecond=0)
        follows = each.kind == "queue_enter" and other.kind in _AFTER_WAITING
        if second > each.at or (second == each.at and follows):
            place = index
            break
    said.insert(place, each)


def _of_visits(visits: Iterable[VisitFacts]) -> Iterable[Said]:
    for visit in visits:
        entered = words("waits in the queue “{q}”", "espera en la cola «{q}»", q=visit.queue)
        yield Said(visit.entered, "queue_enter", entered)
        if visit.connected:
            yield Said(visit.connected, "queue_connect", _connected(visit))
        if visit.ended and visit.result is VisitResult.CUT_SHORT:
            cut = words("the wait is cut short", "la espera queda cortada")
            yield Said(visit.ended, "queue_cut", cut)


def _connected(visit: VisitFacts) -> Words:
    return words(
        "agent {agent} takes the call after {wait} s in the queue “{q}”",
        "el agente {agent} toma la llamada tras {wait} s en la cola «{q}»",
        agent=visit.agent or "?",
        wait=round(visit.wait_seconds),
        q=visit.queue,
    )
