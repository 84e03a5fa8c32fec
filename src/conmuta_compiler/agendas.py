"""Agendas: the value in force at an instant, and the same decision as dialplan.

The rules, and where the plan leaves a choice: an event without weekdays and with `from_date`
alone is that one day; with `until_date` alone it reaches up to it; with weekdays, a date that is
not given leaves that side open. What runs past midnight belongs to the day on which it starts.
Everything is wall-clock time in the agenda's zone, so that a day of 23 or 25 hours needs nothing
special: an hour that occurs twice is covered twice.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from conmuta_plan.agendas import Agenda, AgendaEvent, Weekday

DAY = 24 * 60
WEEK = tuple(Weekday)
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MAX_GROUP = 60  # days in one regular expression; a line of the dialplan has its limits

Test = tuple[str, str, str]
"""An application (`GotoIf`, `GotoIfTime`), its test, and the value that follows."""


def minute(clock: str) -> int:
    """Minutes since midnight of `"HH:MM"`. Raises `ValueError` beyond 24:00."""
    hours, minutes = clock.split(":")
    value = int(hours) * 60 + int(minutes)
    if len(clock) != len("HH:MM") or not 0 <= value <= DAY or int(minutes) > 59:  # noqa: PLR2004
        raise ValueError(clock)
    return value


def value_in_force(agenda: Agenda, at: datetime) -> str:
    """The value of the latest event that covers `at` (which knows its zone), else the default."""
    event = event_in_force(agenda, at)
    return event.value if event else agenda.default


def event_in_force(agenda: Agenda, at: datetime) -> AgendaEvent | None:
    """The latest event in the list that covers `at`."""
    local = at.astimezone(ZoneInfo(agenda.time_zone))
    covering = (event for event in reversed(agenda.events) if covers(event, local))
    return next(covering, None)


def next_change(agenda: Agenda, at: datetime, within: timedelta) -> datetime | None:
    """The first instant after `at` at which the value is another; None within that time."""
    zone = ZoneInfo(agenda.time_zone)
    now = value_in_force(agenda, at)
    for instant in _edges(agenda, at.astimezone(zone), within):
        if instant > at and value_in_force(agenda, instant) != now:
            return instant
    return None


def _edges(agenda: Agenda, start: datetime, within: timedelta) -> Iterator[datetime]:
    """Every instant at which some event could begin or end, in order."""
    clocks = {minute(e.starts) % DAY for e in agenda.events}
    clocks |= {minute(e.ends) % DAY for e in agenda.events} | {0}
    for offset in range(within.days + 2):
        day = start.date() + timedelta(days=offset)
        for clock in sorted(clocks):
            hour, rest = divmod(clock, 60)
            for fold in (0, 1):
                wall = datetime(
                    day.year, day.month, day.day, hour, rest, tzinfo=start.tzinfo, fold=fold
                )
                yield wall


def covers(event: AgendaEvent, local: datetime) -> bool:
    """Whether `event` covers this wall-clock time."""
    now = local.hour * 60 + local.minute
    starts, ends = minute(event.starts), minute(event.ends)
    today = local.date()
    if ends > starts:
        return starts <= now < ends and on_day(event, today)
    if now >= starts and on_day(event, today):
        return True
    return now < ends and on_day(event, today - timedelta(days=1))


def on_day(event: AgendaEvent, day: date) -> bool:
    """Whether `event` starts on `day`."""
    if event.weekdays and WEEK[day.weekday()] not in event.weekdays:
        return False
    first, last = days(event)
    text = day.isoformat()
    if event.yearly:
        first, last, text = first[5:], last[5:], text[5:]
    return first <= text <= last


def days(event: AgendaEvent) -> tuple[str, str]:
    """The first and the last day, ISO; the ends of time where a side is open."""
    first = event.from_date or "0000-01-01"
    if event.until_date:
        return first, event.until_date
    one_day = event.from_date and (event.yearly or not event.weekdays)
    return first, first if one_day else "9999-12-31"


def agenda_tests(agenda: Agenda) -> Iterator[Test]:
    """The tests that decide the agenda's value, in the order of trial.

    Ordinary events are `GotoIfTime`. Dates with a year cost a `STRFTIME`; whole days that follow
    each other in the list with one value share it, as holidays do.
    """
    grouped = groupby(reversed(agenda.events), key=_mergeable)
    for (whole_day, value), group in grouped:
        events = list(group)
        if whole_day and (len(events) > 1 or not events[0].yearly):
            yield from _whole_days(agenda, value, events)
        else:
            for event in events:
                yield from _event_tests(agenda, event)


def _mergeable(event: AgendaEvent) -> tuple[bool, str]:
    """Whole days few enough to be written out, and their value."""
    return _whole_day(event) and len(_written_days(event)) <= MAX_GROUP, event.value


def _whole_day(event: AgendaEvent) -> bool:
    whole = minute(event.starts) == 0 and minute(event.ends) == DAY
    first, last = days(event)
    bounded = first > "0001" and last < "9999"
    return whole and bounded and not event.weekdays


def _written_days(event: AgendaEvent) -> tuple[str, ...]:
    """The event's days as patterns of `%Y%m%d`; no more than just past the limit."""
    # A year with a 29 February: a range that repeats every year may hold that day.
    written = (f"2028{day[4:]}" if event.yearly else day for day in days(event))
    first, last = (date.fromisoformat(day) for day in written)
    count = min((last - first).days + 1, MAX_GROUP + 1)
    every = (first + timedelta(days=offset) for offset in range(count))
    return tuple(f"{'....' if event.yearly else f'{d:%Y}'}{d:%m%d}" for d in every)


