"""What may be wrong with an agenda: times that are none, zones that are none, dead values.

Nothing of an agenda gets into a dialplan before it has been looked at here.
"""

from collections.abc import Iterator
from datetime import date
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from conmuta_compiler.agendas import days, minute
from conmuta_compiler.atoms import ZONE
from conmuta_compiler.steps.common.findings import Finding, FlowError, Severity
from conmuta_compiler.steps.common.words import Words, words
from conmuta_plan.agendas import Agenda, AgendaEvent


def sound(agenda: Agenda) -> Agenda:
    """The agenda itself. Raises `FlowError` where it has an error."""
    for finding in faults(agenda):
        if finding.severity is Severity.ERROR:
            raise FlowError(finding)
    return agenda


def faults(agenda: Agenda) -> Iterator[Finding]:
    where = f"agenda {agenda.name}"
    if not _is_zone(agenda.time_zone):
        yield _error("agenda.zone", where, _bad_zone(agenda.time_zone))
    for event in agenda.events:
        yield from _event(where, agenda, event)
    reached = {event.value for event in agenda.events} | {agenda.default}
    for value in agenda.values:
        if value not in reached:
            yield Finding(
                code="agenda.value_unused",
                severity=Severity.WARNING,
                where=where,
                words=_unused(value),
            )


def _event(where: str, agenda: Agenda, event: AgendaEvent) -> Iterator[Finding]:
    place = f"{where}, event {event.name}"
    if event.value not in {*agenda.values, agenda.default}:
        yield _error("agenda.value_unknown", place, _unknown(event.value))
    if not all(_is_clock(clock) for clock in (event.starts, event.ends)):
        yield _error("agenda.time", place, _bad_time(event))
    if not all(_is_date(day) for day in (event.from_date, event.until_date) if day is not None):
        yield _error("agenda.date", place, _bad_date())
    elif days(event)[0] > days(event)[1]:
        yield _error("agenda.order", place, _backwards())
    if event.yearly and not event.from_date:
        yield _error("agenda.yearly", place, _yearly())


def _error(code: str, where: str, sentence: Words) -> Finding:
    return Finding(code=code, severity=Severity.ERROR, where=where, words=sentence)


def _is_zone(name: str) -> bool:
    if not ZONE.fullmatch(name):
        return False
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _is_clock(clock: str) -> bool:
    try:
        minute(clock)
    except ValueError:
        return False
    return True


def _is_date(day: str) -> bool:
    try:
        date.fromisoformat(day)
    except ValueError:
        return False
    return len(day) == len("YYYY-MM-DD")


def _bad_zone(zone: str) -> Words:
    return words(
        "“{zone}” is no time zone. Choose one such as America/Montevideo.",
        "«{zone}» no es una zona horaria. Elija una como America/Montevideo.",
        zone=zone,
    )


def _unused(value: str) -> Words:
    return words(
        "No event gives the value “{value}”: it never comes about. Add an event, or remove it.",
        "Ningún evento da el valor «{value}»: nunca ocurre. Agregue un evento o quítelo.",
        value=value,
    )


def _unknown(value: str) -> Words:
    return words(
        "“{value}” is no value of this agenda. Add it to the values, or choose another.",
        "«{value}» no es un valor de esta agenda. Agréguelo a los valores o elija otro.",
        value=value,
    )


def _bad_time(event: AgendaEvent) -> Words:
    return words(
        "{starts}–{ends} is no stretch of time. Write HH:MM, up to 24:00.",
        "{starts}–{ends} no es un horario. Escriba HH:MM, hasta 24:00.",
        starts=event.starts,
        ends=event.ends,
    )


def _bad_date() -> Words:
    return words("Write dates as YYYY-MM-DD.", "Escriba las fechas como AAAA-MM-DD.")


def _backwards() -> Words:
    return words(
        "The last day is before the first. Exchange them.",
        "El último día es anterior al primero. Intercámbielos.",
    )


def _yearly() -> Words:
    return words(
        "What repeats every year needs a first day.",
        "Lo que se repite cada año necesita un primer día.",
    )
