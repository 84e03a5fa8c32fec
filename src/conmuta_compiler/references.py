"""What a plan's objects say of each other must be there; what must be unique, is."""

from collections import Counter
from collections.abc import Iterable, Iterator

from conmuta_compiler.errors import InvalidPlan
from conmuta_compiler.steps.common.words import words
from conmuta_plan import PLAN_VERSION, TenantPlan
from conmuta_plan.outside import TargetKind

THERE_OFTEN = ("it is there {times} times.", "está {times} veces.")
_NONE = ("there is no {kind} {name}.", "no hay {kind} {name}.")
_NO_OPERATOR = ("the company has no operator.", "la empresa no tiene operador.")
_VERSION = (
    "version {given} is not {known}, which this compiler knows.",
    "la versión {given} no es {known}, que es la que este compilador conoce.",
)

Reference = tuple[str, str, str]
"""Who says it, of what kind it is, and its name."""


def check_references(plan: TenantPlan) -> None:
    """Raises `InvalidPlan` where a name leads nowhere or is given twice."""
    if plan.version != PLAN_VERSION:
        raise InvalidPlan("plan", words(*_VERSION, given=plan.version, known=PLAN_VERSION))
    _check_operator(plan)
    known = _known(plan)
    for where, kind, name in _references(plan):
        if name not in known[kind]:
            raise InvalidPlan(where, words(*_NONE, kind=kind, name=repr(name)))
    for kind, given in _given(plan).items():
        for name, times in Counter(given).items():
            if times > 1:
                raise InvalidPlan(f"{kind} {name}", words(*THERE_OFTEN, times=times))


def _check_operator(plan: TenantPlan) -> None:
    if plan.operator is None:
        for each in plan.classes:
            if each.operator:
                raise InvalidPlan(f"call class {each.name}", words(*_NO_OPERATOR))
        for number in plan.numbers:
            if number.stock:
                raise InvalidPlan(f"number {number.number}", words(*_NO_OPERATOR))


def _given(plan: TenantPlan) -> dict[str, list[str]]:
    """Names that share a place in Asterisk; it does not see `-` in extensions."""
    boxes = [each.mailbox for each in plan.extensions if each.mailbox]
    return {
        "account": [each.account for each in plan.extensions],
        "mailbox": [box.number for box in (*boxes, *plan.mailboxes)],
        "queue": [each.name.replace("-", "") for each in plan.queues],
        "agent": [each.number for each in plan.agents],
        "gateway": [each.name for each in plan.gateways],
        "call class": [each.name for each in plan.classes],
        "flow": [each.name for each in plan.flows],
    }


def _known(plan: TenantPlan) -> dict[str, set[str]]:
    boxes = [each.mailbox for each in plan.extensions if each.mailbox]
    return {
        TargetKind.EXTENSION: {each.number for each in plan.extensions},
        TargetKind.QUEUE: {each.name for each in plan.queues},
        TargetKind.FLOW: {each.name for each in plan.flows},
        TargetKind.CONFERENCE: {each.number for each in plan.conferences},
        TargetKind.MAILBOX: {box.number for box in (*boxes, *plan.mailboxes)},
        "gateway": {each.name for each in plan.gateways},
        "prompt": {each.name for each in plan.prompts},
        "music": {each.name for each in plan.music},
    }


def _references(plan: TenantPlan) -> Iterator[Reference]:
    for number in plan.numbers:
        yield f"number {number.number}", number.target.kind, number.target.name
        yield from _all(f"number {number.number}", "gateway", number.gateways)
    for each in plan.classes:
        yield from _all(f"call class {each.name}", "gateway", each.gateways)
    for agent in plan.agents:
        yield f"agent {agent.number}", TargetKind.EXTENSION, agent.extension
        yield from _all(f"agent {agent.number}", "queue", (each.queue for each in agent.queues))
    for queue in plan.queues:
        prompts = (queue.entry_prompt, queue.periodic_prompt, queue.agent_prompt)
        yield from _all(f"queue {queue.name}", "prompt", prompts)
        yield from _all(f"queue {queue.name}", "music", [queue.music])
    flows = [getattr(plan.reception, name) for name in plan.reception.__dataclass_fields__]
    yield from _all("reception", TargetKind.FLOW, flows)


def _all(where: str, kind: str, names: Iterable[str | None]) -> Iterator[Reference]:
    return ((where, kind, name) for name in names if name)