def _whole_days(agenda: Agenda, value: str, events: list[AgendaEvent]) -> Iterator[Test]:
    patterns = [pattern for event in events for pattern in _written_days(event)]
    for start in range(0, len(patterns), MAX_GROUP):
        choice = "|".join(patterns[start : start + MAX_GROUP])
        today = f"${{STRFTIME(,{agenda.time_zone},%Y%m%d)}}"
        yield "GotoIf", f'$["{today}" : "({choice})"]', value


def _event_tests(agenda: Agenda, event: AgendaEvent) -> Iterator[Test]:
    starts, ends = minute(event.starts), minute(event.ends)
    weekdays = [WEEK.index(day) for day in event.weekdays]
    first_part = (starts, (ends if ends > starts else DAY) - 1)
    if starts < DAY:
        yield _part(agenda, event, first_part, weekdays, past_midnight=False)
    if 0 < ends <= starts:
        shifted = [(day + 1) % 7 for day in weekdays]
        yield _part(agenda, event, (0, ends - 1), shifted, past_midnight=True)


def _part(
    agenda: Agenda,
    event: AgendaEvent,
    span: tuple[int, int],
    weekdays: list[int],
    *,
    past_midnight: bool,
) -> Test:
    """One stretch within a day as a test."""
    clock = "*" if span == (0, DAY - 1) else f"{_clock(span[0])}-{_clock(span[1])}"
    week = _week(weekdays)
    zone = agenda.time_zone
    if not (event.from_date or event.until_date):
        return "GotoIfTime", f"{clock},{week},*,*,{zone}", event.value
    if not past_midnight and (calendar := _calendar(event)):
        return "GotoIfTime", f"{clock},{week},{calendar},{zone}", event.value
    within = f"${{IFTIME({clock},{week},*,*,{zone}?1:0)}}"
    return "GotoIf", f"$[{within} & {_date_test(event, zone, past_midnight)}]", event.value


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _week(weekdays: list[int]) -> str:
    """Weekdays as Asterisk lists them: `mon-fri`, `mon&wed`."""
    if not weekdays or len(set(weekdays)) == len(WEEK):
        return "*"
    chosen = sorted(set(weekdays))
    runs: list[list[int]] = []
    for day in chosen:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return "&".join(WEEK[r[0]] if len(r) == 1 else f"{WEEK[r[0]]}-{WEEK[r[-1]]}" for r in runs)


def _calendar(event: AgendaEvent) -> str | None:
    """`mdays,months` of a yearly event within one month."""
    first, last = days(event)
    if not event.yearly or first[5:7] != last[5:7]:
        return None
    from_day, to_day = int(first[8:]), int(last[8:])
    mdays = str(from_day) if from_day == to_day else f"{from_day}-{to_day}"
    return f"{mdays},{MONTHS[int(first[5:7]) - 1]}"


def _date_test(event: AgendaEvent, zone: str, past_midnight: bool) -> str:  # noqa: FBT001
    """The event's days as an expression on today's date, or yesterday's."""
    shape = "%m%d" if event.yearly else "%Y%m%d"
    keep = slice(5, None) if event.yearly else slice(None)
    first, last = (day[keep].replace("-", "") for day in days(event))
    instant = _noon_before(zone) if past_midnight else ""
    day = f"1${{STRFTIME({instant},{zone},{shape})}}"  # the 1 keeps a leading zero harmless
    return f"{day} >= 1{first} & {day} <= 1{last}"


def _noon_before(zone: str) -> str:
    """About noon of yesterday: an hour more or less, by daylight saving, is yesterday still."""
    return f"$[${{EPOCH}} - ${{STRFTIME(,{zone},%H)}} * 3600 - 43200]"
