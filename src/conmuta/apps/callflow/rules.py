"""What agendas, flows and prompts must look like. Pure."""

import re
from collections.abc import Iterable, Iterator
from datetime import date

from django.utils.translation import get_language

from conmuta.apps.callflow.contracts import Agenda, AgendaEvent, Flow, FlowStep, Music, Prompt
from conmuta.platform.forms import language_faults, named, time_zones, title_faults
from conmuta.platform.nouns import Fault
from conmuta.platform.sentences import said
from conmuta_compiler import steps
from conmuta_compiler.check.loops import check_loops
from conmuta_compiler.steps.common.findings import Finding, FlowError, Severity
from conmuta_plan import TenantPlan

TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d|24:00")
DIGEST = re.compile(r"[0-9a-f]{64}")
LONGEST_TEXT = 4000
MOST_EVENTS = 1000
MOST_STEPS = 500
MOST_FILES = 50


def agenda_faults(agenda: Agenda) -> Iterator[Fault]:
    """What is wrong in an agenda."""
    yield from named("name", agenda.name)
    yield from title_faults("title", agenda.title)
    if agenda.time_zone not in time_zones():
        sentence = said(
            "`{time_zone}` is no time zone; one like America/Montevideo.",
            time_zone=agenda.time_zone,
        )
        yield Fault(("time_zone",), sentence)
    for index, value in enumerate(agenda.values):
        for fault in named("values", value):
            yield Fault(("values", str(index)), fault.sentence)
    if agenda.default not in agenda.values:
        yield Fault(("default",), _no_value(agenda, agenda.default))
    if len(agenda.events) > MOST_EVENTS:
        yield Fault(("events",), said("has more than {most} events.", most=MOST_EVENTS))
    for index, event in enumerate(agenda.events):
        for fault in event_faults(agenda, event):
            yield Fault(("events", str(index), *fault.path), fault.sentence)


def _no_value(agenda: Agenda, value: str) -> str:
    return said(
        "`{value}` is not a value of this agenda; one of {names}.",
        value=value,
        names=", ".join(agenda.values) or "—",
    )


def event_faults(agenda: Agenda, event: AgendaEvent) -> Iterator[Fault]:
    """What is wrong in an event."""
    yield from title_faults("name", event.name)
    if event.value not in agenda.values:
        yield Fault(("value",), _no_value(agenda, event.value))
    for name in ("starts", "ends"):
        if not TIME.fullmatch(getattr(event, name)):
            sentence = said(
                "`{given}` is no time; write HH:MM, such as 09:00.", given=getattr(event, name)
            )
            yield Fault((name,), sentence)
    if event.starts == "24:00":
        yield Fault(("starts",), said("24:00 is the end of a day; a day starts at 00:00."))
    yield from _date_faults(event)


def _date_faults(event: AgendaEvent) -> Iterator[Fault]:
    for name in ("from_date", "until_date"):
        given = getattr(event, name)
        if given is not None and not _is_date(given):
            yield Fault((name,), said("`{given}` is no date; write YYYY-MM-DD.", given=given))
            return
    first, last = event.from_date, event.until_date
    if not event.weekdays and first is None:
        yield Fault(("weekdays",), said("give weekdays, or the date (`from_date`) of the event."))
    if first and last and last < first:
        yield Fault(("until_date",), said("is before `from_date`."))
    if event.yearly and first and last and first[:4] != last[:4]:
        sentence = said("must be in the year of `from_date`, since the event repeats every year.")
        yield Fault(("until_date",), sentence)
    if event.yearly and first is None:
        yield Fault(("from_date",), said("a yearly event needs its date."))


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def flow_faults(flow: Flow) -> Iterator[Fault]:
    """What is wrong in a flow by itself. What it names is checked with the rest of the tenant."""
    yield from named("name", flow.name)
    yield from title_faults("title", flow.title)
    if len(flow.steps) > MOST_STEPS:
        yield Fault(
            ("steps",),
            said("has more than {most} steps; split the flow.", most=MOST_STEPS),
        )
    names = [step.name for step in flow.steps]
    if flow.start not in names:
        yield Fault(
            ("start",),
            said(
                "`{start}` is not a step; one of {names}.",
                start=flow.start,
                names=", ".join(names) or "—",
            ),
        )
    for step in flow.steps:
        for fault in _step_faults(step, names):
            yield Fault(("steps", step.name, *fault.path), fault.sentence)


def _step_faults(step: FlowStep, names: list[str]) -> Iterator[Fault]:
    for fault in named("name", step.name):
        yield Fault((), fault.sentence)
    if names.count(step.name) > 1:
        yield Fault((), said("two steps have this name."))
    try:
        steps.fields_of(step)
    except FlowError as refused:
        path = ("kind",) if refused.finding.code == "step.kind" else ()
        yield Fault(path, refused.finding.text(get_language() or "en"))
    for exit_name, target in step.exits.items():
        if target not in names:
            yield Fault(
                ("exits", exit_name), said("`{target}` is not a step of this flow.", target=target)
            )


def endless(flows: Iterable[Flow]) -> Iterator[Finding]:
    """Circles of steps that Asterisk would turn in without a pause, and without an end."""
    plan = TenantPlan(
        tenant="-",
        domain="-",
        title="-",
        time_zone="UTC",
        language="es",
        country="UY",
        flows=tuple(flows),
    )
    return (found for found in check_loops(plan) if found.severity is Severity.ERROR)


def prompt_faults(prompt: Prompt) -> Iterator[Fault]:
    """What is wrong in a prompt."""
    yield from named("name", prompt.name)
    if len(prompt.text) > LONGEST_TEXT:
        yield Fault(
            ("text",),
            said(
                "is longer than {most} characters; split it in two.",
                most=LONGEST_TEXT,
            ),
        )
    yield from language_faults(prompt.language or None)
    if prompt.digest and not DIGEST.fullmatch(prompt.digest):
        yield Fault(("digest",), said("is no SHA-256 in 64 lower-case hexadecimal digits."))
    if not prompt.digest and not prompt.text.strip():
        yield Fault(("text",), said("write what the voice says, or give an audio file."))


def music_faults(music: Music) -> Iterator[Fault]:
    """What is wrong in music on hold."""
    yield from named("name", music.name)
    if not 1 <= len(music.digests) <= MOST_FILES:
        yield Fault(("digests",), said("has 1 to {most} files.", most=MOST_FILES))
    for index, digest in enumerate(music.digests):
        if not DIGEST.fullmatch(digest):
            yield Fault(("digests", str(index)), said("is no SHA-256."))
