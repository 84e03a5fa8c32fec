"""Least cost and cost limits: the cheapest first for each number, whatever the tables look like."""

from collections.abc import Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

from conmuta.apps.routing.contracts import (
    CarrierRoute,
    Destination,
    RouteChoice,
    TableOfRoutes,
)
from conmuta.apps.routing.resolve import as_tried, cost_of, entries, resolve
from conmuta_compiler.operator.numbers import prefixes
from conmuta_plan.operator import Route, RouteTable

A, B, C = (RouteChoice(gateway=name) for name in "abc")
CHEAPEST = CarrierRoute(name="cheap", choices=(A, B, C), least_cost=True)
COSTS = {
    "a": {"": 50_000, "54": 20_000, "549": 90_000},
    "b": {"": 40_000, "54": 30_000},
    "c": {"598": 5_000},
}


def table(*destinations: Destination, name: str = "t", base: str | None = None) -> TableOfRoutes:
    return TableOfRoutes(name=name, base=base, destinations=destinations)


def decided(found: RouteTable, routes: tuple[Route, ...], number: str) -> Route:
    """What Asterisk finds: the longest prefix of the table."""
    name = next(found.prefixes[each] for each in prefixes(number) if each in found.prefixes)
    return next(route for route in routes if route.name == name)


def order(route: Route) -> str:
    return "".join(choice.gateway for choice in route.choices)


def made(route: CarrierRoute, costs: Mapping[str, Mapping[str, int]], number: str) -> Route:
    found = resolve(
        {route.name: route}, {"t": table(Destination(prefix="", route=route.name))}, costs
    )
    return decided(found.tables[0], found.routes, number)


def test_the_cheapest_gateway_for_the_number_is_tried_first() -> None:
    assert order(made(CHEAPEST, COSTS, "4930123456")) == "bac"
    assert order(made(CHEAPEST, COSTS, "541143210987")) == "abc"
    assert order(made(CHEAPEST, COSTS, "5491143210987")) == "bac"
    assert order(made(CHEAPEST, COSTS, "59824001234")) == "cba"


def test_what_costs_more_than_the_limit_is_not_tried() -> None:
    limited = CarrierRoute(name="limited", choices=(A, B, C), cost_limit=45_000)
    assert order(made(limited, COSTS, "4930123456")) == "b"
    assert order(made(limited, COSTS, "541143210987")) == "ab"
    assert order(made(limited, COSTS, "5491143210987")) == "b"


def test_a_route_of_which_nothing_is_left_says_that_it_costs_too_much() -> None:
    dear = CarrierRoute(name="dear", choices=(A, B), cost_limit=1)
    found = made(dear, COSTS, "4930123456")
    assert (found.choices, found.reason) == ((), "cost")


def test_a_route_that_asks_for_no_cost_stays_as_it_is_written() -> None:
    plain = CarrierRoute(name="plain", choices=(C, A, B), stop_causes=(34,), ring_seconds=30)
    found = made(plain, COSTS, "54")
    assert (found.name, order(found), found.stop_causes) == ("plain", "cab", (34,))


def test_the_four_cheapest_of_many_are_tried() -> None:
    names = "abcdefgh"
    many = CarrierRoute(
        name="many", choices=tuple(RouteChoice(gateway=n) for n in names), least_cost=True
    )
    costs = {name: {"": 9 - place} for place, name in enumerate(names)}
    assert order(made(many, costs, "4930123456")) == "hgfe"


def test_nobody_asks_what_help_costs() -> None:
    strict = CarrierRoute(name="strict", choices=(A, B, C), least_cost=True, cost_limit=1)
    assert made(strict, COSTS, "4930123456").choices == ()
    assert order(made(strict, COSTS, "999598911")) == "abc"


def test_a_prefix_under_a_country_and_a_kind_goes_before_both() -> None:
    every = table(
        Destination(prefix="59899", route="own"),
        Destination(country="UY", kind="mobile", route="mobile"),  # type: ignore[arg-type]
        Destination(country="UY", route="uy"),
    )
    found = entries({"t": every}, "t")
    assert (found["59899"], found["59894"], found["5982"]) == ("own", "mobile", "uy")


PREFIXES = st.text(alphabet="12", max_size=3)
TABLES = st.dictionaries(
    st.sampled_from("abc"),
    st.dictionaries(PREFIXES, st.integers(0, 5), max_size=6),
    max_size=3,
)


@settings(max_examples=300, deadline=None)
@given(
    TABLES,
    st.dictionaries(PREFIXES, st.sampled_from(["cheap", "limited", "plain"]), max_size=4),
    st.text(alphabet="12", min_size=1, max_size=5),
)
def test_the_table_gives_each_number_the_order_of_its_own_cost(
    costs: dict[str, dict[str, int]], given_entries: dict[str, str], number: str
) -> None:
    routes = {
        "cheap": CHEAPEST,
        "limited": CarrierRoute(name="limited", choices=(A, B, C), cost_limit=3),
        "plain": CarrierRoute(name="plain", choices=(C, B)),
    }
    wanted = {"": "plain", **given_entries}
    destinations = (Destination(prefix=p, route=r) for p, r in wanted.items())
    found = resolve(routes, {"t": table(*destinations)}, costs)
    above = next(wanted[each] for each in prefixes(number) if each in wanted)
    assert decided(found.tables[0], found.routes, number) == as_tried(routes[above], costs, number)


@given(TABLES, st.text(alphabet="12", min_size=1, max_size=5))
def test_the_first_gateway_of_least_cost_is_never_dearer_than_another(
    costs: dict[str, dict[str, int]], number: str
) -> None:
    found = as_tried(CHEAPEST, costs, number)
    known = [cost_of(costs, choice.gateway, number) for choice in found.choices]
    given_costs = [each for each in known if each is not None]
    assert given_costs == sorted(given_costs)
    assert all(each is not None for each in known[: len(given_costs)])
