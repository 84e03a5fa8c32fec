"""A tenant suspended, served again, ending, called back, gone."""

from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.utils import timezone

from conmuta.apps.tenancy import ports
from conmuta.apps.tenancy.actions import for_update, note, remove_tenant
from conmuta.apps.tenancy.contracts import State, TenantStateChanged
from conmuta.apps.tenancy.errors import NoSuchExport, TenantEnds, WrongFact
from conmuta.apps.tenancy.models import Tenant, TenantExport, TenantState
from conmuta.platform import outbox
from conmuta.platform.scope import Scope
from conmuta.platform.sentences import said

LONGEST_GRACE_DAYS = 366

log = structlog.get_logger()


@transaction.atomic
def set_state(scope: Scope, slug: str, state: TenantState) -> bool:
    """Suspends or serves again; whether anything changed. A suspended tenant calls inside and
    emergencies alone, and its people sign in as ever."""
    tenant = for_update(scope, slug)
    if tenant.state == state:
        return False
    if TenantState.ENDING in {tenant.state, state}:
        raise TenantEnds(slug=slug)
    _change(scope, tenant, state, None)
    return True


def suspend_tenant(scope: Scope, slug: str) -> bool:
    return set_state(scope, slug, TenantState.SUSPENDED)


def reactivate_tenant(scope: Scope, slug: str) -> bool:
    return set_state(scope, slug, TenantState.ACTIVE)


@transaction.atomic
def end_tenant(scope: Scope, slug: str, grace_days: int) -> datetime:
    """Exports the tenant, and has it removed after the grace; when that is. Meanwhile it is as
    if suspended, and can be called back. Asked again, it sets the day anew."""
    if not 0 <= grace_days <= LONGEST_GRACE_DAYS:
        raise WrongFact(
            field="grace_days", wanted=said("{least} to {most}", least=0, most=LONGEST_GRACE_DAYS)
        )
    tenant = for_update(scope, slug)
    _export(scope, tenant)
    ends_at = timezone.now() + timedelta(days=grace_days)
    _change(scope, tenant, TenantState.ENDING, ends_at)
    return ends_at


@transaction.atomic
def call_back_tenant(scope: Scope, slug: str) -> bool:
    """The tenant does not end, and is active; whether it was ending."""
    tenant = for_update(scope, slug)
    if tenant.state != TenantState.ENDING:
        return False
    _change(scope, tenant, TenantState.ACTIVE, None)
    return True


def remove_ended(scope: Scope) -> list[str]:
    """Removes the tenants whose grace is over, each exported as it is by then; their slugs.

    Needs the system's scope. One that cannot be exported stays, and is tried again.
    """
    over = Tenant.objects.within(scope).filter(ends_at__lte=timezone.now())
    return [slug for slug in over.values_list("slug", flat=True) if _end_now(scope, slug)]


def read_export(scope: Scope, export: int) -> bytes:
    """The file. Raises `NoSuchExport`, also for another operator's."""
    row = TenantExport.objects.within(scope).filter(pk=export).first()
    if row is None:
        raise NoSuchExport(id=export)
    with ports.storage.get()().open(row.sha256) as file:
        return file.read()


def _end_now(scope: Scope, slug: str) -> bool:
    try:
        with transaction.atomic():
            tenant = for_update(scope, slug)
            if tenant.ends_at is None or tenant.ends_at > timezone.now():
                return False
            _export(scope, tenant)
            remove_tenant(scope, slug)
    except Exception:
        log.exception("tenancy.not_ended", tenant=slug)
        return False
    return True


def _change(scope: Scope, tenant: Tenant, state: TenantState, ends_at: datetime | None) -> None:
    before = {"state": tenant.state, "ends_at": tenant.ends_at}
    tenant.state, tenant.ends_at = state, ends_at
    tenant.save(update_fields=["state", "ends_at"])
    note(scope, tenant, "changed", before, {"state": state.value, "ends_at": ends_at})
    with Scope.for_tenant(tenant.pk, scope.actor).active() as own:
        told = TenantStateChanged(State(state), ends_at.isoformat() if ends_at else "")
        outbox.record(told, own)


def _export(scope: Scope, tenant: Tenant) -> None:
    with Scope.for_tenant(tenant.pk, scope.actor).active() as own:
        content = ports.exporter.get()(own)
    with Scope.for_operator(tenant.operator_id, scope.actor).active() as operator:
        TenantExport.objects.within(operator).create(
            tenant_slug=tenant.slug,
            title=tenant.title,
            sha256=ports.storage.get()().save_bytes(content),
            bytes=len(content),
        )
