"""The sections of an operator's file, in the order in which they are applied."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any, cast

from django.apps import apps

from conmuta.apps.rating import api as rating
from conmuta.apps.routing import api as routing
from conmuta.apps.tenancy import api as tenancy
from conmuta.apps.trunks import api as trunks
from conmuta.documents.operators import companies, entries, prices
from conmuta.documents.sections import Section
from conmuta.platform.models import OperatorModel
from conmuta.platform.nouns import Change, Noun
from conmuta.platform.scope import Scope

BRAND: Noun[entries.BrandEntry] = Noun(
    "tenancy.brand",
    cast("type[OperatorModel]", apps.get_model("tenancy", "Operator")),
    entries.BrandEntry,
    key="key",
)
STOCK: Noun[entries.NumbersEntry] = Noun(
    "numbering.stock",
    cast("type[OperatorModel]", apps.get_model("numbering", "StockNumber")),
    entries.NumbersEntry,
    key="span",
)


def brand(scope: Scope) -> dict[str, entries.BrandEntry]:
    """How the operator looks."""
    held = tenancy.operator_of(scope).brand
    return {"brand": entries.BrandEntry(**_brand_fields(held))}


def _brand_fields(held: tenancy.Brand) -> dict[str, Any]:
    return {item.name: getattr(held, item.name) for item in fields(tenancy.Brand)}


def save_brand(
    scope: Scope, wanted: Sequence[entries.BrandEntry]
) -> Sequence[Change[entries.BrandEntry]]:
    """Sets how the operator looks."""
    slug = tenancy.operator_of(scope).slug
    for entry in wanted:
        tenancy.set_brand(scope, slug, tenancy.Brand(**_brand_fields(entry)))
    return ()


def routing_settings(scope: Scope) -> Mapping[str, Any]:
    """What holds for all calls."""
    return {"routing": routing.settings(scope)}


def guard_defaults(scope: Scope) -> Mapping[str, Any]:
    """What tenants may that have no guard of their own."""
    return {"guard": rating.guard_defaults(scope)}


SECTIONS: tuple[Section, ...] = (
    Section(
        name="brand",
        noun=BRAND,
        faults=entries.brand_faults,
        load=brand,
        save=save_brand,
        single="brand",
    ),
    Section(
        name="gateways",
        noun=trunks.OPERATOR_GATEWAYS,
        faults=trunks.operator_gateway_faults,
        load=trunks.operator_gateways,
        save=trunks.save_operator_gateways,
        remove=trunks.remove_operator_gateways,
        secrets=frozenset({"secret"}),
    ),
    Section(
        name="price_tables",
        noun=rating.TABLES,
        entry=entries.PricesEntry,
        faults=entries.prices_faults,
        load=prices.price_tables,
        save=prices.save_price_tables,
        remove=rating.remove_tables,
        settle=prices.settled,
        shown=prices.shown,
    ),
    Section(
        name="routes",
        noun=routing.ROUTES,
        faults=routing.route_faults,
        load=routing.routes,
        save=routing.save_routes,
        remove=routing.remove_routes,
    ),
    Section(
        name="route_tables",
        noun=routing.TABLES,
        faults=routing.table_faults,
        load=routing.tables,
        save=routing.save_tables,
        remove=routing.remove_tables,
    ),
    Section(
        name="dial_plans",
        noun=routing.DIAL_PLANS,
        faults=routing.dial_plan_faults,
        load=routing.dial_plans,
        save=routing.save_dial_plans,
        remove=routing.remove_dial_plans,
    ),
    Section(
        name="routing",
        noun=routing.SETTINGS,
        faults=routing.settings_faults,
        load=routing_settings,
        save=routing.save_settings,
        single="routing",
    ),
    Section(
        name="guard",
        noun=rating.GUARD_DEFAULTS,
        faults=rating.guard_faults,
        load=guard_defaults,
        save=rating.save_guard_defaults,
        single="guard",
        inner="guard",
    ),
    Section(
        name="tenants",
        noun=companies.COMPANIES,
        faults=entries.company_faults,
        load=companies.companies,
        save=companies.save_companies,
        whole=companies.whole,
        settle=companies.settled,
    ),
)
"""Each by its objects' names. Numbers are compared as sets, by `stock`."""

NUMBERS = Section(
    name="numbers",
    noun=STOCK,
    faults=entries.numbers_faults,
    load=lambda _: {},
    save=lambda _scope, _wanted: (),
)

BY_NAME: Mapping[str, Section] = {each.name: each for each in (*SECTIONS, NUMBERS)}
