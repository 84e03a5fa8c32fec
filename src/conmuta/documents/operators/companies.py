"""An operator's tenants, over the doors of tenancy, routing and rating."""

from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from typing import Any, cast

from django.apps import apps

from conmuta.apps.rating import api as rating
from conmuta.apps.routing import api as routing
from conmuta.apps.routing.contracts import TenantRouting
from conmuta.apps.tenancy import api as tenancy
from conmuta.documents.operators.entries import CompanyEntry
from conmuta.platform.models import OperatorModel
from conmuta.platform.nouns import Change, Mention, Named, Noun, differences
from conmuta.platform.scope import Scope


def _names(field: str) -> Any:
    def pick(entry: CompanyEntry) -> Iterator[Named]:
        if getattr(entry, field) is not None:
            yield (field,), getattr(entry, field)

    return pick


def _exceptions(entry: CompanyEntry) -> Iterator[Named]:
    for extension, name in entry.exceptions.items():
        yield ("exceptions", extension), name


COMPANIES: Noun[CompanyEntry] = Noun(
    "tenancy.tenant",
    cast("type[OperatorModel]", apps.get_model("tenancy", "Tenant")),
    CompanyEntry,
    key="slug",
    mentions=(
        Mention("routing.table", _names("routes")),
        Mention("routing.dial_plan", _names("dial_plan")),
        Mention("routing.dial_plan", _exceptions),
        Mention("rating.price_table", _names("prices")),
    ),
)


def companies(scope: Scope) -> dict[str, CompanyEntry]:
    """An operator's tenants by their slugs; their numbers are told with the stock."""
    handed = routing.tenants(scope)
    return {
        view.slug: _entry(view, handed.get(view.slug), scope) for view in tenancy.tenants(scope)
    }


def _entry(view: tenancy.TenantView, handed: TenantRouting | None, scope: Scope) -> CompanyEntry:
    with Scope.for_tenant(view.id, scope.actor).active() as own:
        terms, guard = rating.terms(own), rating.guards(own).get("guard")
    facts = {item.name: getattr(view.facts, item.name) for item in fields(view.facts)}
    off = tenancy.EVERY_SERVICE - view.services
    routes: dict[str, Any] = (
        {}
        if handed is None
        else {
            name: getattr(handed, name)
            for name in ("routes", "dial_plan", "exceptions", "foreign_caller_ids")
        }
    )
    return CompanyEntry(
        slug=view.slug,
        **facts,
        services=tuple(sorted(view.services)) if off else None,
        limits=view.limits,
        **routes,
        prices=terms.prices,
        prepaid=terms.prepaid,
        credit_limit=terms.credit_limit,
        guard=guard.guard if guard else None,
    )


def whole(entry: CompanyEntry) -> CompanyEntry:
    """`entry` as the apps keep it."""
    services = None if entry.services is None else tuple(sorted(set(entry.services)))
    everything = services is not None and set(services) == set(tenancy.EVERY_SERVICE)
    return replace(entry, services=None if everything else services)


def settled(wanted: CompanyEntry, current: CompanyEntry | None) -> CompanyEntry:
    """Numbers are compared with the stock."""
    del current
    return replace(wanted, numbers=None)


def save_companies(scope: Scope, wanted: Sequence[CompanyEntry]) -> list[Change[CompanyEntry]]:
    """Makes or changes tenants, in their operator's scope."""
    current = companies(scope)
    for entry in wanted:
        if entry.slug in current:
            tenancy.change_tenant(scope, entry.slug, entry.facts)
        else:
            tenancy.create_tenant(scope, entry.slug, entry.facts)
        services = tenancy.EVERY_SERVICE if entry.services is None else entry.services
        tenancy.set_services(scope, entry.slug, [tenancy.Service(name) for name in services])
        tenancy.set_limits(scope, entry.slug, entry.limits)
        _pay(scope, entry)
    _route(scope, wanted)
    return differences(COMPANIES, wanted, current)


def _pay(scope: Scope, entry: CompanyEntry) -> None:
    tenant = tenancy.tenant_by_slug(scope, entry.slug)
    terms = rating.Terms(
        prices=entry.prices, prepaid=entry.prepaid, credit_limit=entry.credit_limit
    )
    with Scope.for_tenant(tenant.id, scope.actor).active() as own:
        if terms != rating.terms(own):
            rating.save_terms(own, [terms])
        if entry.guard is None:
            rating.remove_guard(own)
        else:
            rating.save_guard(own, [rating.GuardPolicy(guard=entry.guard)])


def _route(scope: Scope, wanted: Sequence[CompanyEntry]) -> None:
    handed = [
        TenantRouting(
            name=entry.slug,
            routes=entry.routes,
            dial_plan=entry.dial_plan,
            exceptions=entry.exceptions,
            foreign_caller_ids=entry.foreign_caller_ids,
        )
        for entry in wanted
        if entry.routes is not None
    ]
    gone = [entry.slug for entry in wanted if entry.routes is None]
    routing.save_tenants(scope, handed)
    routing.remove_tenants(scope, gone)
