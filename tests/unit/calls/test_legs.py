"""Who rang whom, from when to when, and what came of it: told by the events of real calls."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.calls.scenes import Scene, csv_lines
from tests.unit.calls.test_folding import SCENES, events_of

from conmuta.apps.calls.contracts import LegView
from conmuta.apps.calls.parsing import Event
from conmuta.apps.calls.rules import fold_call, legs

FIXTURES = Path(__file__).parent / "fixtures"
Told = tuple[str, str, str, str]
"""Who called, whom, the number dialled, and what came of it."""


def legs_of(events: list[Event], *, cut_short: bool = False) -> tuple[LegView, ...]:
    return legs(events, fold_call(events, cut_short=cut_short))


def by_call(name: str) -> list[tuple[LegView, ...]]:
    """The legs of each call of a recorded file, in the order in which the calls began."""
    events = events_of((FIXTURES / f"{name}.cel").read_text().splitlines())
    calls: dict[str, list[Event]] = {}
    for event in events:
        calls.setdefault(event.linkedid, []).append(event)
    return [legs_of(each) for each in calls.values()]


def told(leg: LegView) -> Told:
    return (who(leg.channel), who(leg.peer_channel), leg.destination, leg.disposition)


def who(channel: str) -> str:
    """The telephone or the gateway of a channel."""
    return channel.removeprefix("PJSIP/").partition("@")[0].partition("-0")[0]


RECORDED: dict[str, list[list[Told]]] = {
    "answered_inside": [[("550", "551", "551", "ANSWERED")]],
    "no_answer_then_voicemail": [[("550", "551", "551", "NO ANSWER")]],
    "busy": [
        [("552", "553", "553", "ANSWERED")],
        [("550", "551", "551", "BUSY")],
    ],
    "blind_transfer": [[("550", "551", "551", "ANSWERED"), ("550", "552", "551", "ANSWERED")]],
    # Of 551's two telephones one answered; its question to 552 is a call of its own
    "attended_transfer": [
        [
            ("550", "551", "551", "ANSWERED"),
            ("550", "551", "551", "NO ANSWER"),
            ("550", "552", "551", "ANSWERED"),
        ],
        [("551", "552", "552", "ANSWERED")],
    ],
    "picked_up": [
        [("550", "551", "551", "NO ANSWER"), ("550", "552", "551", "ANSWERED")],
        [("552", "", "**551", "ANSWERED")],
    ],
    "parked": [
        [("550", "551", "551", "ANSWERED"), ("550", "552", "551", "ANSWERED")],
        [("552", "", "701", "ANSWERED")],
    ],
    "queue_answered": [
        [("552", "", "*41", "ANSWERED")],
        [("alpha-gw-main", "552", "24000000", "ANSWERED")],
    ],
    "queue_abandoned": [
        [("552", "", "*43", "ANSWERED")],
        [("alpha-gw-main", "", "24000000", "ANSWERED")],
        [("552", "", "*44", "ANSWERED")],
        [("552", "", "*42", "ANSWERED")],
    ],
    "inbound_menu": [[("alpha-gw-main", "551", "24000000", "ANSWERED")]],
    "outbound_failover": [
        [
            ("550", "alpha-gw-main", "24002222", "CONGESTION"),
            ("550", "alpha-gw-spare", "24002222", "ANSWERED"),
        ]
    ],
    "pin_refused": [[("550", "", "0054111234", "ANSWERED")]],
}


@pytest.mark.parametrize("name", RECORDED)
def test_the_legs_of_recorded_calls(name: str) -> None:
    found = by_call(name)
    assert [[told(leg) for leg in call] for call in found] == RECORDED[name]
    for leg in (leg for call in found for leg in call):
        assert leg.ended is not None
        assert leg.began <= (leg.answered or leg.began) <= leg.ended
        assert (leg.answered is not None) == (leg.disposition == "ANSWERED")
        assert 0 <= leg.talk_seconds <= (leg.ended - leg.began).total_seconds()


def test_who_calls_in_is_known_by_the_number() -> None:
    [[leg]] = by_call("inbound_menu")
    assert leg.source == "099123456"


def test_the_time_in_a_menu_is_nobodys_talk() -> None:
    """Four seconds in the menu, two with 551."""
    [[leg]] = by_call("inbound_menu")
    assert leg.talk_seconds == pytest.approx(2.05, abs=0.01)


def test_who_transfers_a_call_stops_talking_and_the_next_begins() -> None:
    for name in ("blind_transfer", "attended_transfer"):
        before, *_, after = by_call(name)[0]
        assert before.talk_seconds == pytest.approx(1, abs=0.4)
        assert after.talk_seconds == pytest.approx(2, abs=0.1)


def test_parking_is_nobodys_talk() -> None:
    before, after = by_call("parked")[0]
    assert before.talk_seconds == pytest.approx(0.01, abs=0.01)
    assert after.talk_seconds == pytest.approx(0.58, abs=0.01)


@given(data=st.data(), name=st.sampled_from(sorted(RECORDED)))
def test_any_cutting_and_any_order_of_arrival_give_the_same_legs(
    data: st.DataObject, name: str
) -> None:
    lines = (FIXTURES / f"{name}.cel").read_text().splitlines()
    cuts = sorted(data.draw(st.sets(st.integers(1, len(lines) - 1), max_size=6)))
    pieces = [lines[a:b] for a, b in zip([0, *cuts], [*cuts, len(lines)], strict=True)]
    events = [event for n, piece in enumerate(pieces, 1) for event in events_of(piece, n)]
    first = events[0].linkedid
    of_call = [event for event in events if event.linkedid == first]
    assert legs_of(data.draw(st.permutations(of_call))) == by_call(name)[0]


@given(count=st.integers(0, 8), answers=st.integers(0, 8), cause=st.sampled_from([0, 17, 26, 34]))
def test_each_telephone_that_rings_has_one_leg(count: int, answers: int, cause: int) -> None:
    scene = Scene()
    a, phones = scene.linkedid, [f"{scene.linkedid}{n}" for n in range(1, count + 1)]
    scene.start(a, "550").tell("internal", "500", number="550").tell("ring", "500")
    for phone in phones:
        scene.start(phone, "551")
    for phone in phones:
        if phone[-1] == str(answers):
            scene.event("ANSWER", phone).bridge(phone, a)
        else:
            scene.event("HANGUP", phone, extra={"hangupcause": cause})
    found = legs_of(events_of(csv_lines(scene.over().cel)))
    assert len({leg.peer_channel for leg in found}) == len(found) == max(1, count)
    said = {0: "NO ANSWER", 17: "BUSY", 26: "NO ANSWER", 34: "CONGESTION"}[cause]
    wanted = ["ANSWERED" if n == answers else said for n in range(1, count + 1)]
    assert [leg.disposition for leg in found] == (wanted or ["NO ANSWER"])


@pytest.mark.parametrize(
    ("cause", "disposition"),
    [(16, "NO ANSWER"), (19, "NO ANSWER"), (38, "CONGESTION"), (1, "FAILED"), (58, "FAILED")],
)
def test_why_a_gateway_did_not_take_the_call(cause: int, disposition: str) -> None:
    scene = Scene()
    b = f"{scene.linkedid}1"
    scene.start(scene.linkedid, "550").tell("out", "mobile|099123456|main").start(b, "")
    scene.event("HANGUP", b, extra={"hangupcause": cause})
    [leg] = legs_of(events_of(csv_lines(scene.over().cel)))
    assert (leg.destination, leg.disposition) == ("099123456", disposition)


def test_a_queue_that_rings_two_agents_has_a_leg_for_each_and_the_caller_rang_both() -> None:
    scene = Scene()
    a, b, c = (f"{scene.linkedid}{end}" for end in ("", "1", "2"))
    scene.start(a, "099123456").tell("in", "24001000|main", number="099123456").event("ANSWER", a)
    scene.start(b, "551").wait(8).event("HANGUP", b, extra={"hangupcause": 0})
    scene.start(c, "552").wait(3).event("ANSWER", c).bridge(c, a).wait(30)
    scene.bridge(a, c, kind="BRIDGE_EXIT").tell("queue", "ventas|answered").end(c, a).over()
    first, second = legs_of(events_of(csv_lines(scene.cel)))
    assert (first.disposition, second.disposition) == ("NO ANSWER", "ANSWERED")
    assert first.channel == second.channel == scene.names[a]
    assert {first.destination, second.destination} == {"24001000"}
    assert second.talk_seconds == pytest.approx(30, abs=0.1)


def test_a_telephone_that_is_being_rung_rings_nobody_though_it_is_recorded() -> None:
    """Two gateways or telephones at once, each recorded from before it answers."""
    scene = Scene()
    a, b, c = (f"{scene.linkedid}{end}" for end in ("", "1", "2"))
    scene.start(a, "550").tell("internal", "551", number="550")
    scene.start(b, "551").tell("recording", "file", b).start(c, "551").tell("recording", "file", c)
    found = legs_of(events_of(csv_lines(scene.end(b, c, a).over().cel)))
    assert [leg.channel for leg in found] == [scene.names[a]] * 2


def test_who_joins_a_room_is_somebody_whom_the_caller_met_and_its_announcer_is_nobody() -> None:
    """As Asterisk tells it: the others of a room are named as peers alone."""
    scene = Scene()
    a, extra = scene.linkedid, {"bridge_id": "room", "bridge_technology": "softmix"}
    peers = ("CBAnn/alpha-800-00000000;2", "PJSIP/551@alpha-01", "PJSIP/552@alpha-02")
    scene.start(a, "550").tell("conference", "800", number="550").event("ANSWER", a)
    scene.wait(5).event("BRIDGE_ENTER", a, extra=extra, peer=",".join(peers)).wait(3)
    found = legs_of(events_of(csv_lines(scene.end(a).over().cel)))
    assert [(leg.channel, leg.peer_channel) for leg in found] == [
        (scene.names[a], "PJSIP/551@alpha-01"),
        (scene.names[a], "PJSIP/552@alpha-02"),
    ]
    assert [leg.talk_seconds for leg in found] == [pytest.approx(3, abs=0.1)] * 2


def test_a_call_that_is_up_has_a_leg_that_has_not_ended() -> None:
    scene = Scene()
    b = f"{scene.linkedid}1"
    scene.start(scene.linkedid, "550").tell("internal", "551").start(b, "551")
    [rings] = legs_of(events_of(csv_lines(scene.cel)))
    assert (rings.answered, rings.ended, rings.disposition) == (None, None, "NO ANSWER")
    scene.event("ANSWER", b).bridge(b, scene.linkedid).wait(9)
    [talks] = legs_of(events_of(csv_lines(scene.cel)))
    assert (talks.ended, talks.talk_seconds, talks.disposition) == (None, 0, "ANSWERED")


def test_a_call_that_was_up_when_asterisk_died_ended_with_its_last_event() -> None:
    scene = Scene()
    b = f"{scene.linkedid}1"
    scene.start(scene.linkedid, "550").tell("internal", "551").start(b, "551")
    scene.event("ANSWER", b).bridge(b, scene.linkedid).wait(9).tell("hold", "551|on", b)
    events = events_of(csv_lines(scene.cel))
    [leg] = legs_of(events, cut_short=True)
    assert leg.ended == events[-1].at
    assert leg.talk_seconds == pytest.approx(9, abs=0.1)


def test_a_clock_that_jumps_back_makes_no_negative_talk() -> None:
    scene = Scene()
    b = f"{scene.linkedid}1"
    scene.start(scene.linkedid, "550").tell("internal", "551").start(b, "551")
    scene.event("ANSWER", b).bridge(b, scene.linkedid).wait(-timedelta(hours=3).total_seconds())
    scene.bridge(scene.linkedid, b, kind="BRIDGE_EXIT").end(b, scene.linkedid).over()
    [leg] = legs_of(events_of(csv_lines(scene.cel)))
    assert leg.talk_seconds == 0


def test_who_is_sent_on_by_the_caller_is_who_rings_the_next() -> None:
    """550 talks to 551, then sends it on to 552."""
    scene = Scene()
    a, b, c = (f"{scene.linkedid}{end}" for end in ("", "1", "2"))
    scene.start(a, "550").tell("internal", "551", number="550").start(b, "551")
    scene.event("ANSWER", b).bridge(b, a).wait(5).bridge(b, a, kind="BRIDGE_EXIT").end(a)
    scene.tell("internal", "552", b, "551").start(c, "552").event("ANSWER", c)
    scene.bridge(c, b, bridge="b2").wait(10).bridge(b, c, kind="BRIDGE_EXIT", bridge="b2")
    first, second = legs_of(events_of(csv_lines(scene.end(b, c).over().cel)))
    assert (second.channel, second.source, second.destination) == (scene.names[b], "551", "552")
    assert first.talk_seconds == pytest.approx(5, abs=0.1)
    assert second.talk_seconds == pytest.approx(10, abs=0.1)


def test_a_line_that_was_lost_loses_no_leg() -> None:
    """Without the caller's first line, or without any of its lines."""
    events = events_of((FIXTURES / "answered_inside.cel").read_text().splitlines())
    [whole] = legs_of(events)
    for lost in (events[1:], [event for event in events[1:] if "550" not in event.channel]):
        assert [leg.disposition for leg in legs_of(lost)] == ["ANSWERED"]
    assert told(legs_of(events[1:])[0]) == told(whole)


@pytest.mark.parametrize("scene", SCENES)
def test_every_call_has_a_leg(scene: Callable[[], Scene]) -> None:
    assert legs_of(events_of(csv_lines(scene().cel)))
