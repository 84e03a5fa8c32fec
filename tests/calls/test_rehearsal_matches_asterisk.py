"""What rehearsal tells is what Asterisk does: the same path through any flow, at any time."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
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
    ZONES,
    agenda_events,
    flow_plans,
    instants,
    plan_of,
)

from conmuta_compiler.agendas import value_in_force
from conmuta_compiler.check import check
from conmuta_compiler.rehearse import Rehearsal, World, rehearse
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
