"""Stale plans become revisions.

Revisions are committed in the order of their numbers (an advisory lock sees to it), so that
"what changed after R" never misses one. Only stale tenants are rendered, one transaction each.
"""

import time
from typing import TypeVar

import structlog
from django.db import connection, transaction
from django.utils import timezone

from conmuta.apps.fleet import ports
from conmuta.apps.fleet.models import PlanRevision, PlanState, Removal
from conmuta.apps.tenancy import api as tenancy
from conmuta.platform import notify
from conmuta.platform.errors import Invalid
from conmuta.platform.scope import Scope
from conmuta_plan import TenantPlan, digest, encode

CHANNEL = "conmuta_plans"
_LOCK = 7_241_001  # "revisions are numbered and committed one at a time"

T = TypeVar("T")

log = structlog.get_logger()


class TouchNeedsTenant(Invalid):
    """A plan belongs to one tenant: enter its scope before touching it."""

    code = "fleet.touch_needs_tenant"


def touch(scope: Scope) -> None:
    """The plan of `scope`'s tenant is stale. Nodes hear of it when this transaction commits."""
    if scope.tenant_id is None:
        raise TouchNeedsTenant
    row = PlanState(tenant_id=scope.tenant_id, stale=True, touched_at=timezone.now())
    PlanState.guarded.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=["tenant"],
        update_fields=["stale", "touched_at"],
    )
    notify.send(CHANNEL)


def touched(scope: Scope, changes: list[T]) -> list[T]:
    """`changes` themselves; where there are any, the plan is stale."""
    if changes:
        touch(scope)
    return changes


@transaction.atomic
def withdraw(scope: Scope, slug: str) -> None:
    """The tenant is served no more: suspended, or about to be removed."""
    PlanState.objects.within(scope).update(revision=None, stale=False)
    Removal.objects.update_or_create(slug=slug, defaults={"revision": _next_revision()})
    notify.send(CHANNEL)


def render_stale(scope: Scope, seconds: float = 5.0) -> int:
    """Renders stale tenants, the longest waiting first, until none is left or time is up.

    Needs the system's scope. Another process's tenants are passed over.
    """
    ends, rendered = time.monotonic() + seconds, 0
    while time.monotonic() < ends and _render_one(scope):
        rendered += 1
    return rendered


@transaction.atomic
def _render_one(system: Scope) -> bool:
    stale = PlanState.objects.within(system).filter(stale=True).order_by("touched_at")
    row = stale.select_for_update(skip_locked=True).first()
    if row is None:
        return False
    row.stale = False
    with Scope.for_tenant(row.tenant_id, system.actor).active() as scope:
        if not tenancy.tenant_of(scope).active:
            row.save(update_fields=["stale"])
            return True
        _settle(row, scope)
    return True


def _settle(row: PlanState, scope: Scope) -> None:
    """Stores the tenant's plan where it differs from the one before."""
    plan = _rendered(row, scope)
    if plan is not None and (row.revision is None or digest(plan) != row.digest):
        _store(row, plan)
    row.save(update_fields=["stale", "problem", "revision", "digest"])


def _rendered(row: PlanState, scope: Scope) -> TenantPlan | None:
    """None, and the reason kept for people, where the plan cannot be rendered."""
    try:
        with transaction.atomic():
            plan = ports.renderer.get()(scope)
    except Exception as error:
        log.exception("fleet.plan_not_rendered", tenant=scope.tenant_id)
        row.problem = str(error) or repr(error)
        return None
    row.problem = ""
    return plan


def _store(row: PlanState, plan: TenantPlan) -> None:
    row.digest, row.revision = digest(plan), _next_revision()
    PlanRevision.guarded.create(
        tenant_id=row.tenant_id,
        revision=row.revision,
        digest=row.digest,
        body=encode(plan).decode(),
    )
    Removal.objects.filter(slug=plan.tenant).delete()
    notify.send(CHANNEL)


def _next_revision() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        cursor.execute("SELECT nextval('fleet_revision')")
        row = cursor.fetchone()
    return int(row[0])
