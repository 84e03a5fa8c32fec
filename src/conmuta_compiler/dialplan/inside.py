"""T-local: what a telephone dials inside the company. T-ring: the same for flows."""

from collections.abc import Iterator

from conmuta_compiler import names, recording
from conmuta_compiler.text import Section, comment, display_name, extension
from conmuta_plan import TenantPlan
from conmuta_plan.outside import Direction
from conmuta_plan.people import Extension

URI = r"0-9A-Za-z@.:\;=&/_~%+!*$?\-"
"""The letters of a contact's address: no comma and no bracket, which would be arguments."""
REACHED = ("no_answer", "busy", "unavailable", "invalid")


def contexts(plan: TenantPlan) -> Iterator[Section]:
    yield _local(plan)
    lines = tuple(line for each in plan.extensions for line in _ring(plan, each))
    yield Section(name=names.context(plan.tenant, "ring"), note="For flows: (seconds)", lines=lines)
    if plan.extensions:
        yield _device(plan)
    yield _missed(plan)


def _local(plan: TenantPlan) -> Section:
    from conmuta_compiler.dialplan import services

    lines = [line for each in plan.extensions for line in _direct(plan, each)]
    lines += [f"exten => {which},hint,PJSIP/{phone}" for which, phone in _endpoints(plan)]
    lines += services.numbers(plan)
    name = names.context(plan.tenant, "local")
    return Section(name=name, note="Inside the company", lines=tuple(lines))


def _device(plan: TenantPlan) -> Section:
    lines = tuple(
        line for which, phone in _endpoints(plan) for line in extension(which, f"Return({phone})")
    )
    name = names.context(plan.tenant, "device")
    return Section(name=name, note="The endpoint of an extension", lines=lines)


def _endpoints(plan: TenantPlan) -> Iterator[tuple[str, str]]:
    """(extension or pattern, endpoint): numbers of one shape share one pattern.

    Asterisk asks each hint's device for its state at each reload, a quarter of a millisecond for
    every extension of the node; a pattern's hint is made when somebody subscribes (ADR 0051).
    """
    usual = [ext for ext in plan.extensions if ext.account == ext.number and ext.number.isdecimal()]
    for shape in sorted({names.shape(ext.number) for ext in usual}):
        yield shape, f"${{EXTEN}}@{plan.domain}"
    for ext in plan.extensions:
        if ext not in usual:
            yield ext.number, names.endpoint(plan, ext)


def _direct(plan: TenantPlan, ext: Extension) -> Iterator[str]:
    yield comment(f"{ext.number}: {display_name(ext.name)}")
    yield from extension(ext.number, _call("c-direct", plan, ext, str(ext.ring_seconds)))


def _ring(plan: TenantPlan, ext: Extension) -> Iterator[str]:
    seconds = f"${{IF(${{LEN(${{ARG1}})}}?${{ARG1}}:{ext.ring_seconds})}}"
    yield from extension(ext.number, _call("c-ring", plan, ext, seconds))


def _call(context: str, plan: TenantPlan, ext: Extension, seconds: str) -> str:
    contacts = f"${{PJSIP_DIAL_CONTACTS({names.endpoint(plan, ext)})}}"
    phones = f"${{FILTER({URI},{contacts})}}"
    arguments = [plan.tenant, ext.number, phones, seconds, *_unusual(plan, ext)]
    while not arguments[-1]:
        arguments.pop()
    return f"Gosub({context},{ext.number},1({','.join(arguments)}))"


def _unusual(plan: TenantPlan, ext: Extension) -> tuple[str, ...]:
    """What makes a call leave the plain path; empty for most extensions."""
    forwards = ext.forwards
    numbers = (forwards.always or "", forwards.busy or "", forwards.no_answer or "")
    flags = "d" * ext.do_not_disturb + "w" * (not ext.call_waiting) + "f" * any(numbers)
    record = "i" * recording.of_extension(plan, ext, Direction.IN)
    record += "n" * recording.of_extension(plan, ext, Direction.INTERNAL)
    return (flags, record, *numbers)


def _missed(plan: TenantPlan) -> Section:
    """Flows for direct calls that did not arrive."""
    flows = {reason: getattr(plan.reception, reason) for reason in REACHED}
    lines = tuple(
        line
        for reason, flow in flows.items()
        if flow
        for line in extension(reason, f"Goto({names.context(plan.tenant, 'flow', flow)},start,1)")
    )
    name = names.context(plan.tenant, "missed")
    return Section(name=name, note="Direct calls that did not arrive", lines=lines)
