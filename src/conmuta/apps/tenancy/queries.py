"""Tenants as others see them."""

from collections.abc import Collection

from conmuta.apps.tenancy.contracts import TenantFacts, TenantView
from conmuta.apps.tenancy.errors import NoSuchTenant
from conmuta.apps.tenancy.models import Operator, Tenant, TenantState
from conmuta.platform.scope import Scope


def view(row: Tenant) -> TenantView:
    facts = TenantFacts(
        domain=row.domain,
        title=row.title,
        time_zone=row.time_zone,
        language=row.language,
        country=row.country,
        max_calls=row.max_calls,
    )
    active = row.state == TenantState.ACTIVE
    return TenantView(id=row.pk, slug=row.slug, facts=facts, active=active)


def tenants(
    scope: Scope, slug: str | None = None, ids: Collection[int] | None = None
) -> list[TenantView]:
    """The visible tenants, or those of them that have `slug` or one of `ids`."""
    rows = Tenant.objects.within(scope).order_by("title", "slug")
    if slug is not None:
        rows = rows.filter(slug=slug)
    if ids is not None:
        rows = rows.filter(pk__in=ids)
    return [view(row) for row in rows]


def tenant_by_slug(scope: Scope, slug: str) -> TenantView:
    """Raises `NoSuchTenant`, also for a tenant that `scope` may not see."""
    row = Tenant.objects.within(scope).filter(slug=slug).first()
    if row is None:
        raise NoSuchTenant(slug=slug)
    return view(row)


def tenant_of(scope: Scope) -> TenantView:
    """The tenant of a tenant's scope."""
    row = None if scope.is_system else Tenant.objects.within(scope).first()
    if row is None:
        raise NoSuchTenant(slug=scope.tenant_id)
    return view(row)


def slugs(scope: Scope) -> dict[str, int]:
    """Each visible tenant's id by its slug."""
    return dict(Tenant.objects.within(scope).values_list("slug", "pk"))


def operator_slugs(scope: Scope) -> dict[str, int]:
    """Each visible operator's id by its slug."""
    return dict(Operator.objects.within(scope).values_list("slug", "pk"))
