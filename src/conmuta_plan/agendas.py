"""Agendas: named calendars whose value in force decides where a call goes."""

from dataclasses import dataclass
from enum import StrEnum


class Weekday(StrEnum):
    """A day of the week, by Asterisk's own three letters."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaEvent:
    """A stretch of time in which an agenda has `value`.

    Times are wall-clock minutes in the agenda's zone, `"HH:MM"`; `ends` is exclusive, and
    `"24:00"` is the end of the day. Where `ends` is not after `starts` the event runs past
    midnight and belongs to the day on which it starts. Dates are `"YYYY-MM-DD"`, both inclusive.
    An event with `weekdays` repeats weekly between its dates; one without covers each day of
    `from_date`..`until_date` (a holiday is one such day, "00:00" to "24:00"). `yearly` repeats
    its month and day every year and needs `from_date` (and `until_date` in the same year).
    """

    name: str
    value: str
    starts: str = "00:00"
    ends: str = "24:00"
    weekdays: tuple[Weekday, ...] = ()
    from_date: str | None = None
    until_date: str | None = None
    yearly: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """The latest event in the list that covers an instant gives its value; else `default`."""

    name: str
    title: str
    time_zone: str
    values: tuple[str, ...]
    default: str
    events: tuple[AgendaEvent, ...] = ()
