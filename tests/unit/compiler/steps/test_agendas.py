"""Agendas as the people of the field read them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.flow_shapes import agendas, instants

from conmuta_compiler.agendas import agenda_tests, event_in_force, next_change, value_in_force
from conmuta_plan.agendas import Agenda, AgendaEvent, Weekday

WORKDAYS = tuple(Weekday)[:5]
MONTEVIDEO = ZoneInfo("America/Montevideo")


def hours(*events: AgendaEvent, zone: str = "America/Montevideo") -> Agenda:
    values = ("abierto", "cerrado", "guardia")
    return Agenda(
        name="h", title="H", time_zone=zone, values=values, default="cerrado", events=events
    )


def event(value: str, starts: str = "00:00", ends: str = "24:00", **more: object) -> AgendaEvent:
    return AgendaEvent(name=value, value=value, starts=starts, ends=ends, **more)  # type: ignore[arg-type]


def at(text: str, zone: ZoneInfo = MONTEVIDEO) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def test_the_office_opens_at_nine_and_is_closed_at_six_sharp() -> None:
    office = hours(event("abierto", "09:00", "18:00", weekdays=WORKDAYS))
    wednesday = "2026-11-25T"
    told = {
        t: value_in_force(office, at(wednesday + t)) for t in ("08:59", "09:00", "17:59", "18:00")
    }
    assert told == {"08:59": "cerrado", "09:00": "abierto", "17:59": "abierto", "18:00": "cerrado"}
    assert value_in_force(office, at("2026-11-28T10:00")) == "cerrado"


def test_what_runs_past_midnight_belongs_to_the_day_on_which_it_starts() -> None:
    night = hours(event("guardia", "22:00", "06:00", weekdays=(Weekday.FRI,)))
    assert value_in_force(night, at("2026-11-27T23:00")) == "guardia"
    assert value_in_force(night, at("2026-11-28T05:59")) == "guardia"
    assert value_in_force(night, at("2026-11-28T06:00")) == "cerrado"
    assert value_in_force(night, at("2026-11-28T22:30")) == "cerrado"


def test_the_latest_event_in_the_list_wins() -> None:
    office = hours(
        event("abierto", "09:00", "18:00"), event("cerrado", from_date="2026-12-25", yearly=True)
    )
    assert value_in_force(office, at("2028-12-25T10:00")) == "cerrado"
    assert value_in_force(office, at("2028-12-26T10:00")) == "abierto"


def test_a_day_on_which_clocks_go_back_has_its_hour_twice() -> None:
    madrid = ZoneInfo("Europe/Madrid")
    early = hours(event("guardia", "02:00", "03:00"), zone="Europe/Madrid")
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    both = [value_in_force(early, first + timedelta(hours=h)) for h in (-1, 0, 1, 2)]
    assert both == ["cerrado", "guardia", "guardia", "cerrado"]
    assert first.astimezone(madrid).hour == 2


def test_the_next_change_is_told_to_the_minute() -> None:
    office = hours(event("abierto", "09:00", "18:00", weekdays=WORKDAYS))
    friday_evening = at("2026-11-27T18:00")
    change = next_change(office, friday_evening, timedelta(days=7))
    assert change == at("2026-11-30T09:00")
    assert next_change(hours(), friday_evening, timedelta(days=7)) is None


def test_ordinary_hours_cost_no_formatting_of_dates() -> None:
    office = hours(
        event("abierto", "09:00", "18:00", weekdays=WORKDAYS),
        event("cerrado", from_date="2026-12-25", yearly=True),
    )
    assert list(agenda_tests(office)) == [
        ("GotoIfTime", "*,*,25,dec,America/Montevideo", "cerrado"),
        ("GotoIfTime", "09:00-17:59,mon-fri,*,*,America/Montevideo", "abierto"),
    ]


def test_holidays_of_one_value_share_one_test() -> None:
    office = hours(
        event("cerrado", from_date="2027-02-08", until_date="2027-02-09"),
        event("cerrado", from_date="2026-12-25", yearly=True),
    )
    ((application, test, value),) = agenda_tests(office)
    assert (application, value) == ("GotoIf", "cerrado")
    assert "(....1225|20270208|20270209)" in test


def test_a_stretch_of_every_year_holds_the_29th_of_february_in_asterisk_too() -> None:
    stretch = event("guardia", from_date="2027-02-28", until_date="2027-03-01", yearly=True)
    assert value_in_force(hours(stretch), at("2028-02-29T10:00")) == "guardia"
    tests = list(agenda_tests(hours(stretch)))
    assert any("0229" in test or ">= 10228" in test for _, test, _ in tests)


@given(agendas(), instants())
def test_the_rule_agrees_with_a_calendar_filled_minute_by_minute(
    agenda: Agenda, moment: datetime
) -> None:
    local = moment.astimezone(ZoneInfo(agenda.time_zone))
    wall = datetime(local.year, local.month, local.day, local.hour, local.minute)  # noqa: DTZ001
    painted = [e for e in agenda.events if wall in _minutes(e, wall.date())]
    expected = painted[-1].value if painted else agenda.default
    assert value_in_force(agenda, moment) == expected
    assert (event_in_force(agenda, moment) is None) == (not painted)


def _minutes(painted: AgendaEvent, today: date) -> set[datetime]:
    """Every minute around `today` that the event covers, painted day by day."""
    covered: set[datetime] = set()
    for day in (today - timedelta(days=1), today):
        if _begins(painted, day):
            midnight = datetime.combine(day, datetime.min.time())
            first, last = _clock(painted.starts), _clock(painted.ends)
            length = (last - first) if last > first else last + 1440 - first
            covered |= {midnight + timedelta(minutes=first + each) for each in range(length)}
    return covered


def _begins(painted: AgendaEvent, day: date) -> bool:
    names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    if painted.weekdays and names[day.weekday()] not in [str(d) for d in painted.weekdays]:
        return False
    first = date.fromisoformat(painted.from_date or "1900-01-01")
    last = date.fromisoformat(painted.until_date or "2999-12-31")
    if painted.from_date and not painted.until_date and not painted.weekdays:
        last = first
    if painted.yearly:
        return (first.month, first.day) <= (day.month, day.day) <= (last.month, last.day)
    return first <= day <= last


def _clock(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])


@pytest.mark.parametrize("clock", ["9:00", "24:01", "12:60", "noon", "-1:00"])
def test_what_is_no_time_is_refused(clock: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        value_in_force(hours(event("abierto", clock, "24:00")), at("2026-11-25T10:00"))


@given(st.integers(0, 1439))
def test_a_whole_day_has_no_gap(minute: int) -> None:
    day = hours(event("guardia", from_date="2026-12-25"))
    moment = at("2026-12-25T00:00") + timedelta(minutes=minute)
    assert value_in_force(day, moment) == "guardia"
