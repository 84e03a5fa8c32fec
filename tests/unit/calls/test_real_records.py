"""Files that a real Asterisk wrote (see `record.py`), taken and told: what people did is what
the record says.
"""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from tests.unit.calls.node import SYSTEM, Node

from conmuta.apps.calls import api as calls
from conmuta.apps.calls.models import AgentPause, AgentSession, Quarantined, QueueVisit
from conmuta.cli.calls import line
from conmuta.platform.scope import Scope
from conmuta_plan.node import Stream

FIXTURES = Path(__file__).parent / "fixtures"
STREAMS = ((Stream.CEL, "cel"), (Stream.QUEUE, "queue"))


@pytest.fixture
def alpha_scope(two_tenants: tuple[Scope, Scope]) -> Scope:
    return two_tenants[0]


def take(node: Node, *names: str) -> None:
    for name in names:
        for stream, ending in STREAMS:
            content = (FIXTURES / f"{name}.{ending}").read_bytes()
            if content:
                node.send(stream, content)
    with SYSTEM.active():
        assert Quarantined.objects.count() == 0


def told(scope: Scope, number: int = 0) -> tuple[calls.CallStory, list[str]]:
    """The story of the call that began as the `number`th, in English."""
    with scope.active():
        found = sorted(calls.calls(scope, calls.CallFilter()), key=lambda call: call.facts.began)
        story = calls.call(scope, found[number].id, "en")
    assert story.call.facts.final
    return story, [moment.text for moment in story.moments]


def in_order(lines: list[str], *wanted: str) -> bool:
    rest = iter(lines)
    return all(any(line == want for line in rest) for want in wanted)


def test_an_answered_call(node: Node, alpha_scope: Scope) -> None:
    take(node, "answered_inside")
    story, lines = told(alpha_scope)
    facts = story.call.facts
    assert (facts.caller, facts.callee, facts.caller_name) == ("550", "551", "Ana")
    assert (facts.disposition, facts.direction) == ("answered", "internal")
    assert 1.5 < facts.talk_seconds < 4
    assert lines == [
        "550 dials 551",
        "extension 551 rings",
        "551 answers",
        "the caller hangs up",
        "the call ends",
    ]
    assert [leg.disposition for leg in story.legs] == ["ANSWERED"]


def test_a_call_through_a_menu_was_to_the_number_that_was_dialled(
    node: Node, alpha_scope: Scope
) -> None:
    take(node, "inbound_menu")
    story, _ = told(alpha_scope)
    facts = story.call.facts
    assert (facts.caller, facts.dialled, facts.callee) == ("099123456", "24000000", "551")
    assert [leg.destination for leg in story.legs] == ["24000000"]
    printed = line(story.call, ZoneInfo("America/Montevideo"))
    assert "099123456 → 24000000" in printed
    assert "to 551" in printed


def test_a_message_is_left(node: Node, alpha_scope: Scope) -> None:
    take(node, "no_answer_then_voicemail")
    story, lines = told(alpha_scope)
    assert story.call.facts.disposition == "voicemail"
    assert 4 < story.call.facts.ring_seconds < 6
    assert in_order(lines, "551 does not answer", "the voicemail of 551 takes the call")


def test_a_busy_extension(node: Node, alpha_scope: Scope) -> None:
    take(node, "busy")
    story, lines = told(alpha_scope, 1)
    assert (story.call.facts.caller, story.call.facts.disposition) == ("550", "voicemail")
    assert in_order(lines, "551 is busy", "the voicemail of 551 takes the call")


def test_a_blind_transfer(node: Node, alpha_scope: Scope) -> None:
    take(node, "blind_transfer")
    story, lines = told(alpha_scope)
    assert (story.call.facts.dialled, story.call.facts.callee) == ("551", "552")
    assert in_order(
        lines, "551 answers", "551 transfers the call to 552", "extension 552 rings", "552 answers"
    )


