"""What rehearsal tells is what Asterisk does: the same path through any flow, at any time."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, assume, given, note, settings
from hypothesis import strategies as st
from tests.support.flow_calls import FlowCall, FlowLab
from tests.support.flow_shapes import (
    NUMBER_RESULTS,
    QUEUE_RESULTS,
    RESULTS,
    TYPED,
    VALUES,
    ZONES,
    agenda_events,
    flow_plans,
    instants,
    plan_of,
)
from tests.support.json_service import MOVED, SLOW, json_service

from conmuta_compiler.agendas import value_in_force
from conmuta_compiler.check import check
from conmuta_compiler.rehearse import Rehearsal, World, rehearse
from conmuta_compiler.steps.common.cases import Operator
from conmuta_compiler.steps.common.text import clean
from conmuta_plan import TenantPlan
from conmuta_plan.agendas import Agenda, AgendaEvent, Weekday
from conmuta_plan.flows import Flow, FlowStep

WORLD = World(extensions=RESULTS, queues=QUEUE_RESULTS, numbers=NUMBER_RESULTS)
INTO_THE_MINUTE = timedelta(seconds=15)  # far from both ends: no call crosses one
MOST_EVENTS, MOST_KEYS = 20, 6
FEW = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[
        HealthCheck.filter_too_much,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.function_scoped_fixture,
    ],
)


@pytest.fixture(scope="module")
def flow_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlowLab]:
    lab = FlowLab.prepare(tmp_path_factory.mktemp("asterisk"), "shapes")
    lab.home.start()
    yield lab
    lab.home.stop()


def test_any_call_takes_the_path_that_was_rehearsed(flow_lab: FlowLab) -> None:
    typed = st.lists(st.sampled_from(TYPED), max_size=5)

    @FEW
    @given(flow_plans(), instants(), st.lists(typed, min_size=6, max_size=6))
    def holds(plan: TenantPlan, at: datetime, keys: list[list[str]]) -> None:
        assume(all(finding.code != "flow.endless_loop" for finding in check(plan)))
        at += INTO_THE_MINUTE
        calls = [
            (flow.name, rehearse(plan, flow.name, at, typed, WORLD))
            for flow in plan.flows
            for typed in keys
        ]
        calls = [(flow, told) for flow, told in calls if _short(told)]
        assume(calls)
        note(str(plan.flows))
        assert _taken(flow_lab, plan, at, calls) == [list(told.events) for _, told in calls]

    holds()


def _short(told: Rehearsal) -> bool:
    return len(told.events) <= MOST_EVENTS and len(told.pressed) <= MOST_KEYS


def _taken(
    lab: FlowLab, plan: TenantPlan, at: datetime, calls: list[tuple[str, Rehearsal]]
) -> list[list[tuple[str, str]]]:
    """The paths of real calls that press what was pressed in rehearsal."""
    lab.use(plan)
    lab.set_clock(at)
    made = (
        FlowCall(plan.tenant, flow, told.pressed, len(told.events) if told.loops else None)
        for flow, told in calls
    )
    return asyncio.run(lab.paths(made))


def test_every_comparison_is_the_same(flow_lab: FlowLab) -> None:
    """Each operator with each value, on what a variable may hold."""
    cases = [
        {"variable": "a", "operator": operator.value, "value": value, "exit": "yes"}
        for operator in Operator
        for value in (*VALUES, "12,Ana,a.b", "x.y,+", "a*")
    ]
    names = [f"c{index}" for index in range(len(cases))]
    compared = tuple(
        FlowStep(
            name=name,
            kind="condition",
            fields={"cases": [case]},
            exits={"yes": after, "otherwise": after} if after else {},
        )
        for name, case, after in zip(names, cases, [*names[1:], ""], strict=True)
    )
    chain = Flow(name="chain", title="", start=names[0], steps=compared)
    texts = ("", *VALUES, "0", "007", "1234567890", "axb", "x", "+", "a*", "AXY", "-3")
    begins = tuple(_begin(index, text) for index, text in enumerate(texts))
    plan = plan_of((*begins, chain), ())
    at = datetime(2026, 11, 24, 12, tzinfo=UTC)
    calls = [(flow.name, rehearse(plan, flow.name, at)) for flow in begins]
    paths = _taken(flow_lab, plan, at, calls)
    for text, path, (_, told) in zip(texts, paths, calls, strict=True):
        assert (text, path) == (text, list(told.events))


def _begin(index: int, text: str) -> Flow:
    """A flow that remembers the text and goes on with the comparisons."""
    steps = (
        FlowStep(name="set", kind="set", fields={"values": {"a": text}}, exits={"next": "go"}),
        FlowStep(name="go", kind="flow", fields={"flow": "chain"}),
    )
    return Flow(name=f"b{index}", title="", start="set", steps=steps)


# Agendas


def test_an_agenda_is_the_same_in_asterisk_on_any_day(flow_lab: FlowLab) -> None:
    many = st.lists(agenda_events(("open", "closed", "lunch")), min_size=1, max_size=4)

    @FEW
    @given(st.lists(many, min_size=20, max_size=20), st.lists(instants(), min_size=6, max_size=6))
    def holds(events: list[list[AgendaEvent]], moments: list[datetime]) -> None:
        hours = [
            _agenda(index, ZONES[index % len(ZONES)], *some) for index, some in enumerate(events)
        ]
        _assert_same(flow_lab, hours, moments)

    holds()


def test_an_agenda_is_the_same_when_clocks_change(flow_lab: FlowLab) -> None:
    """In Santiago midnight is skipped in spring and comes twice in autumn; in Madrid 2 o'clock."""
    nights = AgendaEvent(name="Noche", value="open", starts="22:00", ends="02:30")
    hour = AgendaEvent(name="Hora", value="lunch", starts="23:00", ends="24:00")
    early = AgendaEvent(name="Temprano", value="lunch", starts="00:00", ends="03:00")
    sundays = replace(nights, weekdays=(Weekday.SAT,))
    first = replace(hour, from_date="2027-04-03", until_date="2027-04-03")
    past = replace(nights, from_date="2027-09-04", until_date="2027-09-04")
    late = replace(nights, from_date="2027-10-30", until_date="2027-10-30")
    every = replace(nights, from_date="2027-03-27", until_date="2027-03-28", yearly=True)
    events = [
        (nights,),
        (nights, hour),
        (early,),
        (sundays,),
        (first,),
        (past,),
        (late,),
        (every, hour),
    ]
    hours = [
        _agenda(index, zone, *some)
        for index, (zone, some) in enumerate((zone, some) for zone in ZONES[:2] for some in events)
    ]
    changes = (
        datetime(2027, 4, 4, 3, tzinfo=UTC),
        datetime(2027, 9, 5, 4, tzinfo=UTC),
        datetime(2027, 3, 28, 1, tzinfo=UTC),
        datetime(2027, 10, 31, 1, tzinfo=UTC),
    )
    around = [-180, -121, -61, -60, -1, 0, 29, 59, 60, 89, 90, 150]
    moments = [change + timedelta(minutes=minutes) for change in changes for minutes in around]
    _assert_same(flow_lab, hours, moments)


