"""Agendas, flows and prompts, by their door."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.conf import settings
from django.utils import translation

from conmuta.adapters.speech import ToneSpeech
from conmuta.adapters.storage import MemoryStorage
from conmuta.apps.callflow import api as callflow
from conmuta.apps.callflow import ports
from conmuta.apps.callflow.contracts import (
    Agenda,
    AgendaEvent,
    Flow,
    FlowStep,
    Music,
    Prompt,
    ReceptionFlows,
    Weekday,
)
from conmuta.apps.callflow.errors import CannotSpeak, NeverEnds, NoSuchMedia
from conmuta.platform.nouns import NotValid, StillUsed, UnknownName
from conmuta.platform.scope import Scope

WEEK = (Weekday.MON, Weekday.TUE, Weekday.WED, Weekday.THU, Weekday.FRI)
AGENDA = Agenda(
    name="hours",
    title="Hours",
    time_zone="America/Montevideo",
    values=("day", "night"),
    default="night",
    events=(AgendaEvent(name="Day", value="day", starts="09:00", ends="18:00", weekdays=WEEK),),
)
WELCOME = Prompt(name="welcome", text="Bienvenido.")
MAIN = Flow(
    name="main",
    title="Main",
    start="hours",
    steps=(
        FlowStep(
            name="hours",
            kind="agenda",
            fields={"agenda": "hours"},
            exits={"day": "hello", "night": "hello"},
        ),
        FlowStep(name="hello", kind="say", fields={"prompts": ["welcome"]}, exits={}),
    ),
)


@pytest.fixture
def voice() -> Iterator[ToneSpeech]:
    """A voice that counts what it says, and a store in memory."""
    speech, store = ToneSpeech(), MemoryStorage()
    before = ports.speech.bind(lambda: speech), ports.storage.bind(lambda: store)
    yield speech
    if before[0] is not None and before[1] is not None:
        ports.speech.bind(before[0])
        ports.storage.bind(before[1])


@pytest.fixture
def company(alpha: Scope, voice: ToneSpeech) -> Scope:
    """Alpha with an agenda, a prompt and a flow of them."""
    callflow.save_agendas(alpha, [AGENDA])
    callflow.save_prompts(alpha, [WELCOME])
    callflow.save_flows(alpha, [MAIN])
    return alpha


def test_a_flow_and_what_it_names_are_in_the_plan(company: Scope) -> None:
    part = callflow.plan_part(company)
    assert part["agendas"] == (AGENDA,)
    assert part["flows"] == (MAIN,)
    assert part["prompts"][0].language == "es"
    assert callflow.save_flows(company, [MAIN]) == []


def test_the_same_text_is_spoken_once(company: Scope, voice: ToneSpeech) -> None:
    callflow.save_prompts(company, [WELCOME, replace(WELCOME, name="again")])
    assert voice.spoken == ["Bienvenido."]
    assert len({item.digest for item in callflow.prompts(company).values()}) == 1


def test_another_text_makes_another_version(company: Scope, voice: ToneSpeech) -> None:
    callflow.save_prompts(company, [replace(WELCOME, text="Buenos días.")])
    callflow.save_prompts(company, [WELCOME])
    versions = callflow.prompt_versions(company, "welcome")
    assert [item.text for item in versions] == ["Bienvenido.", "Buenos días.", "Bienvenido."]
    assert versions[0].digest == versions[2].digest == callflow.prompts(company)["welcome"].digest
    assert voice.spoken == ["Bienvenido.", "Buenos días."]


def test_a_recording_takes_a_texts_place(company: Scope, voice: ToneSpeech) -> None:
    digest = callflow.keep_recording("welcome", voice.speak("unheard", "es"))
    callflow.save_prompts(company, [Prompt(name="welcome", digest=digest)])
    assert callflow.prompts(company)["welcome"].digest == digest
    assert [item.number for item in callflow.prompt_versions(company, "welcome")] == [1, 2]


def test_audio_that_is_not_here_is_not_played(company: Scope) -> None:
    with pytest.raises(NoSuchMedia, match="welcome"):
        callflow.save_prompts(company, [Prompt(name="welcome", digest="0" * 64)])


def test_a_file_that_is_no_audio_gets_a_sentence(voice: ToneSpeech) -> None:
    with pytest.raises(CannotSpeak, match="no audio file"):
        callflow.keep_recording("welcome", b"#!/bin/sh\necho hello\n")


def test_what_a_flow_names_must_be_there(company: Scope) -> None:
    silent = replace(MAIN, steps=(replace(MAIN.steps[1], fields={"prompts": ["nothing"]}),))
    with pytest.raises(UnknownName, match="nothing"):
        callflow.save_flows(company, [replace(silent, start="hello")])


def test_what_is_named_is_not_removed(company: Scope) -> None:
    with pytest.raises(StillUsed, match="used by flow main"):
        callflow.remove_prompts(company, ["welcome"])
    with pytest.raises(StillUsed, match="used by flow main"):
        callflow.remove_agendas(company, ["hours"])
    callflow.save_reception(company, [ReceptionFlows(busy="main")])
    with pytest.raises(StillUsed, match="reception"):
        callflow.remove_flows(company, ["main"])


def test_flows_that_lead_to_each_other_come_together(company: Scope) -> None:
    there = Flow(
        name="there",
        title="There",
        start="go",
        steps=(FlowStep(name="go", kind="flow", fields={"flow": "back"}),),
    )
    hello = FlowStep(
        name="hello", kind="say", fields={"prompts": ["welcome"]}, exits={"next": "go"}
    )
    go = FlowStep(name="go", kind="flow", fields={"flow": "there"})
    back = replace(there, name="back", start="hello", steps=(hello, go))
    assert len(callflow.save_flows(company, [there, back])) == 2


def set_and_go(name: str, to: str) -> FlowStep:
    return FlowStep(name=name, kind="set", fields={"values": {"x": "1"}}, exits={"next": to})


def test_a_call_does_not_turn_in_a_flow_for_ever(company: Scope) -> None:
    """Each such call would be one core at its end, and a record of each turn."""
    spin = Flow(
        name="spin", title="Spin", start="a", steps=(set_and_go("a", "b"), set_and_go("b", "a"))
    )
    with pytest.raises(NeverEnds, match="without ever waiting: a, b"):
        callflow.save_flows(company, [spin])


def test_two_flows_do_not_send_a_call_to_each_other_for_ever(company: Scope) -> None:
    there = Flow(
        name="there",
        title="There",
        start="go",
        steps=(FlowStep(name="go", kind="flow", fields={"flow": "back"}),),
    )
    go = FlowStep(name="go", kind="flow", fields={"flow": "there"})
    with translation.override("es"), pytest.raises(NeverEnds) as refused:
        callflow.save_flows(company, [there, replace(there, name="back", steps=(go,))])
    assert "no saldría más" in str(refused.value)


def asks(url: str) -> Flow:
    step = FlowStep(
        name="ask",
        kind="web_service",
        fields={"url": url},
        exits={"next": "bye", "failure": "bye"},
    )
    return Flow(
        name="ask", title="Ask", start="ask", steps=(step, FlowStep(name="bye", kind="hangup"))
    )


INSIDE = [
    "http://127.0.0.1:5038/",
    "http://127.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0/",
    "http://[::1]:8088/ari",
    "http://[::ffff:127.0.0.1]/",
    "http://169.254.169.254/latest/meta-data",
    "http://10.0.0.7/",
    "http://192.168.1.1/",
    "http://[fd00::1]/",
    "http://localhost:8000/",
    "http://LOCALHOST./",
    "http://metadata.google.internal/",
    "http://postgres/",
    "http://crm.example.com\\@127.0.0.1/",
    "http://user:x@127.0.0.1/",
    "http://①②⑦.0.0.1/",
]


@pytest.mark.parametrize("url", INSIDE)
def test_a_flow_does_not_ask_what_stands_beside_asterisk(company: Scope, url: str) -> None:
    with pytest.raises(NotValid, match="web_service_hosts"):
        callflow.save_flows(company, [asks(url)])


@pytest.mark.parametrize("url", ["https://crm.example.com/{caller}", "http://8.8.8.8:8080/x"])
def test_a_flow_asks_a_service_of_the_world(company: Scope, url: str) -> None:
    assert len(callflow.save_flows(company, [asks(url)])) == 1


def test_a_host_inside_that_the_platform_lists_is_asked(
    company: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = replace(settings.CONMUTA, web_service_hosts=("10.0.0.7",))
    monkeypatch.setattr("django.conf.settings.CONMUTA", listed)
    callflow.save_flows(company, [asks("http://10.0.0.7/crm")])
    with pytest.raises(NotValid):
        callflow.save_flows(company, [asks("http://10.0.0.8/crm")])


def test_music_is_of_files(company: Scope, voice: ToneSpeech) -> None:
    digest = callflow.keep_recording("tune", voice.speak("tune", "es"))
    music = Music(name="default", digests=(digest,))
    callflow.save_music(company, [music])
    assert callflow.plan_part(company)["music"] == (music,)


DAY = AGENDA.events[0]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (replace(AGENDA, time_zone="Montevideo"), "no time zone"),
        (replace(AGENDA, default="noon"), "not a value"),
        (replace(AGENDA, events=(replace(DAY, value="noon"),)), "not a value"),
        (replace(AGENDA, events=(replace(DAY, starts="9:00"),)), "no time"),
        (replace(AGENDA, events=(replace(DAY, weekdays=()),)), "give weekdays"),
        (replace(AGENDA, events=(replace(DAY, from_date="2026-02-30"),)), "no date"),
        (replace(AGENDA, events=(replace(DAY, yearly=True),)), "needs its date"),
    ],
)
def test_a_wrong_agenda_is_refused(company: Scope, wrong: Agenda, said: str) -> None:
    with pytest.raises(NotValid, match=said):
        callflow.save_agendas(company, [wrong])


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (replace(MAIN, start="nowhere"), "not a step"),
        (replace(MAIN, steps=(replace(MAIN.steps[1], kind="dance"),)), "no kind of step"),
        (replace(MAIN, steps=(replace(MAIN.steps[1], fields={"volume": 3}),)), "no field volume"),
        (replace(MAIN, steps=(replace(MAIN.steps[1], exits={"next": "x"}),)), "not a step"),
    ],
)
def test_a_wrong_flow_is_refused(company: Scope, wrong: Flow, said: str) -> None:
    with pytest.raises(NotValid, match=said):
        callflow.save_flows(company, [wrong])
