"""Verbs on dial plans, routes, tables and what tenants have of them, in an operator's scope.

Each returns what it changed. Routes and tables change the operator's plan alone; what a tenant has
changes the plans of the tenants concerned; dial plans change both, for their countries' short
numbers and closed countries stand in the operator's.
"""

from collections.abc import Iterable, Sequence

from django.db import transaction

from conmuta.apps.fleet import api as fleet
from conmuta.apps.routing import classes, models, queries, resolve, rules
from conmuta.apps.routing.contracts import (
    CarrierRoute,
    DialPlan,
    RoutingSettings,
    TableOfRoutes,
    TenantRouting,
)
from conmuta.apps.routing.errors import NotYourTenant
from conmuta.apps.routing.presets import whole
from conmuta.apps.tenancy import api as tenancy
from conmuta.apps.trunks import api as trunks
from conmuta.platform import nouns
from conmuta.platform.nouns import Change
from conmuta.platform.scope import Scope


@transaction.atomic
def save_dial_plans(scope: Scope, plans: Sequence[DialPlan]) -> list[Change[DialPlan]]:
    """Makes or changes dial plans; tenants that have them dial by them from now on."""
    nouns.refuse(queries.DIAL_PLANS, plans, rules.dial_plan_faults)
    changes = nouns.put(scope, queries.DIAL_PLANS, plans)
    changed = {change.key for change in changes}
    _refresh(scope, [each for each in queries.tenants(scope).values() if _plans(each) & changed])
    return fleet.touched(scope, changes)


@transaction.atomic
def remove_dial_plans(scope: Scope, names: Sequence[str]) -> list[Change[DialPlan]]:
    """Removes dial plans that no tenant has."""
    return fleet.touched(scope, nouns.remove(scope, queries.DIAL_PLANS, names))


@transaction.atomic
def save_routes(scope: Scope, routes: Sequence[CarrierRoute]) -> list[Change[CarrierRoute]]:
    """Makes or changes routes."""
    nouns.refuse(queries.ROUTES, routes, rules.route_faults)
    return fleet.touched(scope, nouns.put(scope, queries.ROUTES, routes))


@transaction.atomic
def remove_routes(scope: Scope, names: Sequence[str]) -> list[Change[CarrierRoute]]:
    """Removes routes that no table names."""
    return fleet.touched(scope, nouns.remove(scope, queries.ROUTES, names))


@transaction.atomic
def save_tables(scope: Scope, tables: Sequence[TableOfRoutes]) -> list[Change[TableOfRoutes]]:
    """Makes or changes tables of routes. None stands on itself."""
    nouns.refuse(queries.TABLES, tables, rules.table_faults)
    changes = nouns.put(scope, queries.TABLES, tables)
    known = queries.tables(scope)
    for change in changes:
        resolve.entries(known, change.key)
    return fleet.touched(scope, changes)


@transaction.atomic
def remove_tables(scope: Scope, names: Sequence[str]) -> list[Change[TableOfRoutes]]:
    """Removes tables that no tenant and no other table has."""
    return fleet.touched(scope, nouns.remove(scope, queries.TABLES, names))


@transaction.atomic
def save_settings(
    scope: Scope, settings: Sequence[RoutingSettings]
) -> list[Change[RoutingSettings]]:
    """Sets what holds for all of the operator's calls."""
    nouns.refuse(queries.SETTINGS, settings, rules.settings_faults)
    return fleet.touched(scope, nouns.put(scope, queries.SETTINGS, settings))


@transaction.atomic
def save_tenants(scope: Scope, tenants: Sequence[TenantRouting]) -> list[Change[TenantRouting]]:
    """Hands dial plans and tables of routes to tenants of this operator.

    A tenant gets a class for each kind of the dial plan that has none; what it wrote itself stays.
    """
    nouns.refuse(queries.TENANTS, tenants, rules.tenant_faults)
    known = tenancy.slugs(scope)
    for each in tenants:
        if each.name not in known:
            raise NotYourTenant(tenant=each.name)
    changes = nouns.put(scope, queries.TENANTS, tenants)
    for change in changes:
        row = models.TenantRouting.objects.within(scope).filter(name=change.key)
        row.update(tenant_id=known[change.key])
    _refresh(scope, [change.after for change in changes if change.after is not None])
    return changes


@transaction.atomic
def remove_tenants(scope: Scope, names: Sequence[str]) -> list[Change[TenantRouting]]:
    """Takes the operator's routes from tenants: only their own gateways carry them then."""
    changes = nouns.remove(scope, queries.TENANTS, names)
    known = tenancy.slugs(scope)
    for change in changes:
        if change.key in known:
            with Scope.for_tenant(known[change.key], scope.actor).active() as own:
                fleet.touch(own)
    return changes


def _plans(tenant: TenantRouting) -> set[str]:
    return {tenant.dial_plan or "", *tenant.exceptions.values()}


def _refresh(scope: Scope, tenants: Iterable[TenantRouting]) -> None:
    """The tenants' plans are stale, and each has the classes that its dial plan needs."""
    known, plans = tenancy.slugs(scope), queries.dial_plans(scope)
    for tenant in tenants:
        if tenant.name in known:
            with Scope.for_tenant(known[tenant.name], scope.actor).active() as own:
                plan = plans.get(tenant.dial_plan or "")
                if plan is not None:
                    trunks.save_classes(own, classes.missing(trunks.classes(own), whole(plan)))
                fleet.touch(own)
