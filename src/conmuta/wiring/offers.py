"""What a tenant was sold, held at every door: which objects need which service, and how many.

The same holds for pages, files and programs, since all of them write through `nouns.put`. What
was made before a service was switched off stays in the database and is left out of the plan.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from conmuta.apps.calls import api as calls
from conmuta.apps.tenancy import api as tenancy
from conmuta.apps.tenancy.api import Service
from conmuta.apps.tenancy.errors import LimitReached
from conmuta.apps.tenancy.offers import LIMITS
from conmuta.platform.nouns import Change, Noun
from conmuta.platform.scope import Scope
from conmuta_plan import TenantPlan
from conmuta_plan.flows import Flow, FlowStep
from conmuta_plan.outside import InboundNumber, TargetKind
from conmuta_plan.people import Extension
from conmuta_plan.queues import Agent

STEPS = {
    "queue": Service.QUEUES,
    "conference": Service.CONFERENCE,
    "voicemail": Service.VOICEMAIL,
    "fax": Service.FAX,
}
"""Kinds of flow steps that need a service; without it such a step hangs up."""

COUNTED = {"extensions.extension": "extensions", "queues.agent": "agents"}
STORED = ("callflow.prompt", "callflow.music")
MEGABYTE = 1_000_000


def _recorded(spec: Any) -> Iterator[Service]:
    if spec.record:
        yield Service.RECORDING


def _queue(spec: Any) -> Iterator[Service]:
    yield Service.QUEUES
    yield from _recorded(spec)


def _conference(spec: Any) -> Iterator[Service]:
    yield Service.CONFERENCE
    yield from _recorded(spec)


def _mailbox(_: Any) -> Iterator[Service]:
    yield Service.VOICEMAIL


def _agent(spec: Any) -> Iterator[Service]:
    if not spec.always_signed_in:
        yield Service.CONTACT_CENTRE


def _policy(spec: Any) -> Iterator[Service]:
    if any(rule.record for rule in spec.rules):
        yield Service.RECORDING


def _flow(spec: Any) -> Iterator[Service]:
    for step in spec.steps:
        if step.kind in STEPS:
            yield STEPS[step.kind]


NEEDS: Mapping[str, Callable[[Any], Iterator[Service]]] = {
    "extensions.extension": _recorded,
    "extensions.mailbox": _mailbox,
    "extensions.conference": _conference,
    "queues.queue": _queue,
    "queues.agent": _agent,
    "trunks.class": _recorded,
    "trunks.number": _recorded,
    "trunks.recording": _policy,
    "callflow.flow": _flow,
}


def check(scope: Scope, noun: Noun[Any], changes: Sequence[Change[Any]]) -> None:
    """Raises `ServiceOff` or `LimitReached`; bound to `nouns.gate`."""
    known = noun.name in NEEDS or noun.name in STORED
    if scope.tenant_id is None or not known:
        return
    tenant = tenancy.tenant_of(scope)
    if tenant.services == tenancy.EVERY_SERVICE and tenant.limits == tenancy.Limits():
        return
    for change in changes:
        for service in NEEDS.get(noun.name, _nothing)(change.after):
            if service not in tenant.services:
                tenancy.require_service(scope, service)
    made = sum(change.before is None for change in changes)
    if made and noun.name in COUNTED:
        there = noun.model.objects.within(scope).count()
        tenancy.require_room(scope, COUNTED[noun.name], there + made)
    if noun.name in STORED:
        require_storage(scope)


def _nothing(_: Any) -> Iterator[Service]:
    yield from ()


def require_storage(scope: Scope) -> None:
    """Raises `LimitReached` where the tenant's recordings fill what it may keep."""
    most = tenancy.tenant_of(scope).limits.storage_megabytes
    if most is not None and is_full(scope, most):
        what = LIMITS["storage_megabytes"]
        raise LimitReached(limit=most, what=what, wanted=calls.stored_bytes(scope) // MEGABYTE)


def is_full(scope: Scope, megabytes: int) -> bool:
    return calls.stored_bytes(scope) >= megabytes * MEGABYTE


def offered(scope: Scope, plan: TenantPlan) -> TenantPlan:
    """The plan without what the tenant does not have now. Full storage records no more."""
    tenant = tenancy.tenant_of(scope)
    services, most = tenant.services, tenant.limits.storage_megabytes
    if most is not None and Service.RECORDING in services and is_full(scope, most):
        services -= {Service.RECORDING}
    return without(plan, tenancy.EVERY_SERVICE - services)


def without(plan: TenantPlan, off: frozenset[Service]) -> TenantPlan:
    """Pure: the plan without these services, with nothing left that leads nowhere."""
    if not off:
        return plan
    lost = {kind for kind, service in STEPS.items() if service in off}
    plan = replace(plan, flows=tuple(_without_steps(flow, lost) for flow in plan.flows))
    for service in sorted(off & _TAKEN.keys()):
        plan = _TAKEN[service](plan)
    return replace(plan, numbers=tuple(each for each in plan.numbers if _leads(plan, each)))


def _without_steps(flow: Flow, kinds: set[str]) -> Flow:
    steps = tuple(
        FlowStep(name=step.name, kind="hangup", fields={"cause": "unallocated"})
        if step.kind in kinds
        else step
        for step in flow.steps
    )
    return replace(flow, steps=steps) if steps != flow.steps else flow


def _unrecorded(plan: TenantPlan) -> TenantPlan:
    return replace(
        plan,
        recording=(),
        extensions=tuple(replace(each, record=None) for each in plan.extensions),
        queues=tuple(replace(each, record=None) for each in plan.queues),
        conferences=tuple(replace(each, record=False) for each in plan.conferences),
        classes=tuple(replace(each, record=None) for each in plan.classes),
        numbers=tuple(replace(each, record=None) for each in plan.numbers),
    )


def _unmailed(plan: TenantPlan) -> TenantPlan:
    extensions: tuple[Extension, ...] = tuple(
        replace(each, mailbox=None) for each in plan.extensions
    )
    return replace(plan, extensions=extensions, mailboxes=())


def _unqueued(plan: TenantPlan) -> TenantPlan:
    agents: tuple[Agent, ...] = tuple(replace(each, queues=()) for each in plan.agents)
    rules = tuple(rule for rule in plan.recording if rule.queue is None)
    return replace(plan, queues=(), agents=agents, recording=rules)


def _unmet(plan: TenantPlan) -> TenantPlan:
    return replace(plan, conferences=())


def _unmanned(plan: TenantPlan) -> TenantPlan:
    """Who answers a queue without signing in stays."""
    return replace(plan, agents=tuple(each for each in plan.agents if each.always_signed_in))


_TAKEN: Mapping[Service, Callable[[TenantPlan], TenantPlan]] = {
    Service.RECORDING: _unrecorded,
    Service.VOICEMAIL: _unmailed,
    Service.QUEUES: _unqueued,
    Service.CONFERENCE: _unmet,
    Service.CONTACT_CENTRE: _unmanned,
}


def _leads(plan: TenantPlan, number: InboundNumber) -> bool:
    """Whether what the number rings is still there."""
    boxes = [each.mailbox for each in plan.extensions if each.mailbox]
    there = {
        TargetKind.QUEUE: {each.name for each in plan.queues},
        TargetKind.CONFERENCE: {each.number for each in plan.conferences},
        TargetKind.MAILBOX: {box.number for box in (*boxes, *plan.mailboxes)},
    }.get(number.target.kind)
    return there is None or number.target.name in there
