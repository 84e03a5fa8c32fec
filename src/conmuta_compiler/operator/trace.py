"""An outside call from the digits on: the class by the closest pattern, permission, gateways."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from conmuta_compiler.operator.decide import Router
from conmuta_compiler.operator.decision import (
    Attempt,
    Decision,
    Identity,
    OutsideCall,
    Refusal,
)
from conmuta_compiler.operator.patterns import closeness, matches
from conmuta_compiler.operator.reach import in_reach
from conmuta_compiler.steps.common.people import mailbox_numbers
from conmuta_plan import TenantPlan
from conmuta_plan.operator import CallerIdRule
from conmuta_plan.outside import CallClass, ClassKind, Gateway
from conmuta_plan.people import Extension


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What stands around the tenant's plan. `router` None: no operator's plan."""

    router: Router | None = None
    stock: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """What becomes of what was dialled; exactly one of `inside`, `refused`, `decision` is set.

    `number` is what a speed dial put in the place of `dialled`. `pattern` decided the class.
    """

    dialled: str
    number: str
    extension: str | None = None
    inside: bool = False
    item: CallClass | None = None
    pattern: str | None = None
    refused: Refusal | None = None
    decision: Decision | None = None


def trace(plan: TenantPlan, dialled: str, at: datetime, caller: str | None, world: World) -> Trace:
    """The whole way. `caller` None: a flow dials. Raises `KeyError` where no such extension is."""
    extension = _extension(plan, caller)
    speed = {each.code: each.number for each in plan.speed_dials}
    number = speed.get(dialled, dialled)
    begun = Trace(dialled=dialled, number=number, extension=caller)
    if number in inside(plan):
        return replace(begun, inside=True)
    allowed = extension.classes if extension else plan.flow_classes
    item, pattern = class_of(plan, allowed, number)
    found = replace(begun, item=item, pattern=pattern)
    if item is None:
        return replace(found, refused=Refusal.INVALID)
    if item.name not in allowed and item.kind is not ClassKind.EMERGENCY:
        return replace(found, refused=Refusal.CLASS)
    return replace(found, decision=_decision(plan, item, number, at, extension, world))


def _extension(plan: TenantPlan, caller: str | None) -> Extension | None:
    if caller is None:
        return None
    return {each.number: each for each in plan.extensions}[caller]


def inside(plan: TenantPlan) -> frozenset[str]:
    """Numbers that ring inside the company, and features: these go before any class."""
    codes = {getattr(plan.features, name) for name in plan.features.__dataclass_fields__}
    found = codes | {each.number for each in plan.extensions} | mailbox_numbers(plan)
    found |= {each.number for each in plan.queues if each.number}
    found |= {each.number for each in plan.conferences}
    if plan.parking:
        slots = range(plan.parking.first, plan.parking.last + 1)
        found |= {plan.parking.number, *map(str, slots)}
    return frozenset(found)


def class_of(
    plan: TenantPlan, allowed: Iterable[str], number: str
) -> tuple[CallClass | None, str | None]:
    """The class of the closest pattern; of one pattern in two classes, the first one's."""
    found = [
        (closeness(pattern), index, each, pattern)
        for index, each in enumerate(in_reach(plan, allowed))
        for pattern in each.patterns
        if matches(pattern, number)
    ]
    if not found:
        return None, None
    _, _, item, pattern = min(found, key=lambda each: each[:2])
    return item, pattern


def _decision(
    plan: TenantPlan,
    item: CallClass,
    number: str,
    at: datetime,
    extension: Extension | None,
    world: World,
) -> Decision:
    own_id = extension.external_caller_id if extension else None
    call = OutsideCall(
        tenant=plan.tenant,
        item=item,
        dialled=number,
        at=at,
        country=plan.country,
        shown=item.caller_id or own_id,
        suspended=plan.suspended,
        stock=world.stock,
    )
    stopped = plan.suspended and item.kind is not ClassKind.EMERGENCY
    own = () if stopped else tuple(_own_attempts(plan, item, number, extension))
    if not item.operator and not stopped:
        return Decision(call=call, attempts=own)
    if world.router is None or plan.operator is None:
        refused = Refusal.SUSPENDED if stopped else Refusal.ROUTE
        return Decision(call=call, refused=refused, attempts=own)
    found = world.router.decide(plan.operator, call)
    later = tuple(replace(each, turn=each.turn + len(own)) for each in found.attempts)
    return replace(found, attempts=(*own, *later))


def _own_attempts(
    plan: TenantPlan, item: CallClass, number: str, extension: Extension | None
) -> Iterable[Attempt]:
    """The class's own gateways, in order."""
    gateways = {each.name: each for each in plan.gateways}
    outgoing = item.prepend + number[item.strip :]
    for turn, name in enumerate(item.gateways):
        gateway = gateways[name]
        yield Attempt(
            gateway=name,
            turn=turn,
            own=True,
            number=gateway.prepend + outgoing[gateway.strip :],
            identity=Identity(number=_own_caller(item, gateway, extension), rule=CallerIdRule.PASS),
        )


def _own_caller(item: CallClass, gateway: Gateway, extension: Extension | None) -> str | None:
    own = extension.external_caller_id if extension else None
    inner = extension.number if extension else None
    return item.caller_id or own or gateway.caller_id or inner
