"""What a person reads of a call: the list, the story in words, and only their own."""

import argparse
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import ModuleType
from zoneinfo import ZoneInfo

import msgspec
import pytest
from tests.unit.calls.node import Node
from tests.unit.calls.scenes import (
    Scene,
    answered_inside,
    failover_out,
    queue_answered,
    refused_pin,
    voicemail_after_no_answer,
)

from conmuta.apps.calls import api as calls
from conmuta.apps.calls.errors import BadCallId, NoSuchCall
from conmuta.cli import call as call_command
from conmuta.cli import calls as calls_command
from conmuta.platform.scope import Scope


def story(node: Node, scope: Scope, scene: Scene, language: str = "en") -> list[str]:
    node.send_scene(scene)
    with scope.active():
        told = calls.call(scope, f"7-{scene.linkedid}", language)
    zone = ZoneInfo(told.time_zone)
    return [f"{moment.at.astimezone(zone):%H:%M:%S} {moment.text}" for moment in told.moments]


def test_an_internal_call_in_words(node: Node, two_tenants: tuple[Scope, Scope]) -> None:
    assert story(node, two_tenants[0], answered_inside()) == [
        "08:06:40 550 dials 551",
        "08:06:40 extension 551 rings",
        "08:06:44 551 answers",
        "08:07:04 the call ends",
    ]


def test_a_caller_who_gives_up_while_it_rings_in_words(
    node: Node, two_tenants: tuple[Scope, Scope]
) -> None:
    scene = Scene()
    a, b = scene.linkedid, f"{scene.linkedid}1"
    scene.start(a, "550").tell("internal", "551|551", number="550").start(b, "551").wait(12)
    scene.end(b).end(a, status="CANCEL").over()
    assert [line.partition(" ")[2] for line in story(node, two_tenants[0], scene)] == [
        "550 dials 551",
        "extension 551 rings",
        "551 does not answer",
        "the call ends",
    ]


def test_the_same_in_spanish(node: Node, two_tenants: tuple[Scope, Scope]) -> None:
    assert story(node, two_tenants[0], voicemail_after_no_answer(), "es") == [
        "08:06:40 099123456 llama al 24001000, por carrier",
        "08:06:40 suena el interno 551",
        "08:07:05 551 no contesta",
        "08:07:05 atiende el sistema",
        "08:07:05 toma la llamada el buzón de 551",
        "08:07:14 termina la llamada",
    ]


def test_a_wait_in_the_queue_in_words(node: Node, two_tenants: tuple[Scope, Scope]) -> None:
    told = story(node, two_tenants[0], queue_answered())
    assert "08:06:40 waits in the queue “ventas”" in told
    assert "08:06:52 agent 601 takes the call after 12 s in the queue “ventas”" in told


@pytest.mark.parametrize(
    ("scene", "line"),
    [
        (refused_pin, "refused: no valid PIN was given"),
        (failover_out, "550 dials 099123456 (mobile), by second"),
    ],
)
def test_why_and_by_which_gateway(
    node: Node, two_tenants: tuple[Scope, Scope], scene: Callable[[], Scene], line: str
) -> None:
    assert any(told.endswith(line) for told in story(node, two_tenants[0], scene()))


def test_what_a_flow_did_is_told_by_its_steps(node: Node, two_tenants: tuple[Scope, Scope]) -> None:
    scene = Scene()
    scene.start(scene.linkedid, "099").tell("in", "2400|carrier", number="099")
    scene.tell("took", "principal|horario|tarde").tell("step", "principal|opciones|menu")
    scene.tell("took", "principal|opciones|1").end(scene.linkedid).over()
    assert [line[9:] for line in story(node, two_tenants[0], scene)] == [
        "099 calls 2400, by carrier",
        "flow “principal”, “horario”: tarde",
        "flow “principal”, step “opciones” (Menu)",
        "the caller presses 1",
        "the call ends",
    ]


