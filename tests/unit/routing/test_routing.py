"""An operator's dial plans and routes, and what its tenants have of them."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from conmuta.apps.extensions import api as extensions
from conmuta.apps.extensions.contracts import Extension
from conmuta.apps.fleet.models import OperatorPlanState, PlanState
from conmuta.apps.numbering import api as numbering
from conmuta.apps.routing import api as routing
from conmuta.apps.routing.contracts import (
    CarrierRoute,
    ClassKind,
    Destination,
    DialPlan,
    DialRule,
    Hours,
    RouteChoice,
    RoutingSettings,
    TableOfRoutes,
    TenantRouting,
)
from conmuta.apps.routing.errors import NotYourTenant, TableLoop
from conmuta.apps.tenancy import api as tenancy
from conmuta.apps.trunks import api as trunks
from conmuta.apps.trunks.contracts import Gateway, OutgoingClass
from conmuta.platform.nouns import NotValid, StillUsed, UnknownName
from conmuta.platform.scope import Scope
from conmuta.wiring.plans import render
from conmuta_compiler import compile_tenant
from conmuta_plan import TenantPlan

NOON = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


def plan_of(scope: Scope) -> TenantPlan:
    with scope.active():
        return render(scope)


def told(scope: Scope, dialled: str, caller: str | None = None, language: str = "en") -> str:
    with scope.active():
        return routing.explain(scope, render(scope), dialled, NOON, caller).text(language)


def give_extension(scope: Scope, number: str, *classes: str) -> None:
    with scope.active():
        extensions.save_extensions(scope, [Extension(number=number, name=number, classes=classes)])


def test_a_dial_plan_gives_the_company_a_class_of_each_kind(routed: Scope) -> None:
    plan = plan_of(routed)
    classes = {item.name: item for item in plan.classes}
    assert {"local", "mobile", "international", "emergency", "special"} <= set(classes)
    assert all(item.operator for item in plan.classes)
    assert "911" in classes["emergency"].patterns
    assert ("911", 0, "999598") in classes["emergency"].to_e164
    compile_tenant(plan)


def test_the_company_hangs_on_its_operator_with_its_numbers(routed: Scope, north: Scope) -> None:
    numbering.put(north, [numbering.Stretch(span=numbering.span_of("59824001000-59824001009"))])
    numbering.assign(north, "acme", [numbering.span_of("59824001000-59824001001")])
    link = plan_of(routed).operator
    assert link is not None
    assert (link.unit, link.routes) == ("o-north", "basic")
    assert link.caller_ids == ("59824001000", "59824001001")


def test_routes_and_tables_are_in_the_operators_plan(routed: Scope, north: Scope) -> None:
    plan = routing.operator_plan(north)
    (table,) = plan.tables
    assert table.prefixes[""] == "usual"
    assert table.prefixes["59894"] == "mobile"
    assert [gateway.name for gateway in plan.gateways] == ["centro", "sur"]
    assert plan.on_net
    routing.save_settings(north, [RoutingSettings(on_net=False)])
    assert not routing.operator_plan(north).on_net


def test_a_table_stands_on_another_and_says_what_differs(routed: Scope, north: Scope) -> None:
    own = TableOfRoutes(
        name="acme-own", base="basic", destinations=(Destination(prefix="54", route="mobile"),)
    )
    routing.save_tables(north, [own])
    tables = {table.name: table for table in routing.operator_plan(north).tables}
    assert tables["acme-own"].prefixes["54"] == "mobile"
    assert tables["acme-own"].prefixes[""] == "usual"
    assert "54" not in tables["basic"].prefixes


def test_a_table_that_stands_on_itself_is_refused(routed: Scope, north: Scope) -> None:
    first = TableOfRoutes(name="first", base="basic")
    routing.save_tables(north, [first])
    (basic,) = (table for table in routing.tables(north).values() if table.name == "basic")
    with pytest.raises(TableLoop):
        routing.save_tables(north, [replace(basic, base="first")])


def test_a_change_of_routes_touches_the_operators_plan_alone(routed: Scope, north: Scope) -> None:
    OperatorPlanState.guarded.update(stale=False)
    with routed.active():
        PlanState.guarded.update(stale=False)
    (usual,) = (item for item in routing.routes(north).values() if item.name == "usual")
    routing.save_routes(north, [replace(usual, ring_seconds=30)])
    assert OperatorPlanState.objects.within(north).get().stale
    with routed.active():
        assert not PlanState.objects.within(routed).get().stale


def test_a_change_of_a_dial_plan_touches_those_who_dial_by_it(routed: Scope, north: Scope) -> None:
    with routed.active():
        PlanState.guarded.update(stale=False)
    plan = routing.dial_plans(north)["uy"]
    eight = DialRule(pattern="8[1-9].", kind=ClassKind.INTERNATIONAL, strip=1)
    routing.save_dial_plans(north, [replace(plan, rules=(*plan.rules, eight))])
    with routed.active():
        assert PlanState.objects.within(routed).get().stale
    assert "8[1-9]." in {c.name: c for c in plan_of(routed).classes}["international"].patterns


def test_an_extension_may_dial_by_a_plan_of_its_own(routed: Scope, north: Scope) -> None:
    soviet = DialPlan(
        name="soviet",
        rules=(
            DialRule(pattern="8.", kind=ClassKind.INTERNATIONAL, strip=1),
            DialRule(pattern="2XXXXXXX", kind=ClassKind.LOCAL, prepend="598"),
        ),
    )
    routing.save_dial_plans(north, [soviet])
    handed = TenantRouting(
        name="acme", routes="basic", dial_plan="uy", exceptions={"551": "soviet"}
    )
    routing.save_tenants(north, [handed])
    give_extension(routed, "550", "local", "international")
    give_extension(routed, "551", "local", "international")
    assert "+4930123456" in told(routed, "84930123456", "551")
    assert "no dial plan and no class knows" in told(routed, "84930123456", "550")
    assert "+4930123456" in told(routed, "004930123456", "550")
    assert "no dial plan and no class knows" in told(routed, "004930123456", "551")
    compile_tenant(plan_of(routed))


def test_a_company_that_keeps_its_old_provider_for_some_calls(routed: Scope) -> None:
    with routed.active():
        trunks.save_gateways(routed, [Gateway(name="old", host="198.51.100.7")])
        both = OutgoingClass(
            name="local", kind=ClassKind.LOCAL, gateways=("old",), operator=True, strip=0
        )
        own = OutgoingClass(
            name="brazil", kind=ClassKind.INTERNATIONAL, patterns=("0055.",), gateways=("old",)
        )
        trunks.save_classes(routed, [both, own])
    give_extension(routed, "550", "local", "brazil")
    local = told(routed, "24001234", "550")
    assert local.index("old (the company's own): dials 24001234") < local.index("centro")
    brazil = told(routed, "00551134567890", "550")
    assert "old (the company's own): dials 00551134567890" in brazil
    assert "centro" not in brazil


def test_pins_and_recording_are_the_companys_own_matter(routed: Scope) -> None:
    with routed.active():
        item = trunks.classes(routed)["international"]
        trunks.save_classes(routed, [replace(item, pins=("4821",))])
    assert {c.name: c for c in plan_of(routed).classes}["international"].pins == ("4821",)
    give_extension(routed, "550", "international")
    assert "A PIN is asked first" in told(routed, "004930123456", "550")


def test_a_weighted_route_and_hours_are_told(routed: Scope, north: Scope) -> None:
    night = Hours(starts="22:00", ends="06:00")
    shared = CarrierRoute(
        name="usual",
        choices=(
            RouteChoice(gateway="centro", weight=70),
            RouteChoice(gateway="sur", weight=30),
            RouteChoice(gateway="sur", hours=night),
        ),
    )
    routing.save_routes(north, [shared])
    give_extension(routed, "550", "local")
    text = told(routed, "24001234", "550", "es")
    assert "centro (primera en el 70 % de las llamadas)" in text
    assert "sur no se prueba ahora: solo toma llamadas todos los días 22:00–06:00" in text


def test_a_number_of_another_company_of_the_operator_stays_inside(
    routed: Scope, north: Scope
) -> None:
    numbering.put(north, [numbering.Stretch(span=numbering.span_of("59824001000"))])
    numbering.assign(north, "acme", [numbering.span_of("59824001000")])
    give_extension(routed, "550", "local")
    assert "a number of acme, of the same operator" in told(routed, "24001000", "550")


def test_what_has_no_class_is_refused_in_words(routed: Scope) -> None:
    give_extension(routed, "550")
    assert "may not make calls of this class" in told(routed, "24001234", "550")


def test_help_is_called_whatever_the_extension_may_dial(routed: Scope) -> None:
    give_extension(routed, "550")
    text = told(routed, "911", "550")
    assert "the short number 911 of +598" in text
    assert "centro: dials 911" in text
    assert "the short number 911 of +598" in told(routed, "911", "550")


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        (TableOfRoutes(name="x", destinations=(Destination(route="usual"),)), "give a `prefix`"),
        (
            TableOfRoutes(name="x", destinations=(Destination(prefix="0", route="usual"),)),
            "is no prefix",
        ),
        (
            TableOfRoutes(name="x", destinations=(Destination(country="XX", route="usual"),)),
            "is no country",
        ),
        (
            TableOfRoutes(name="x", destinations=(Destination(prefix="5", route="usual"),) * 2),
            "stands above already",
        ),
    ],
)
def test_a_wrong_table_is_told_with_a_way_out(
    routed: Scope, north: Scope, table: TableOfRoutes, sentence: str
) -> None:
    with pytest.raises(NotValid) as refused:
        routing.save_tables(north, [table])
    assert sentence in str(refused.value)


@pytest.mark.parametrize(
    ("route", "sentence"),
    [
        (CarrierRoute(name="x", stop_causes=(200,)), "is no cause"),
        (CarrierRoute(name="x", reason="because"), "is no reason"),
        (
            CarrierRoute(name="x", choices=(RouteChoice(gateway="sur", weight=-1),)),
            "out of range",
        ),
        (
            CarrierRoute(
                name="x", choices=(RouteChoice(gateway="sur", hours=Hours(starts="25:00")),)
            ),
            "is no time",
        ),
    ],
)
def test_a_wrong_route_is_told_with_a_way_out(
    north: Scope, route: CarrierRoute, sentence: str
) -> None:
    with pytest.raises(NotValid) as refused:
        routing.save_routes(north, [route])
    assert sentence in str(refused.value)


def test_a_dial_plan_with_rules_that_nobody_reaches_is_told(north: Scope) -> None:
    rule = DialRule(pattern="0X.", kind=ClassKind.LOCAL, strip=1, prepend="598")
    closer = [replace(rule, pattern=p, kind=ClassKind.MOBILE) for p in ("0[0-4].", "0[5-9].")]
    plan = DialPlan(name="odd", rules=(rule, *closer))
    routing.save_dial_plans(north, [plan])
    (finding,) = routing.dial_plan_findings(plan)
    assert finding.code == "dial_plan.idle"
    with pytest.raises(NotValid, match="stands above already"):
        routing.save_dial_plans(north, [DialPlan(name="twice", rules=(rule, rule))])


def test_what_is_in_use_is_not_removed(routed: Scope, north: Scope) -> None:
    with pytest.raises(StillUsed):
        trunks.remove_operator_gateways(north, ["sur"])
    with pytest.raises(StillUsed):
        routing.remove_routes(north, ["usual"])
    with pytest.raises(StillUsed):
        routing.remove_tables(north, ["basic"])
    with pytest.raises(StillUsed):
        routing.remove_dial_plans(north, ["uy"])
    routing.remove_tenants(north, ["acme"])
    routing.remove_tables(north, ["basic"])
    assert plan_of(routed).operator is None


def test_strangers_name_nothing_of_another_operator(
    routed: Scope, two_operators: tuple[Scope, Scope]
) -> None:
    south = two_operators[1]
    with south.active():
        with pytest.raises(UnknownName):
            routing.save_routes(
                south, [CarrierRoute(name="mine", choices=(RouteChoice(gateway="centro"),))]
            )
        with pytest.raises(UnknownName):
            routing.save_tables(
                south,
                [TableOfRoutes(name="m", destinations=(Destination(prefix="", route="usual"),))],
            )
        routing.save_routes(south, [CarrierRoute(name="closed", reason="route")])
        routing.save_tables(
            south, [TableOfRoutes(name="m", destinations=(Destination(prefix="", route="closed"),))]
        )
        with pytest.raises(NotYourTenant):
            routing.save_tenants(south, [TenantRouting(name="acme", routes="m")])
        with pytest.raises(UnknownName):
            routing.save_tables(south, [TableOfRoutes(name="n", base="basic")])
        assert routing.dial_plans(south) == {}
        assert routing.operator_plan(south).gateways == ()


def test_a_company_sees_nothing_of_its_operators_routes(routed: Scope) -> None:
    with routed.active():
        assert routing.routes(routed) == {}
        assert routing.tables(routed) == {}
        assert routing.tenants(routed) == {}


def test_a_plan_of_a_country_has_its_own_rules_first(north: Scope) -> None:
    own = DialRule(pattern="911", kind=ClassKind.EMERGENCY, prepend="999598", note="own")
    plan = routing.whole(DialPlan(name="uy", country="UY", rules=(own,)))
    assert plan.rules[0] is own
    assert [rule.pattern for rule in plan.rules].count("911") == 1
    assert routing.dial_plan_findings(plan) == ()


def test_neighbours_of_one_area_are_dialled_without_its_code(north: Scope) -> None:
    plan = DialPlan(name="buenos-aires", country="AR", area="11")
    routing.save_dial_plans(north, [plan])
    assert "[2-9]XXXXXXX" in {rule.pattern for rule in routing.whole(plan).rules}
    with pytest.raises(NotValid, match="is no area code"):
        routing.save_dial_plans(north, [replace(plan, country="")])


DISPUTED = {"BR", "CL", "JP"}
"""Where a carrier's digits and a number's own can be the same, to phonenumbers too."""


@pytest.mark.parametrize("country", routing.countries())
def test_no_rule_of_a_country_is_idle_and_few_countries_dispute_numbers(country: str) -> None:
    found = routing.dial_plan_findings(DialPlan(name="x", country=country))
    disputed = {"dial_plan.ambiguous"} if country in DISPUTED else set()
    assert {finding.code for finding in found} == disputed


def test_a_company_that_is_removed_leaves_nothing_to_the_next_of_its_name(
    routed: Scope, north: Scope
) -> None:
    with Scope.system("test:system").active() as system:
        tenancy.remove_tenant(system, "acme")
    assert routing.tenants(north) == {}
