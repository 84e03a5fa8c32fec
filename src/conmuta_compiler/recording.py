"""Which calls are recorded, decided from the plan alone.

An extension's own word goes before that of a class, a queue or a number; then comes the first
rule whose given fields all match.
"""

from dataclasses import dataclass

from conmuta_compiler import names
from conmuta_plan import TenantPlan
from conmuta_plan.outside import CallClass, Direction, RecordingRule
from conmuta_plan.people import Extension
from conmuta_plan.queues import Queue


@dataclass(frozen=True, slots=True, kw_only=True)
class CallKind:
    """What a rule can ask of a call."""

    direction: Direction
    call_class: str | None = None
    queue: str | None = None
    extension: str | None = None


def by_rules(plan: TenantPlan, call: CallKind) -> bool:
    """What the tenant's rules say."""
    for rule in plan.recording:
        if _matches(rule, call):
            return rule.record
    return False


def _matches(rule: RecordingRule, call: CallKind) -> bool:
    asked = (
        (rule.direction, call.direction),
        (rule.call_class, call.call_class),
        (rule.queue, call.queue),
        (rule.extension, call.extension),
    )
    return all(wanted is None or wanted == is_so for wanted, is_so in asked)


def of_extension(plan: TenantPlan, extension: Extension, direction: Direction) -> bool:
    """Whether calls of this direction that ring `extension` are recorded."""
    if extension.record is not None:
        return extension.record
    return by_rules(plan, CallKind(direction=direction, extension=extension.number))


def of_queue(plan: TenantPlan, queue: Queue, direction: Direction) -> bool:
    """Whether calls of this direction in `queue` are recorded, whoever answers."""
    if queue.record is not None:
        return queue.record
    return by_rules(plan, CallKind(direction=direction, queue=queue.name))


def of_class(plan: TenantPlan, call_class: CallClass, extension: Extension | None = None) -> bool:
    """Whether calls of `call_class` are recorded when `extension` dials (None: another one)."""
    if extension is not None and extension.record is not None:
        return extension.record
    if call_class.record is not None:
        return call_class.record
    number = extension.number if extension else None
    kind = CallKind(direction=Direction.OUT, call_class=call_class.name, extension=number)
    return by_rules(plan, kind)


def entrance(plan: TenantPlan, extension: Extension) -> str:
    """The context in which the extension's calls begin.

    Where its internal calls are recorded whoever it calls, and those of others are not, it is
    one that says so before it goes on to the usual one.
    """
    usual = names.phones(plan, extension.classes)
    return recorded_entrance(usual) if is_recorded_caller(plan, extension) else usual


def recorded_entrance(phones: str) -> str:
    return f"{phones}-r"


def is_recorded_caller(plan: TenantPlan, extension: Extension) -> bool:
    """Whether it takes the caller's word to record its internal calls."""
    inside = Direction.INTERNAL
    if all(of_extension(plan, each, inside) for each in plan.extensions):
        return False
    return of_extension(plan, extension, inside)


def recorded_classes(plan: TenantPlan, extension: Extension | None) -> tuple[str, ...]:
    """The classes that are recorded when `extension` (None: another one) dials them."""
    return tuple(each.name for each in plan.classes if of_class(plan, each, extension))
