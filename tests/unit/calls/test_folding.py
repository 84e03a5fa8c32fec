"""Any order and any cutting of a node's file gives the same call; and the calls of the field."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.calls.scenes import (
    Scene,
    answered_inside,
    body,
    csv_lines,
    failover_out,
    queue_abandoned,
    queue_answered,
    refused_pin,
    voicemail_after_no_answer,
)

from conmuta.apps.calls.contracts import CallFacts, Direction, Disposition, VisitResult
from conmuta.apps.calls.parsing import Event, Malformed, QueueEvent, read_events, read_queue
from conmuta.apps.calls.rules import fold_call, fold_marks, fold_visits
from conmuta.apps.calls.rules.agents import Does, Mark
from conmuta.apps.calls.timeline import tell

MORNING = datetime(2026, 11, 23, 12, tzinfo=UTC)
SCENES = [
    answered_inside,
    failover_out,
    queue_abandoned,
    queue_answered,
    refused_pin,
    voicemail_after_no_answer,
]


def events_of(lines: list[str], batch: int = 1) -> list[Event]:
    reads = list(read_events(7, batch, body(lines)))
    assert not [read for read in reads if isinstance(read, Malformed)]
    return [read.row for read in reads if not isinstance(read, Malformed)]


def fold(scene: Scene) -> CallFacts:
    return fold_call(events_of(csv_lines(scene.cel)))


@given(data=st.data(), scene=st.sampled_from(SCENES))
def test_any_cutting_and_any_order_of_arrival_give_the_same_call(
    data: st.DataObject, scene: Callable[[], Scene]
) -> None:
    lines = csv_lines(scene().cel)
    cuts = sorted(data.draw(st.sets(st.integers(1, len(lines) - 1), max_size=6)))
    pieces = [lines[a:b] for a, b in zip([0, *cuts], [*cuts, len(lines)], strict=True)]
    events = [event for n, piece in enumerate(pieces, 1) for event in events_of(piece, n)]
    assert fold_call(data.draw(st.permutations(events))) == fold_call(events_of(lines))


@given(data=st.data(), scene=st.sampled_from([queue_abandoned, queue_answered]))
def test_the_same_holds_for_visits_to_queues(
    data: st.DataObject, scene: Callable[[], Scene]
) -> None:
    lines = queue_lines(scene())
    assert fold_visits(data.draw(st.permutations(lines))) == fold_visits(lines)


def queue_lines(scene: Scene) -> list[QueueEvent]:
    reads = read_queue(7, 1, body(scene.queue_log))
    return [read.row for read in reads if not isinstance(read, Malformed)]


def test_an_extension_that_answers() -> None:
    call = fold(answered_inside())
    assert (call.direction, call.caller, call.callee) == (Direction.INTERNAL, "550", "551")
    assert call.disposition is Disposition.ANSWERED
    assert call.ring_seconds == pytest.approx(4, abs=0.2)
    assert call.talk_seconds == pytest.approx(20, abs=0.2)
    assert call.caller_name == "Ana"


def test_a_message_left_after_nobody_answered() -> None:
    call = fold(voicemail_after_no_answer())
    assert (call.direction, call.dialled, call.callee) == (Direction.IN, "24001000", "551")
    assert (call.disposition, call.answered) == (Disposition.VOICEMAIL, None)
    assert call.ring_seconds > 25


def test_a_caller_who_gave_up_in_the_queue() -> None:
    call = fold(queue_abandoned())
    assert (call.disposition, call.queue) == (Disposition.ABANDONED, "ventas")


def test_a_call_that_the_second_gateway_carried() -> None:
    call = fold(failover_out())
    assert (call.direction, call.dialled, call.gateway) == (Direction.OUT, "099123456", "second")
    assert (call.disposition, call.call_class) == (Disposition.ANSWERED, "mobile")


def test_a_call_refused_for_want_of_a_pin() -> None:
    call = fold(refused_pin())
    assert (call.disposition, call.refused) == (Disposition.REFUSED, "pin")
    assert (call.direction, call.dialled) == (Direction.OUT, "0034911234567")


def test_a_call_still_up_has_no_end() -> None:
    lines = csv_lines(answered_inside().cel)[:9]
    call = fold_call(events_of(lines))
    assert (call.final, call.ended, call.disposition) == (False, None, Disposition.ANSWERED)


def test_a_call_that_asterisk_took_with_it_ended_with_its_last_event() -> None:
    events = events_of(csv_lines(answered_inside().cel)[:9])
    call = fold_call(events, cut_short=True)
    assert (call.cut_short, call.final, call.ended) == (True, False, events[-1].at)


def test_a_caller_who_gives_up_while_an_extension_rings_was_not_answered() -> None:
    scene = Scene()
    a, b = scene.linkedid, "1795000000.11"
    scene.start(a, "550").tell("internal", "551|551").start(b, "551").wait(12)
    scene.end(b).end(a, status="CANCEL").over()
    call = fold(scene)
    assert (call.disposition, call.dialled, call.callee) == (Disposition.NO_ANSWER, "551", "551")
    assert call.ring_seconds > 11.9


def test_who_gives_up_at_the_second_extension_found_it_ringing_not_busy() -> None:
    scene = Scene()
    a = scene.linkedid
    scene.start(a, "099123456").tell("in", "24001000|carrier").tell("ring", "551")
    scene.tell("result", "551|busy").tell("ring", "552").wait(5).end(a, status="CANCEL").over()
    assert fold(scene).disposition == Disposition.NO_ANSWER


def test_a_clock_that_jumped_back_makes_no_negative_time() -> None:
    scene = Scene()
    scene.start(scene.linkedid, "550").tell("internal", "551").tell("ring", "551")
    scene.start("1795000000.11", "551").bridge(scene.linkedid, "1795000000.11").wait(-3600)
    scene.bridge(scene.linkedid, kind="BRIDGE_EXIT").end(scene.linkedid).over()
    call = fold(scene)
    assert (call.talk_seconds, call.disposition) == (0, Disposition.ANSWERED)


def test_an_attended_transfer_names_the_call_that_it_joined() -> None:
    scene = Scene()
    a, b, other = scene.linkedid, "1795000000.11", "1795000005.12"
    scene.start(a, "099123456").tell("in", "24001000|carrier").start(b, "551").bridge(a, b).wait(9)
    extra = {"bridge1_id": "b1", "channel2_uniqueid": other, "transferee_channel_uniqueid": a}
    scene.event("ATTENDEDTRANSFER", b, extra=extra).bridge("1795000005.13").wait(9)
    scene.end(b, a, "1795000005.13").over()
    assert fold(scene).joined == (other, "1795000005.13")


def test_a_visit_is_told_by_the_queue_log() -> None:
    (visit,) = fold_visits(queue_lines(queue_answered()))
    assert (visit.result, visit.wait_seconds, visit.talk_seconds) == (VisitResult.ANSWERED, 12, 30)
    (left,) = fold_visits(queue_lines(queue_abandoned()))
    assert (left.result, left.wait_seconds) == (VisitResult.ABANDONED, 40)


def test_who_comes_back_to_the_same_queue_has_two_visits() -> None:
    scene = Scene()
    scene.queue("ENTERQUEUE", "", "099", 1).wait(5).queue("EXITWITHKEY", "1", 1, 1, 5).wait(2)
    scene.queue("ENTERQUEUE", "", "099", 2).wait(3).queue("EXITWITHTIMEOUT", 1, 2, 3)
    first, second = fold_visits(queue_lines(scene))
    assert (first.result, first.key, first.ordinal) == (VisitResult.KEY, "1", 1)
    assert (second.result, second.position, second.ordinal) == (VisitResult.TIMEOUT, 2, 2)


def mark(second: int, does: Does, queue: str = "*", **more: str) -> Mark:
    return Mark("601", MORNING + timedelta(seconds=second), does, queue, **more)


def test_an_agent_of_two_queues_has_one_session() -> None:
    marks = [
        mark(0, Does.IN, extension="551"),
        mark(0, Does.IN, "ventas"),
        mark(0, Does.IN, "soporte"),
        mark(60, Does.PAUSE, "ventas", reason="almuerzo"),
        mark(60, Does.PAUSE, "soporte", reason="almuerzo"),
        mark(90, Does.UNPAUSE, "ventas"),
        mark(90, Does.UNPAUSE, "soporte"),
        mark(100, Does.OUT, "ventas"),
        mark(101, Does.OUT, "soporte"),
        mark(101, Does.OUT),
    ]
    sessions, pauses = fold_marks(reversed(marks))
    (session,), (pause,) = sessions, pauses
    assert (session.queues, session.extension) == (("soporte", "ventas"), "551")
    assert session.ended
    assert (session.ended - session.began).total_seconds() == 101
    assert pause.ended
    assert ((pause.ended - pause.began).total_seconds(), pause.reason) == (30, "almuerzo")


def test_an_agent_still_there_has_an_open_session() -> None:
    (session,), pauses = fold_marks([mark(0, Does.IN, "ventas")])
    assert (session.ended, pauses) == (None, [])


def test_a_call_that_only_its_first_channel_tells_of_has_what_was_dialled() -> None:
    first = Scene().linkedid
    scene = Scene().event("CHAN_START", first, number="550", exten="*43").event("ANSWER", first)
    call = fold(scene.end(first).over())
    assert (call.caller, call.dialled) == ("550", "*43")
    assert call.disposition is Disposition.SELF_SERVICE
    told = [said.words.text("en") for said in tell(events_of(csv_lines(scene.cel)), ())]
    assert told[0] == "550 dials *43"


@pytest.mark.parametrize("exten", ["s", "", "start"])
def test_where_a_channel_merely_begins_is_no_number(exten: str) -> None:
    scene = Scene().event("CHAN_START", Scene().linkedid, number="550", exten=exten)
    assert fold(scene.over()).dialled == ""


def test_what_our_own_event_says_goes_before_the_first_channel() -> None:
    first = Scene().linkedid
    scene = Scene().event("CHAN_START", first, number="099", exten="24000000")
    assert fold(scene.tell("in", "29001234|main").over()).dialled == "29001234"
