"""T-in-GATEWAY, T-stock: the numbers by which callers come in. T-own: the same from inside."""

from collections.abc import Iterable, Iterator

from conmuta_compiler import names
from conmuta_compiler.dialplan import stock
from conmuta_compiler.dialplan.outside import NOT_IN_SERVICE
from conmuta_compiler.files.queues import prompt
from conmuta_compiler.text import Section, extension
from conmuta_plan import TenantPlan
from conmuta_plan.operator import OperatorLink
from conmuta_plan.outside import Gateway, InboundNumber, Target, TargetKind

Limits = tuple[tuple[str, str, int], ...]
"""Category, group, and how many at most; 0: any."""


def contexts(plan: TenantPlan) -> Iterator[Section]:
    for gateway in plan.gateways:
        lines = tuple(
            line
            for number in plan.numbers
            if not number.stock and (not number.gateways or gateway.name in number.gateways)
            for line in _number(plan, number, gateway.name, _limits(plan, gateway))
        )
        name = names.context(plan.tenant, "in", gateway.name)
        yield Section(name=name, note=f"Calls that come in by {gateway.name}", lines=lines)
    if plan.operator:
        yield _stock(plan, plan.operator)
    yield _own(plan)
    yield from stock.mine(plan, leads_to(plan))


def _stock(plan: TenantPlan, link: OperatorLink) -> Section:
    """Numbers of the operator's stock; the call was nobody's until now."""
    if plan.suspended:
        spoken = f"Set(CHANNEL(language)={stock.language(plan.language)})"
        return stock.stock(plan, [*_notice(plan, [spoken], "${EXTEN}")], [], leads_to(plan))
    limits = (("calls", plan.tenant, plan.max_calls), ("calls-in", plan.tenant, link.max_calls_in))
    return stock.stock(plan, _limited(limits), _full(limits, "${EXTEN}"), leads_to(plan))


def _own(plan: TenantPlan) -> Section:
    """A company that dials its own number is served at once, not by way of a carrier."""
    gateways = [number for number in plan.numbers if not number.stock]
    lines = [line for number in gateways for line in _from_inside(plan, number)]
    lines += stock.own(plan)
    name = names.context(plan.tenant, "own")
    return Section(name=name, note="Own inbound numbers, dialled from inside", lines=tuple(lines))


def _from_inside(plan: TenantPlan, number: InboundNumber) -> tuple[str, ...]:
    steps = [f"CELGenUserEvent(internal,{number.number})", *_language(number)]
    return extension(number.number, *steps, *_leads_to(plan, number.target))


def _number(
    plan: TenantPlan, number: InboundNumber, whence: str, limits: Limits
) -> tuple[str, ...]:
    what = number.number
    steps = [f"CELGenUserEvent(in,{what}|{whence})"]
    if plan.suspended:
        return extension(what, *steps, *_notice(plan, _language(number), what))
    steps += _limited(limits)
    steps += _language(number)
    if number.record is not None:
        steps.append(_recording(plan, record=number.record))
    steps += _leads_to(plan, number.target)
    return extension(what, *steps, *_full(limits, what))


def _full(limits: Limits, what: str) -> Iterator[str]:
    if any(most for _, _, most in limits):
        yield f"(full)CELGenUserEvent(refused,limit|{what})"
        yield "Hangup(34)"


def _notice(plan: TenantPlan, language: Iterable[str], what: str) -> Iterator[str]:
    """A suspended company: who calls is told, and nobody rings."""
    yield f"CELGenUserEvent(refused,suspended|{what})"
    yield from language
    spoken = prompt(plan, "suspended") or NOT_IN_SERVICE
    yield f"Gosub(c-refuse,suspended,1({spoken}))"


def _language(number: InboundNumber) -> Iterator[str]:
    if number.language:
        yield f"Set(CHANNEL(language)={number.language})"


def _recording(plan: TenantPlan, *, record: bool) -> str:
    """The number's own word; a call marked as recorded is not asked about again."""
    return f"Gosub(c-record,far,1({plan.tenant}))" if record else "Set(recording=no)"


def _limits(plan: TenantPlan, gateway: Gateway) -> Limits:
    return (
        ("calls", plan.tenant, plan.max_calls),
        ("gateway", f"{plan.tenant}-{gateway.name}", gateway.max_calls),
    )


def _limited(limits: Limits) -> Iterator[str]:
    for category, group, most in limits:
        if most:
            yield f"Gosub(c-seat,s,1({category},{group},{most}))"
            yield 'GotoIf($["${GOSUB_RETVAL}"="full"]?full)'


def leads_to(plan: TenantPlan) -> stock.LeadsTo:
    return lambda target: _leads_to(plan, target)


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