def test_an_agenda_is_the_same_on_holidays_and_at_midnight(flow_lab: FlowLab) -> None:
    week = tuple(Weekday)[:5]
    hours = [
        _agenda(
            0,
            "America/Montevideo",
            AgendaEvent(name="Semana", value="open", starts="09:00", ends="18:00", weekdays=week),
            AgendaEvent(name="Navidad", value="closed", from_date="2026-12-25", yearly=True),
            AgendaEvent(name="Carnaval", value="lunch", from_date="2027-02-08"),
            AgendaEvent(name="Leap", value="lunch", from_date="2028-02-29", yearly=True),
            AgendaEvent(
                name="Vacaciones",
                value="open",
                from_date="2027-02-28",
                until_date="2027-03-01",
                yearly=True,
            ),
        ),
        _agenda(
            1,
            "America/Montevideo",
            AgendaEvent(
                name="Vigilia",
                value="open",
                starts="20:00",
                ends="04:00",
                from_date="2027-02-28",
                until_date="2027-12-31",
                yearly=True,
            ),
        ),
    ]
    days = [(2026, 12, 25), (2027, 2, 8), (2028, 2, 29), (2028, 3, 1), (2027, 3, 1), (2027, 1, 1)]
    zone = ZoneInfo("America/Montevideo")
    midnights = [datetime(*day, tzinfo=zone) for day in days]
    minutes = (-1, 0, 239, 240, 12 * 60, 24 * 60 - 1, 24 * 60)
    moments = [night + timedelta(minutes=each) for night in midnights for each in minutes]
    _assert_same(flow_lab, hours, moments)


