"""Stale plans become revisions.

Revisions are committed in the order of their numbers (an advisory lock sees to it), so that
"what changed after R" never misses one. Only stale units are rendered, one transaction each.
"""

import time
from datetime import datetime
from typing import Any, TypeVar

import structlog
from django.db import connection, transaction
from django.utils import timezone

from conmuta.apps.fleet import units
from conmuta.apps.fleet.models import Removal
from conmuta.apps.fleet.units import Kind, Plan, State
from conmuta.platform import notify
from conmuta.platform.errors import Invalid
from conmuta.platform.scope import Scope
from conmuta_plan import decode, digest, encode

CHANNEL = "conmuta_plans"
_LOCK = 7_241_001  # "revisions are numbered and committed one at a time"

T = TypeVar("T")

log = structlog.get_logger()


class TouchNeedsTenant(Invalid):
    """A plan belongs to one tenant: enter its scope before touching it."""

    code = "fleet.touch_needs_tenant"


class TouchNeedsOperator(Invalid):
    """This plan belongs to one operator: enter its scope before touching it."""

    code = "fleet.touch_needs_operator"


def touch(scope: Scope) -> None:
    """The plan of `scope`'s tenant is stale. Nodes hear of it when this transaction commits."""
    if scope.tenant_id is None:
        raise TouchNeedsTenant
    _touch(units.TENANTS, scope.tenant_id)


def touch_operator(scope: Scope) -> None:
    """The plan of `scope`'s operator is stale; its tenants' plans are not touched."""
    if scope.operator_id is None:
        raise TouchNeedsOperator
    _touch(units.OPERATORS, scope.operator_id)


def _touch(kind: Kind, owner_id: int) -> None:
    row: Any = kind.states(**{kind.owner_id: owner_id}, stale=True, touched_at=timezone.now())
    kind.states._default_manager.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=[kind.owner],
        update_fields=["stale", "touched_at"],
    )
    notify.send(CHANNEL)


def touched(scope: Scope, changes: list[T]) -> list[T]:
    """`changes` themselves; where there are any, the plan of the scope's owner is stale."""
    if changes:
        (touch if scope.operator_id is None else touch_operator)(scope)
    return changes


def touched_at(scope: Scope) -> datetime | None:
    """When what `scope`'s owner's plan is made of was last changed; None: never, it is new.

    No two changes have the same time, and a change and its time are seen together, so whatever
    was made of it after this was asked is good for as long as the answer is the same.
    """
    kind = units.TENANTS if scope.operator_id is None else units.OPERATORS
    at: datetime | None = kind.states_in(scope).values_list("touched_at", flat=True).first()
    return at


def settled(scope: Scope) -> Plan | None:
    """The stored plan of the scope's owner, where nothing has changed since; None: it is stale."""
    kind = units.TENANTS if scope.operator_id is None else units.OPERATORS
    fresh = kind.states_in(scope).filter(stale=False, problem="", revision__isnull=False)
    row = kind.revisions_in(scope).filter(revision__in=fresh.values("revision")).first()
    return decode(row.body.encode(), kind.plan) if row is not None else None


@transaction.atomic
def withdraw(scope: Scope, slug: str) -> None:
    """The tenant of `scope` is served no more: it is about to be removed."""
    _withdraw(units.TENANTS, scope, slug)


@transaction.atomic
def withdraw_operator(scope: Scope, slug: str) -> None:
    """The operator of `scope` is served no more: it is about to be removed."""
    _withdraw(units.OPERATORS, scope, slug)


def _withdraw(kind: Kind, scope: Scope, slug: str) -> None:
    kind.states_in(scope).update(revision=None, stale=False)
    name = kind.prefix + slug
    Removal.objects.update_or_create(slug=name, defaults={"revision": _next_revision()})
    notify.send(CHANNEL)


def as_it_stands(scope: Scope) -> Plan:
    """The plan of the scope's owner as its rows are now, in this transaction too. Not stored."""
    kind = units.TENANTS if scope.operator_id is None else units.OPERATORS
    plan: Plan = kind.renderer.get()(scope)
    return plan


def render_stale(scope: Scope, seconds: float = 5.0) -> int:
    """Renders stale units, the longest waiting first, until none is left or time is up.

    Needs the system's scope. Another process's units are passed over.
    """
    ends, rendered = time.monotonic() + seconds, 0
    for kind in units.KINDS:
        while time.monotonic() < ends and _render_one(scope, kind):
            rendered += 1
    return rendered


@transaction.atomic
def _render_one(system: Scope, kind: Kind) -> bool:
    stale = kind.states_in(system).filter(stale=True).order_by("touched_at")
    row = stale.select_for_update(skip_locked=True).first()
    if row is None:
        return False
    row.stale = False
    with kind.scope_of(getattr(row, kind.owner_id), system.actor).active() as scope:
        _settle(kind, row, scope)
    return True


def _settle(kind: Kind, row: State, scope: Scope) -> None:
    """Stores the unit's plan where it differs from the one before."""
    plan = _rendered(kind, row, scope)
    if plan is not None and (row.revision is None or digest(plan) != row.digest):
        _store(kind, row, plan)
    row.save(update_fields=["stale", "problem", "revision", "digest"])


def _rendered(kind: Kind, row: State, scope: Scope) -> Plan | None:
    """None, and the reason kept for people, where the plan cannot be rendered."""
    try:
        with transaction.atomic():
            plan = kind.renderer.get()(scope)
    except Exception as error:
        log.exception("fleet.plan_not_rendered", **{kind.owner: getattr(row, kind.owner_id)})
        row.problem = str(error) or repr(error)
        return None
    row.problem = ""
    return plan


def _store(kind: Kind, row: State, plan: Plan) -> None:
    row.digest, row.revision = digest(plan), _next_revision()
    kind.revisions._default_manager.create(
        **{kind.owner_id: getattr(row, kind.owner_id)},
        revision=row.revision,
        digest=row.digest,
        body=encode(plan).decode(),
    )
    Removal.objects.filter(slug=units.name_of(plan)).delete()
    notify.send(CHANNEL)


def _next_revision() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        cursor.execute("SELECT nextval('fleet_revision')")
        row = cursor.fetchone()
    return int(row[0])
