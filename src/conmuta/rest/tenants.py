"""The tenants that a token may see."""

from typing import Any

import msgspec
from django.http import HttpRequest
from ninja import Router

from conmuta.apps.tenancy import api as tenancy
from conmuta.apps.tenancy.contracts import TenantView
from conmuta.rest import lists, shapes
from conmuta.rest.access import AT, needs, needs_own, scope_of

router = Router(tags=["tenants"])

VIEW = shapes.answered(TenantView)


@router.get("/tenants", response=lists.page_shape(VIEW), operation_id="list_tenants")
@needs_own("tenants", "read")
def all_tenants(
    request: HttpRequest, limit: lists.Limit = lists.USUAL, after: lists.After = ""
) -> dict[str, Any]:
    """The tenants that this token may see."""
    found = {each.slug: each for each in tenancy.tenants(scope_of(request))}
    return lists.page(sorted(found), limit, after, lambda slug: msgspec.to_builtins(found[slug]))


@router.get(AT, response=VIEW, operation_id="read_tenant")
@needs("tenants", "read")
def one_tenant(request: HttpRequest) -> Any:
    """One tenant."""
    return msgspec.to_builtins(tenancy.tenant_of(scope_of(request)))
