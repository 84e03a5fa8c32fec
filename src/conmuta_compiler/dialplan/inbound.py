"""T-in-GATEWAY: the numbers by which callers from outside come in. T-own: the same from inside."""

from collections.abc import Iterator

from conmuta_compiler import names
from conmuta_compiler.text import Section, extension
from conmuta_plan import TenantPlan
from conmuta_plan.outside import Gateway, InboundNumber, Target, TargetKind


def contexts(plan: TenantPlan) -> Iterator[Section]:
    for gateway in plan.gateways:
        lines = tuple(
            line
            for number in plan.numbers
            if not number.gateways or gateway.name in number.gateways
            for line in _number(plan, gateway, number)
        )
        name = names.context(plan.tenant, "in", gateway.name)
        yield Section(name=name, note=f"Calls that come in by {gateway.name}", lines=lines)
    yield _own(plan)


def _own(plan: TenantPlan) -> Section:
    """A company that dials its own number is served at once, not by way of a carrier."""
    lines = tuple(line for number in plan.numbers for line in _from_inside(plan, number))
    name = names.context(plan.tenant, "own")
    return Section(name=name, note="Own inbound numbers, dialled from inside", lines=lines)


def _from_inside(plan: TenantPlan, number: InboundNumber) -> tuple[str, ...]:
    steps = [f"CELGenUserEvent(internal,{number.number})", *_language(number)]
    return extension(number.number, *steps, *_leads_to(plan, number.target))


def _number(plan: TenantPlan, gateway: Gateway, number: InboundNumber) -> tuple[str, ...]:
    steps = [f"CELGenUserEvent(in,{number.number}|{gateway.name})", *_limits(plan, gateway)]
    steps += _language(number)
    if number.record is not None:
        steps.append(_recording(plan, record=number.record))
    steps += _leads_to(plan, number.target)
    if plan.max_calls or gateway.max_calls:
        full = f"CELGenUserEvent(refused,limit|{number.number})"
        steps += [f"(full){full}", "Hangup(34)"]
    return extension(number.number, *steps)


def _language(number: InboundNumber) -> Iterator[str]:
    if number.language:
        yield f"Set(CHANNEL(language)={number.language})"


def _recording(plan: TenantPlan, *, record: bool) -> str:
    """The number's own word; a call marked as recorded is not asked about again."""
    return f"Gosub(c-record,far,1({plan.tenant}))" if record else "Set(recording=no)"


def _limits(plan: TenantPlan, gateway: Gateway) -> Iterator[str]:
    limits = (
        ("calls", plan.tenant, plan.max_calls),
        ("gateway", f"{plan.tenant}-{gateway.name}", gateway.max_calls),
    )
    for category, group, most in limits:
        if most:
            yield f"Set(GROUP({category})={group})"
            yield f"GotoIf($[${{GROUP_COUNT({group}@{category})}}>{most}]?full)"


def _leads_to(plan: TenantPlan, target: Target) -> tuple[str, ...]:
    tenant, name = plan.tenant, target.name
    match target.kind:
        case TargetKind.FLOW:
            return (f"Goto({names.context(tenant, 'flow', name)},start,1)",)
        case TargetKind.EXTENSION:
            ring = f"Gosub({names.context(tenant, 'ring')},{name},1)"
            return (ring, f"Gosub(c-missed,{name},1({tenant}))")
        case TargetKind.QUEUE:
            return (f"Gosub({names.context(tenant, 'queue')},{name},1)", "Hangup()")
        case TargetKind.CONFERENCE:
            return (f"Goto({names.context(tenant, 'local')},{name},1)",)
        case TargetKind.MAILBOX:
            box = names.context(tenant, "voicemail")
            return (f"Gosub({box},{name},1(unavailable))", "Hangup()")