def _agenda(index: int, zone: str, *events: AgendaEvent) -> Agenda:
    values = ("open", "closed", "lunch")
    name = f"a{index}"
    return Agenda(
        name=name, title=name, time_zone=zone, values=values, default="closed", events=events
    )


def _assert_same(lab: FlowLab, hours: list[Agenda], moments: list[datetime]) -> None:
    """Asterisk decides each agenda at each moment as the rule does."""
    lab.use(plan_of((_all_agendas(hours),), tuple(hours)))
    for moment in sorted(moments):
        at = moment + INTO_THE_MINUTE
        lab.set_clock(at)
        (path,) = asyncio.run(lab.paths([FlowCall("shapes", "hours")]))
        expected = [("took", f"hours|{a.name}|{value_in_force(a, at)}") for a in hours]
        assert path[:-1] == expected, f"at {at.isoformat()}"


def _all_agendas(hours: list[Agenda]) -> Flow:
    """A flow that asks one agenda after the other."""
    names = [*(agenda.name for agenda in hours), "end"]
    asked = tuple(
        FlowStep(
            name=name,
            kind="agenda",
            fields={"agenda": name},
            exits=dict.fromkeys(("open", "closed", "lunch"), following),
        )
        for name, following in pairwise(names)
    )
    steps = (*asked, FlowStep(name="end", kind="hangup"))
    return Flow(name="hours", title="Hours", start=names[0], steps=steps)


def test_a_year_of_the_boot_camp_begins_on_a_holiday() -> None:
    """The rule itself, on a date that a person can check."""
    year = AgendaEvent(name="Año Nuevo", value="closed", from_date="2026-01-01", yearly=True)
    day = AgendaEvent(name="Día", value="open", starts="09:00", ends="18:00")
    agenda = _agenda(0, "America/Montevideo", day, year)
    zone = ZoneInfo("America/Montevideo")
    new_year = datetime.combine(date(2027, 1, 1), datetime.min.time(), zone)
    assert value_in_force(agenda, new_year + timedelta(hours=10)) == "closed"
    assert value_in_force(agenda, new_year + timedelta(hours=34)) == "open"


# Web services


HOSTILE = '${SHELL(touch /state/owned)}$[1/0]", "x": "1"} ),a:3,(b;c\\ `id` | Hangup() ñandú'
PERSON = {"name": HOSTILE, "state": "vip", "orders": [{"id": 7}], "active": True, "debt": 12.5}


def test_an_answer_decides_and_none_of_it_is_evaluated(flow_lab: FlowLab) -> None:
    with json_service({"/people": PERSON}) as service:
        asked = {
            "url": f"{service.url}/people?number={{caller}}&tag={{tag}}",
            "method": "POST",
            "body": '{"caller": "{caller}", "tag": "{tag}", "list": [1, 2], "note": "a;b (c)"}',
            "read": {
                "name": "name",
                "state": "state",
                "first": "orders.0.id",
                "active": "active",
                "debt": "debt",
                "none": "nothing.here",
            },
            "cases": [
                {"variable": "none", "operator": "present", "exit": "wrong"},
                {"variable": "first", "operator": "greater", "value": "7", "exit": "wrong"},
                {"variable": "state", "operator": "in", "value": "gold,vip", "exit": "vip"},
            ],
        }
        told, path = _asked(flow_lab, asked, {"web": PERSON}, _shown("name", "active", "debt"))
        assert path == list(told.events)
        assert ("took", "web|web|vip") in path
        assert ("took", "web|see-name|yes") in path
        assert (service.requests[0].path, service.requests[0].method) == (
            "/people?number=&tag=a%2Fb%20%C3%B1",
            "POST",
        )
        body = {"caller": "", "tag": "a/b ñ", "list": [1, 2], "note": "a;b (c)"}
        assert json.loads(service.requests[0].body) == body
    assert not (flow_lab.home.state / "owned").exists()


