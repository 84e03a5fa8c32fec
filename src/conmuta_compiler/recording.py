"""Which calls are recorded, decided from the plan alone.

An extension's own word goes before that of a class, a queue or a number; then comes the first
rule whose given fields all match.
"""

from dataclasses import dataclass

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


def of_caller(plan: TenantPlan, extension: Extension) -> dict[str, str]:
    """Channel variables that say where `extension` differs from what the dialplan would do.

    `record_inside` is set where its internal calls are recorded; `record_outside` names the
    classes that are recorded when it dials (`:mobile:local:`), where they are not the usual ones.
    """
    found = {}
    if of_extension(plan, extension, Direction.INTERNAL):
        found["record_inside"] = "r"
    usual = _recorded_classes(plan, None)
    own = _recorded_classes(plan, extension)
    if own != usual:
        found["record_outside"] = f":{':'.join(own)}:"
    return found


def _recorded_classes(plan: TenantPlan, extension: Extension | None) -> list[str]:
    return [each.name for each in plan.classes if of_class(plan, each, extension)]