def test_a_person_finds_calls_by_number_time_and_direction(
    node: Node, two_tenants: tuple[Scope, Scope]
) -> None:
    node.send_scene(answered_inside())
    node.send_scene(voicemail_after_no_answer(Scene(linkedid="1795000060.20", clock=1795000060.5)))
    began = datetime.fromtimestamp(1795000060, UTC)
    asked: list[tuple[calls.CallFilter, list[str]]] = [
        (calls.CallFilter(), ["7-1795000060.20", "7-1795000000.10"]),
        (calls.CallFilter(limit=1), ["7-1795000060.20"]),
        (calls.CallFilter(number="123456"), ["7-1795000060.20"]),
        (calls.CallFilter(direction=calls.Direction.INTERNAL), ["7-1795000000.10"]),
        (calls.CallFilter(since=began), ["7-1795000060.20"]),
        (calls.CallFilter(until=began), ["7-1795000000.10"]),
        (calls.CallFilter(since=began + timedelta(days=1)), []),
    ]
    with two_tenants[0].active() as scope:
        for wanted, expected in asked:
            assert [call.id for call in calls.calls(scope, wanted)] == expected


def test_the_neighbours_call_is_not_found(node: Node, two_tenants: tuple[Scope, Scope]) -> None:
    node.send_scene(answered_inside())
    with two_tenants[1].active() as beta:
        assert calls.calls(beta, calls.CallFilter()) == []
        with pytest.raises(NoSuchCall):
            calls.call(beta, "7-1795000000.10")
        with pytest.raises(BadCallId):
            calls.call(beta, "1795000000.10")


def test_two_calls_that_a_transfer_joined_name_each_other(
    node: Node, two_tenants: tuple[Scope, Scope]
) -> None:
    first, second = Scene(), Scene(linkedid="1795000005.12", clock=1795000005.5)
    answered_inside(second)
    a, b = first.linkedid, "1795000000.11"
    first.start(a, "099123456").tell("in", "24001000|carrier").start(b, "551").bridge(a, b).wait(9)
    first.event("ATTENDEDTRANSFER", b, extra={"channel2_uniqueid": second.linkedid})
    first.end(b, a).over()
    node.send_scene(first)
    node.send_scene(second)
    with two_tenants[0].active() as scope:
        for one, other in ((first, second), (second, first)):
            related = calls.call(scope, f"7-{one.linkedid}").related
            assert [call.id for call in related] == [f"7-{other.linkedid}"]


def test_a_line_of_the_list_and_a_story_as_the_command_prints_them(
    node: Node, two_tenants: tuple[Scope, Scope]
) -> None:
    node.send_scene(queue_answered())
    with two_tenants[0].active() as scope:
        told = list(call_command.told(calls.call(scope, "7-1795000000.10")))
    assert "099123456 → 24001000" in told[0]
    assert told[0].endswith("7-1795000000.10  to 551, queue ventas, agent 601")
    assert told[1] == "  08:06:40 099123456 llama al 24001000, por carrier"
    zone = ZoneInfo("America/Montevideo")
    with two_tenants[0].active() as scope:
        (call,) = calls.calls(scope, calls.CallFilter())
    assert calls_command.line(call, zone).startswith("2026-11-18 08:06:40")


def test_the_commands_answer_people_and_programs(
    node: Node, two_tenants: tuple[Scope, Scope], capsys: pytest.CaptureFixture[str]
) -> None:
    node.send_scene(queue_answered())
    assert command(calls_command, "alpha", "--number", "123456", "--since", "2026-11-18") == 0
    assert "099123456 → 24001000" in capsys.readouterr().out
    assert command(calls_command, "alpha", "--until", "2026-11-18", "--json") == 0
    assert msgspec.json.decode(capsys.readouterr().out) == []
    assert command(call_command, "7-1795000000.10", "--language", "en") == 0
    assert "  08:06:40 waits in the queue “ventas”" in capsys.readouterr().out
    assert command(call_command, "7-1795000000.10", "--json") == 0
    told = msgspec.json.decode(capsys.readouterr().out)
    assert told["call"]["facts"]["disposition"] == "answered"
    assert told["visits"][0]["agent"] == "601"


def test_the_commands_say_what_they_cannot_find(
    two_tenants: tuple[Scope, Scope], capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(calls_command, "nobody") == 1
    assert command(calls_command, "alpha", "--since", "yesterday") == 2
    assert command(call_command, "7-1795000000.10") == 1
    assert "There is no call 7-1795000000.10 here" in capsys.readouterr().err


def command(module: ModuleType, *words: str) -> int:
    parser = argparse.ArgumentParser()
    module.add_arguments(parser)
    return int(module.run(parser.parse_args(words)))