def test_headers_reach_the_service_once_however_often_it_is_asked(flow_lab: FlowLab) -> None:
    with json_service({"/": {"n": 1}}) as service:
        headers = {"Authorization": "Bearer one-two", "Content-Type": "application/json"}
        asked = {"url": f"{service.url}/", "headers": headers}
        again = FlowStep(name="again", kind="web_service", fields=asked, exits={"next": "end"})
        told, path = _asked(flow_lab, asked, {}, (again,))
        assert path == list(told.events)
        sent = [request.headers.get_all("Authorization") for request in service.requests]
        assert sent == [["Bearer one-two"], ["Bearer one-two"]]


@pytest.mark.parametrize("path", ["/slow", "/error", "/text", "/missing", "/moved"])
def test_a_service_that_fails_takes_the_way_of_failure(flow_lab: FlowLab, path: str) -> None:
    answers = {"/slow": SLOW, "/error": {"n": 1}, "/text": "no JSON at all"}
    answers |= {"/moved": MOVED, "/elsewhere": {"n": 1}}
    with json_service(answers) as service:
        asked = {"url": f"{service.url}{path}", "seconds": 1, "read": {"n": "n"}}
        told, taken = _asked(flow_lab, asked, {"web": None}, ())
        assert ("took", "web|web|failure") in taken
        assert taken == list(told.events)
        assert [one.path for one in service.requests] == [path]


def test_a_service_that_is_not_there_takes_the_way_of_failure(flow_lab: FlowLab) -> None:
    asked = {"url": "http://127.0.0.1:1/", "seconds": 1}
    told, taken = _asked(flow_lab, asked, {"web": None}, ())
    assert taken == list(told.events)
    assert ("took", "web|web|failure") in taken


def _shown(*variables: str) -> tuple[FlowStep, ...]:
    """Steps that take `yes` where a variable holds what passed the filter."""
    kept = {"name": clean(HOSTILE), "active": "1", "debt": "12.5"}
    steps = []
    for index, name in enumerate(variables):
        after = f"see-{variables[index + 1]}" if index + 1 < len(variables) else "end"
        case = {"variable": name, "value": kept[name], "exit": "yes"}
        fields = {"cases": [case]}
        exits = {"yes": after, "otherwise": "end"}
        steps.append(FlowStep(name=f"see-{name}", kind="condition", fields=fields, exits=exits))
    return tuple(steps)


def _asked(
    lab: FlowLab,
    asked: dict[str, Any],
    answers: dict[str, Any],
    then: tuple[FlowStep, ...],
) -> tuple[Rehearsal, list[tuple[str, str]]]:
    """What rehearsal supposes and what Asterisk does, with a service that answers."""
    after = then[0].name if then else "end"
    ways = {"next": after, "vip": after, "failure": "lost"}
    steps = (
        FlowStep(
            name="start", kind="set", fields={"values": {"tag": "a/b ñ"}}, exits={"next": "web"}
        ),
        FlowStep(name="web", kind="web_service", fields=asked, exits=ways),
        *then,
        FlowStep(name="end", kind="hangup"),
        FlowStep(name="lost", kind="hangup"),
    )
    plan = plan_of((Flow(name="web", title="", start="start", steps=steps),), ())
    at = datetime(2026, 11, 24, 12, tzinfo=UTC)
    told = rehearse(plan, "web", at, (), World(services=answers))
    return told, _taken(lab, plan, at, [("web", told)])[0]
