"""Operators and tenants as others see them."""

from collections.abc import Collection
from dataclasses import fields

from django.db.models import Q

from conmuta.apps.tenancy.contracts import (
    EVERY_SERVICE,
    Brand,
    ExportView,
    Limits,
    OperatorFacts,
    OperatorView,
    Service,
    State,
    TenantFacts,
    TenantView,
)
from conmuta.apps.tenancy.errors import NoSuchOperator, NoSuchTenant
from conmuta.apps.tenancy.models import Operator, Tenant, TenantExport
from conmuta.platform.scope import Scope

_SERVICES = {service.value for service in Service}
_LIMITS = {item.name for item in fields(Limits)}


def view(row: Tenant) -> TenantView:
    return TenantView(
        id=row.pk,
        slug=row.slug,
        facts=facts_of(row),
        operator=row.operator.slug,
        operator_id=row.operator_id,
        state=State(row.state),
        services=EVERY_SERVICE - {Service(name) for name in row.services_off if name in _SERVICES},
        limits=Limits(**{name: row.limits[name] for name in _LIMITS & row.limits.keys()}),
        ends_at=row.ends_at,
    )


def facts_of(row: Tenant) -> TenantFacts:
    return TenantFacts(**{item.name: getattr(row, item.name) for item in fields(TenantFacts)})


def tenants(
    scope: Scope,
    slug: str | None = None,
    ids: Collection[int] | None = None,
    operators: Collection[int] = (),
) -> list[TenantView]:
    """The visible tenants; or those of them that have `slug`; or those that have one of `ids`,
    or one of `operators`."""
    rows = Tenant.objects.within(scope).select_related("operator").order_by("title", "slug")
    if slug is not None:
        rows = rows.filter(slug=slug)
    if ids is not None:
        rows = rows.filter(Q(pk__in=ids) | Q(operator_id__in=operators))
    return [view(row) for row in rows]


def tenant_by_slug(scope: Scope, slug: str) -> TenantView:
    """Raises `NoSuchTenant`, also for a tenant that `scope` may not see."""
    found = tenants(scope, slug)
    if not found:
        raise NoSuchTenant(slug=slug)
    return found[0]


def tenant_of(scope: Scope) -> TenantView:
    """The tenant of a tenant's scope."""
    found = [] if scope.tenant_id is None else tenants(scope)
    if not found:
        raise NoSuchTenant(slug=scope.tenant_id)
    return found[0]


def slugs(scope: Scope) -> dict[str, int]:
    """Each visible tenant's id by its slug."""
    return dict(Tenant.objects.within(scope).values_list("slug", "pk"))


def domains(scope: Scope) -> dict[str, int]:
    """Each visible tenant's id by its SIP domain."""
    return dict(Tenant.objects.within(scope).values_list("domain", "pk"))


def operator_slugs(scope: Scope) -> dict[str, int]:
    """Each visible operator's id by its slug."""
    return dict(Operator.objects.within(scope).values_list("slug", "pk"))


def operators(scope: Scope) -> list[OperatorView]:
    """The visible operators."""
    return [operator_view(row) for row in Operator.objects.within(scope).order_by("title", "slug")]


def operator_by_slug(scope: Scope, slug: str) -> OperatorView:
    """Raises `NoSuchOperator`, also for an operator that `scope` may not see."""
    row = Operator.objects.within(scope).filter(slug=slug).first()
    if row is None:
        raise NoSuchOperator(slug=slug)
    return operator_view(row)


def operator_of(scope: Scope) -> OperatorView:
    """The operator of an operator's scope, or of a tenant's."""
    rows = Operator.guarded.all()  # the database shows a tenant its own operator
    row = None if scope.is_system else rows.filter(_is_its(scope)).first()
    if row is None:
        raise NoSuchOperator(slug=scope.operator_id)
    return operator_view(row)


def _is_its(scope: Scope) -> Q:
    if scope.operator_id is not None:
        return Q(pk=scope.operator_id)
    return Q(tenants=scope.tenant_id)


def operator_at(host: str) -> OperatorView | None:
    """The operator whose people sign in at this host name; anybody may know."""
    with Scope.system("system:brand").active() as system:
        row = Operator.objects.within(system).exclude(host="").filter(host=host.lower()).first()
    return None if row is None else operator_view(row)


def operator_view(row: Operator) -> OperatorView:
    facts = {item.name: getattr(row, item.name) for item in fields(OperatorFacts)}
    known = {item.name for item in fields(Brand)} & row.brand.keys()
    return OperatorView(
        id=row.pk,
        slug=row.slug,
        facts=OperatorFacts(**facts),
        brand=Brand(**{name: row.brand[name] for name in known}),
        logo=row.logo,
        logo_type=row.logo_type,
    )


def exports(scope: Scope) -> list[ExportView]:
    """The files of tenants that end or have ended, the newest first."""
    rows = TenantExport.objects.within(scope).order_by("-made_at", "-pk")
    return [
        ExportView(
            id=row.pk,
            tenant=row.tenant_slug,
            title=row.title,
            made_at=row.made_at,
            bytes=row.bytes,
            sha256=row.sha256,
        )
        for row in rows
    ]
