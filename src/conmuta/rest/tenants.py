"""The tenants that a token may see, and what their operator does with them."""

from typing import Annotated, Any

import msgspec
from django.http import HttpRequest
from ninja import Router
from pydantic import BaseModel, ConfigDict, Field

from conmuta.apps.tenancy import api as tenancy
from conmuta.apps.tenancy.contracts import Limits, Service, TenantView
from conmuta.rest import lists, shapes
from conmuta.rest.access import AT, needs, needs_own, scope_of
from conmuta.rest.once import once

router = Router(tags=["tenants"])

VIEW = shapes.answered(TenantView)
LIMITS = shapes.asked(Limits)
_LONGEST_GRACE = 3650


class Services(BaseModel):
    """The services that are on; the others are off."""

    model_config = ConfigDict(extra="forbid")
    services: list[Service]


class Ending(BaseModel):
    """How long a tenant can be called back before it is removed."""

    model_config = ConfigDict(extra="forbid")
    grace_days: Annotated[int, Field(ge=0, le=_LONGEST_GRACE)] = 30


@router.get("/tenants", response=lists.page_shape(VIEW), operation_id="list_tenants")
@needs_own("tenants", "read")
def all_tenants(
    request: HttpRequest, limit: lists.Limit = lists.USUAL, after: lists.After = ""
) -> dict[str, Any]:
    """The tenants that this token may see."""
    found = {each.slug: each for each in tenancy.tenants(scope_of(request))}
    return lists.page(sorted(found), limit, after, lambda slug: plain(found[slug]))


@router.get(AT, response=VIEW, operation_id="read_tenant")
@needs("tenants", "read")
def one_tenant(request: HttpRequest) -> Any:
    """One tenant."""
    return plain(tenancy.tenant_of(scope_of(request)))


@router.put(f"{AT}/limits", response=VIEW, operation_id="put_limits")
@needs_own("tenants", "write")
def put_limits(request: HttpRequest, tenant: str, body: LIMITS) -> Any:  # type: ignore[valid-type]
    """How much the tenant may have; by its operator."""
    limits = shapes.value_of(Limits, body, {}, frozenset())
    tenancy.set_limits(scope_of(request), tenant, limits)
    return _now(request, tenant)


@router.put(f"{AT}/services", response=VIEW, operation_id="put_services")
@needs_own("tenants", "write")
def put_services(request: HttpRequest, tenant: str, body: Services) -> Any:
    """What the tenant may use; by its operator."""
    tenancy.set_services(scope_of(request), tenant, body.services)
    return _now(request, tenant)


@router.put(f"{AT}/suspension", response=VIEW, operation_id="suspend_tenant")
@needs_own("tenants", "write")
def suspend(request: HttpRequest, tenant: str) -> Any:
    """Calls out stop but emergencies, calls in hear a notice; its people can sign in."""
    tenancy.suspend_tenant(scope_of(request), tenant)
    return _now(request, tenant)


@router.delete(f"{AT}/suspension", response=VIEW, operation_id="reactivate_tenant")
@needs_own("tenants", "write")
def reactivate(request: HttpRequest, tenant: str) -> Any:
    """The tenant is served again."""
    tenancy.reactivate_tenant(scope_of(request), tenant)
    return _now(request, tenant)


@router.post(f"{AT}/ending", response=VIEW, operation_id="end_tenant")
@needs_own("tenants", "write")
@once
def end(request: HttpRequest, tenant: str, body: Ending) -> tuple[int, Any]:
    """The tenant is exported, and removed after the grace; until then it can be called back."""
    tenancy.end_tenant(scope_of(request), tenant, body.grace_days)
    return 200, _now(request, tenant)


@router.delete(f"{AT}/ending", response=VIEW, operation_id="call_back_tenant")
@needs_own("tenants", "write")
def call_back(request: HttpRequest, tenant: str) -> Any:
    """The tenant does not end."""
    tenancy.call_back_tenant(scope_of(request), tenant)
    return _now(request, tenant)


def _now(request: HttpRequest, tenant: str) -> Any:
    return plain(tenancy.tenant_by_slug(scope_of(request), tenant))


def plain(view: TenantView) -> Any:
    """As an answer has it."""
    return msgspec.to_builtins(view)
