"""What a tenant may have: services on or off, and limits. Without a word: everything, no limit."""

from collections.abc import Collection
from dataclasses import asdict

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from conmuta.apps.tenancy import rules
from conmuta.apps.tenancy.actions import for_update, note
from conmuta.apps.tenancy.contracts import EVERY_SERVICE, Limits, Service
from conmuta.apps.tenancy.errors import LimitReached, ServiceOff, WrongFact
from conmuta.apps.tenancy.queries import tenant_of, view
from conmuta.platform.scope import Scope

SERVICES: dict[Service, Promise] = {
    Service.RECORDING: _("recording"),
    Service.VOICEMAIL: _("voicemail"),
    Service.FAX: _("fax"),
    Service.QUEUES: _("queues"),
    Service.CONFERENCE: _("conferences"),
    Service.CONTACT_CENTRE: _("a contact centre"),
    Service.CAMPAIGNS: _("campaigns"),
    Service.CHANNELS: _("message channels"),
    Service.API: _("access for programs (API)"),
}
LIMITS: dict[str, Promise] = {
    "extensions": _("extensions"),
    "agents": _("agents"),
    "max_calls_in": _("calls in at once"),
    "max_calls_out": _("calls out at once"),
    "storage_megabytes": _("megabytes"),
    "minutes_per_day": _("minutes a day"),
    "money_per_day": _("millionths of money a day"),
}


@transaction.atomic
def set_services(scope: Scope, slug: str, services: Collection[Service]) -> bool:
    """These are on, the others off; whether anything changed. What there is stays, and is left
    out of the plan while its service is off."""
    tenant = for_update(scope, slug)
    before = sorted(tenant.services_off)
    off = sorted(service.value for service in EVERY_SERVICE - set(services))
    if before == off:
        return False
    tenant.services_off = off
    tenant.save(update_fields=["services_off"])
    note(scope, tenant, "changed", {"services_off": before}, {"services_off": off})
    return True


@transaction.atomic
def set_limits(scope: Scope, slug: str, limits: Limits) -> bool:
    """Whether anything changed. What is above a new limit stays; no more is added."""
    for field, wanted in rules.wrong_limits(limits).items():
        raise WrongFact(field=field, wanted=wanted)
    tenant = for_update(scope, slug)
    before, after = asdict(view(tenant).limits), asdict(limits)
    if before == after:
        return False
    tenant.limits = {name: value for name, value in after.items() if value is not None}
    tenant.save(update_fields=["limits"])
    note(scope, tenant, "changed", before, after)
    return True


def has_service(scope: Scope, service: Service) -> bool:
    """Whether the tenant of `scope` has it."""
    return service in tenant_of(scope).services


def require_service(scope: Scope, service: Service) -> None:
    """Raises `ServiceOff` where the tenant of `scope` does not have it."""
    if not has_service(scope, service):
        raise ServiceOff(service=SERVICES[service])


def require_room(scope: Scope, limit: str, wanted: int) -> None:
    """Raises `LimitReached` where `wanted` is more than the tenant's limit of that name."""
    most: int | None = getattr(tenant_of(scope).limits, limit)
    if most is not None and wanted > most:
        raise LimitReached(limit=most, what=LIMITS[limit], wanted=wanted)