def test_an_attended_transfer_is_told_by_both_calls(node: Node, alpha_scope: Scope) -> None:
    take(node, "attended_transfer")
    first, lines = told(alpha_scope, 0)
    second, _ = told(alpha_scope, 1)
    assert "551 transfers the call, after asking" in lines
    assert (first.call.facts.caller, first.call.facts.callee) == ("550", "552")
    assert (second.call.facts.caller, second.call.facts.callee) == ("551", "552")
    assert [other.id for other in first.related] == [second.call.id]
    assert [other.id for other in second.related] == [first.call.id]
    assert first.call.facts.talk_seconds > 2.5


def test_a_call_picked_up_by_a_colleague(node: Node, alpha_scope: Scope) -> None:
    take(node, "picked_up")
    story, lines = told(alpha_scope)
    assert (story.call.facts.dialled, story.call.facts.callee) == ("551", "552")
    assert story.call.facts.disposition == "answered"
    assert "552 picks up the call" in lines


def test_a_parked_call(node: Node, alpha_scope: Scope) -> None:
    take(node, "parked")
    story, lines = told(alpha_scope)
    assert story.call.facts.callee == "552"
    assert in_order(lines, "the call is parked", "552 takes it from parking")
    assert 0.5 < story.call.facts.talk_seconds < 2


def test_a_queue_that_answers(node: Node, alpha_scope: Scope) -> None:
    take(node, "queue_answered")
    story, lines = told(alpha_scope, -1)
    facts = story.call.facts
    assert (facts.caller, facts.callee, facts.queue) == ("099123456", "552", "ventas")
    assert (story.call.agent, facts.direction, facts.disposition) == ("601", "in", "answered")
    assert facts.recorded
    assert in_order(
        lines,
        "099123456 calls 24000000, by main",
        "flow “principal”, step “opciones” (Menu)",
        "the caller presses 1",
        "waits in the queue “ventas”",
        "552 answers",
    )
    with alpha_scope.active():
        visit = QueueVisit.objects.within(alpha_scope).get()
    assert (visit.result, visit.agent, visit.linkedid) == ("answered", "601", facts.linkedid)


def test_an_agents_day_and_a_caller_who_gave_up(node: Node, alpha_scope: Scope) -> None:
    take(node, "queue_answered", "queue_abandoned")
    with alpha_scope.active():
        (call, *_) = calls.calls(alpha_scope, calls.CallFilter(direction=calls.Direction.IN))
        session = AgentSession.objects.within(alpha_scope).get()
        pause = AgentPause.objects.within(alpha_scope).get()
        visits = QueueVisit.objects.within(alpha_scope).order_by("entered")
        assert [visit.result for visit in visits] == ["answered", "abandoned"]
    assert (call.facts.disposition, call.facts.queue) == ("abandoned", "ventas")
    assert (session.agent, session.extension, session.queues) == ("601", "552", ["ventas"])
    assert session.ended
    assert session.started < pause.started < pause.ended < session.ended


def test_a_menu_that_leads_to_an_extension(node: Node, alpha_scope: Scope) -> None:
    take(node, "inbound_menu")
    story, lines = told(alpha_scope)
    assert (story.call.facts.dialled, story.call.facts.callee) == ("24000000", "551")
    assert in_order(lines, "the caller presses 2", "extension 551 rings", "551 answers")


def test_a_call_that_the_second_carrier_took(node: Node, alpha_scope: Scope) -> None:
    take(node, "outbound_failover")
    story, lines = told(alpha_scope)
    facts = story.call.facts
    assert (facts.direction, facts.gateway, facts.call_class) == ("out", "spare", "local")
    assert (facts.disposition, facts.callee) == ("answered", "24002222")
    assert in_order(
        lines, "550 dials 24002222 (local), by main", "550 dials 24002222 (local), by spare"
    )


def test_a_call_refused_for_want_of_a_pin(node: Node, alpha_scope: Scope) -> None:
    take(node, "pin_refused")
    story, lines = told(alpha_scope)
    assert (story.call.facts.disposition, story.call.facts.refused) == ("refused", "pin")
    assert story.call.facts.dialled == "0054111234"
    assert "refused: no valid PIN was given" in lines
