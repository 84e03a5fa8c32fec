"""A tenant's classes with what its dial plans say. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from conmuta.apps.routing.contracts import ClassKind, DialPlan, TenantRouting
from conmuta.apps.trunks.contracts import OutgoingClass
from conmuta_plan.outside import CallClass, RecordingRule

LONGEST = 60
KINDS = tuple(kind for kind in ClassKind if kind is not ClassKind.INTERNAL)

Rules = tuple[tuple[str, int, str], ...]


def missing(classes: Mapping[str, OutgoingClass], plan: DialPlan) -> list[OutgoingClass]:
    """Classes to make, so that each kind of the plan has one that the operator carries.

    A class of that name that the tenant keeps for its own gateways stays as it is.
    """
    served = {item.kind for item in classes.values() if item.operator}
    wanted = {rule.kind for rule in plan.rules} - served
    return [
        OutgoingClass(name=str(kind), kind=kind, operator=True)
        for kind in KINDS
        if kind in wanted and str(kind) not in classes
    ]


def completed(
    classes: Mapping[str, OutgoingClass], tenant: TenantRouting, plans: Mapping[str, DialPlan]
) -> list[OutgoingClass]:
    """The tenant's classes: those of the operator's without patterns get the dial plan's.

    A dial plan of exceptions brings a class more of each kind, named after both.
    """
    usual = plans.get(tenant.dial_plan or "")
    others = [plans[name] for name in sorted(set(tenant.exceptions.values())) if name in plans]
    others = [plan for plan in others if plan is not usual]
    found = [_filled(item, usual, others) for item in classes.values()]
    for plan in others:
        found += _of_exception(classes.values(), plan)
    return found


def _filled(
    item: OutgoingClass, usual: DialPlan | None, others: Iterable[DialPlan]
) -> OutgoingClass:
    if not item.operator or usual is None:
        return item
    if item.patterns:
        return item if item.to_e164 else replace(item, to_e164=to_e164([usual], None))
    plans = [usual, *others] if item.kind is ClassKind.EMERGENCY else [usual]
    name = "" if item.kind is ClassKind.EMERGENCY else usual.name
    return replace(
        item,
        patterns=patterns(plans, item.kind),
        to_e164=to_e164(plans, item.kind),
        dial_plan=name,
    )


def _of_exception(classes: Iterable[OutgoingClass], plan: DialPlan) -> Iterator[OutgoingClass]:
    """Emergencies are everybody's, so they stand in the usual class alone."""
    for item in classes:
        if item.operator and not item.patterns and item.kind is not ClassKind.EMERGENCY:
            yield replace(
                item,
                name=name_of(plan.name, item.name),
                patterns=patterns([plan], item.kind),
                to_e164=to_e164([plan], item.kind),
                dial_plan=plan.name,
            )


def recorded(rules: Iterable[RecordingRule], items: Iterable[CallClass]) -> Iterator[RecordingRule]:
    """The tenant's rules; one that names a class is also for what it is in each dial plan."""
    own = [each for each in items if each.dial_plan]
    for rule in rules:
        yield rule
        for each in own:
            if rule.call_class and each.name == name_of(each.dial_plan, rule.call_class):
                yield replace(rule, call_class=each.name)


def name_of(plan: str, item: str) -> str:
    """A class of an exception's dial plan."""
    return f"{plan}-{item}"[:LONGEST]


def patterns(plans: Iterable[DialPlan], kind: ClassKind) -> tuple[str, ...]:
    """What is dialled for this kind."""
    found = (rule.pattern for plan in plans for rule in plan.rules if rule.kind is kind)
    return tuple(dict.fromkeys(found))


def to_e164(plans: Iterable[DialPlan], kind: ClassKind | None) -> Rules:
    """How that becomes E.164; `kind` None: everything."""
    rules = (rule for plan in plans for rule in plan.rules if kind in {None, rule.kind})
    once = {rule.pattern: (rule.pattern, rule.strip, rule.prepend) for rule in rules}
    return tuple(once.values())


def permitted(
    number: str,
    allowed: tuple[str, ...],
    tenant: TenantRouting,
    classes: Mapping[str, OutgoingClass],
) -> tuple[str, ...]:
    """The classes that extension `number` may dial, by its own dial plan where it has one."""
    plan = tenant.exceptions.get(number)
    if plan is None or plan == tenant.dial_plan:
        return allowed
    return tuple(_own(name, plan, classes) for name in allowed)


def _own(name: str, plan: str, classes: Mapping[str, OutgoingClass]) -> str:
    item = classes.get(name)
    if item is None or not item.operator or item.patterns or item.kind is ClassKind.EMERGENCY:
        return name
    return name_of(plan, name)
