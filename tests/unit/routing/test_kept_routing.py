"""Questions on routes are answered by what is kept, and what is kept is never old."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.utils import timezone
from tests.unit.routing.conftest import CENTRO, SUR

from conmuta.apps.extensions import api as extensions
from conmuta.apps.extensions.contracts import Extension
from conmuta.apps.fleet import api as fleet
from conmuta.apps.rating import api as rating
from conmuta.apps.routing import api as routing
from conmuta.apps.routing import known, rendering
from conmuta.apps.routing.contracts import (
    CarrierRoute,
    Destination,
    DialPlan,
    RouteChoice,
    RoutingSettings,
    TableOfRoutes,
)
from conmuta.apps.tenancy import api as tenancy
from conmuta.apps.trunks import api as trunks
from conmuta.platform.scope import Scope
from conmuta.wiring.plans import render

Change = Callable[[Scope], object]
ZONE = ZoneInfo("America/Montevideo")
ESTE = replace(SUR, name="este", host="192.0.2.98")
ABROAD = DialPlan(name="ar", country="AR")
CHEAP = CarrierRoute(name="cheap", choices=(RouteChoice(gateway="sur"),), cost_limit=20_000)
DEAR = rating.Rate(prefix="598", per_minute=99_000)


@pytest.fixture
def asked(routed: Scope, north: Scope) -> Scope:
    """North, priced both ways, asked once so that its routing is kept."""
    tables = [
        rating.Tariff(name="retail", currency="USD"),
        rating.Tariff(name="bought", currency="USD", gateways=("sur",)),
    ]
    rating.save_tables(north, tables)
    for name in ("retail", "bought"):
        rating.put_rates(north, name, [rating.Rate(prefix="598", per_minute=12_500)])
    routing.save_routes(north, [CHEAP])
    routing.save_tables(north, [table("cheap", "mobile")])
    known.router_of(north)
    return north


def test_the_stored_plan_is_read_where_nothing_has_changed_since(asked: Scope) -> None:
    system = Scope.system("test:worker")

    def stored() -> object:
        with system.active():
            while fleet.render_stale(system):
                pass
            rating.turn_prices(system, timezone.now())
        with asked.active():
            return fleet.settled(asked)

    assert fleet.settled(asked) is None
    assert stored() == rendering.operator_plan(asked)
    CHANGES["a gateway"](asked)
    assert fleet.settled(asked) is None
    as_it_stands(asked)
    assert stored() == known.router_of(asked).plan


def facts(scope: Scope) -> None:
    with Scope.system("test:system").active() as system:
        was = tenancy.operator_by_slug(system, "north").facts
        wanted = replace(was, country="AR", time_zone="America/Argentina/Ushuaia")
        tenancy.change_operator(system, "north", wanted)


def imported(scope: Scope) -> None:
    sheet = Path("prices.csv")
    sheet.write_text("prefix,per_minute\n54,0.15\n")
    rating.import_prices(scope, "retail", sheet)


def table(*routes: str) -> TableOfRoutes:
    prefixes = [
        Destination(prefix=str(place) if place else "", route=route)
        for place, route in enumerate(routes)
    ]
    return TableOfRoutes(name="basic", destinations=tuple(prefixes))


CHANGES: dict[str, Change] = {
    "a gateway": lambda s: trunks.save_operator_gateways(s, [replace(CENTRO, host="192.0.2.99")]),
    "one more gateway": lambda s: trunks.save_operator_gateways(s, [ESTE]),
    "a route": lambda s: routing.save_routes(s, [replace(CHEAP, name="mobile", ring_seconds=9)]),
    "a table": lambda s: routing.save_tables(s, [table("usual", "mobile")]),
    "a least-cost table": lambda s: routing.save_tables(s, [table("cheap")]),
    "a dial plan of another country": lambda s: routing.save_dial_plans(s, [ABROAD]),
    "calls on-net": lambda s: routing.save_settings(s, [RoutingSettings(on_net=False)]),
    "a price": lambda s: rating.put_rates(s, "retail", [rating.Rate(prefix="598", per_minute=1)]),
    "a price list": imported,
    "a cost": lambda s: rating.put_rates(s, "bought", [DEAR]),
    "a price table less": lambda s: rating.remove_tables(s, ["retail"]),
    "the operator's country": facts,
}


def as_it_stands(scope: Scope) -> None:
    """What is kept is what the database says now."""
    assert known.router_of(scope).plan == rendering.operator_plan(scope)


def test_it_is_read_once_for_many_questions(asked: Scope) -> None:
    assert known.router_of(asked) is known.router_of(asked)


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_is_told_at_once(
    asked: Scope, what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = known.router_of(asked)
    CHANGES[what](asked)
    as_it_stands(asked)
    after = known.router_of(asked)
    assert after.plan != before.plan


def test_a_removal_is_told_at_once(asked: Scope) -> None:
    routing.save_dial_plans(asked, [ABROAD])
    trunks.save_operator_gateways(asked, [ESTE])
    routing.save_routes(asked, [replace(CHEAP, name="spare")])
    routing.save_tables(asked, [replace(table("usual"), name="spare")])
    known.router_of(asked)
    for remove in (
        lambda: routing.remove_tables(asked, ["spare"]),
        lambda: routing.remove_routes(asked, ["spare"]),
        lambda: trunks.remove_operator_gateways(asked, ["este"]),
        lambda: routing.remove_dial_plans(asked, ["ar"]),
    ):
        remove()
        as_it_stands(asked)


def test_a_change_that_is_taken_back_leaves_nothing_behind(asked: Scope) -> None:
    before = known.router_of(asked).plan
    with transaction.atomic():
        CHANGES["a gateway"](asked)
        assert known.router_of(asked).plan != before
        transaction.set_rollback(True)
    assert known.router_of(asked).plan == before
    as_it_stands(asked)


def test_prices_of_tomorrow_hold_tomorrow(asked: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    tomorrow = rating.today(asked) + timedelta(days=1)
    dearer = rating.Rate(prefix="598", per_minute=99_000, valid_from=tomorrow)
    rating.put_rates(asked, "retail", [dearer])
    today = known.router_of(asked).plan
    morrow = timezone.now() + timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: morrow)
    assert rating.today(asked) == tomorrow
    assert known.router_of(asked).plan != today
    as_it_stands(asked)


def test_no_operator_is_answered_by_anothers(
    asked: Scope, two_operators: tuple[Scope, Scope]
) -> None:
    with two_operators[1].active() as south:
        trunks.save_operator_gateways(south, [replace(CENTRO, name="polo", host="192.0.2.77")])
        assert [each.name for each in known.router_of(south).plan.gateways] == ["polo"]
        as_it_stands(south)
    with asked.active():
        as_it_stands(asked)


def test_few_operators_are_kept_at_once(
    asked: Scope, two_operators: tuple[Scope, Scope], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known, "MOST_KEPT", 1)
    first = known.router_of(asked)
    with two_operators[1].active() as south:
        trunks.save_operator_gateways(south, [replace(CENTRO, name="polo", host="192.0.2.77")])
        known.router_of(south)
    with asked.active():
        again = known.router_of(asked)
    assert again is not first
    assert again.plan == first.plan


def test_a_person_hears_of_the_new_price_with_the_next_question(
    asked: Scope, routed: Scope
) -> None:
    def told() -> str:
        with routed.active():
            plan = render(routed)
            at = datetime(2026, 11, 23, 12, 0, tzinfo=ZONE)
            return routing.explain(routed, plan, "24001234", at, "550").text("en")

    with routed.active():
        rating.save_terms(routed, [rating.Terms(prices="retail")])
        one = Extension(number="550", name="Ana", classes=("local",))
        extensions.save_extensions(routed, [one])
    assert "0.0125 USD" in told()
    with asked.active():
        dearer = rating.Rate(prefix="598", per_minute=20_000)
        rating.put_rates(asked, "retail", [dearer])
    assert "0.02 USD" in told()
