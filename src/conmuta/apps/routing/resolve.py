"""Routes as they are tried: least cost and cost limits worked out, countries made prefixes. Pure.

Where a route asks what gateways cost, a destination is divided: each longer prefix at which some
gateway's cost changes gets the order of its own, unless it is that of the shorter prefix.
"""

import hashlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from conmuta.apps.routing.contracts import CarrierRoute, Destination, RouteChoice, TableOfRoutes
from conmuta.apps.routing.errors import TableLoop
from conmuta.platform.countries import kinds_prefixes
from conmuta_compiler.operator.numbers import prefixes
from conmuta_plan.operator import SHORT, Route, RouteTable

Costs = Mapping[str, Mapping[str, int]]
"""What a minute costs the operator: gateway → prefix → millionths."""

COST = "cost"
CHEAPEST = 4
"""Gateways of a least-cost route that are tried: the orders of many would be too many routes."""
_LAST = chr(0x10FFFF)


@dataclass(frozen=True, slots=True)
class Considered:
    """A route's gateway, and what it costs for a number. `cost` None: not known."""

    choice: RouteChoice
    cost: int | None
    too_dear: bool = False


@dataclass(frozen=True, slots=True)
class Resolved:
    """What stands in the operator's plan."""

    routes: tuple[Route, ...]
    tables: tuple[RouteTable, ...]


def cost_of(costs: Costs, gateway: str, number: str) -> int | None:
    """By the longest prefix of the gateway's price table."""
    known = costs.get(gateway, {})
    return next((known[prefix] for prefix in prefixes(number) if prefix in known), None)


def considered(route: CarrierRoute, costs: Costs, number: str) -> list[Considered]:
    """The route's gateways in the order of trial; those beyond its limit are marked.

    What help costs is never asked: short numbers go by the route as it is written.
    """
    if number.startswith(SHORT):
        return [Considered(choice, None) for choice in route.choices]
    found = []
    for choice in route.choices:
        cost = cost_of(costs, choice.gateway, number)
        limit = route.cost_limit
        found.append(Considered(choice, cost, limit is not None and (cost is None or cost > limit)))
    if route.least_cost:
        found = [replace(each, choice=replace(each.choice, weight=0)) for each in found]
        found.sort(key=lambda each: (each.cost is None, each.cost or 0))
    return found


def as_tried(route: CarrierRoute, costs: Costs, number: str) -> Route:
    """The route for a number, under a name that says which order it is."""
    choices = tuple(each.choice for each in considered(route, costs, number) if not each.too_dear)
    if route.least_cost and not number.startswith(SHORT):
        choices = choices[:CHEAPEST]
    name = route.name if choices == route.choices else f"{route.name}-{_digest(choices)}"
    return Route(
        name=name,
        choices=choices,
        reason=COST if route.choices and not choices else route.reason,
        stop_causes=route.stop_causes,
        ring_seconds=route.ring_seconds,
    )


def _digest(choices: tuple[RouteChoice, ...]) -> str:
    return hashlib.sha256(repr(choices).encode()).hexdigest()[:8]


def entries(tables: Mapping[str, TableOfRoutes], name: str) -> dict[str, str]:
    """Prefix → route of a table, over its bases'. Raises `TableLoop`."""
    chain: list[TableOfRoutes] = []
    wanted: str | None = name
    while wanted is not None:
        if wanted in {each.name for each in chain}:
            raise TableLoop(table=name)
        chain.append(tables[wanted])
        wanted = chain[-1].base
    found: dict[str, str] = {}
    for table in reversed(chain):
        found |= {
            prefix: each.route for each in _wide_first(table) for prefix in destination_of(each)
        }
    return found


def _wide_first(table: TableOfRoutes) -> list[Destination]:
    """A kind within a country goes before the whole country, a prefix before both."""
    return sorted(
        table.destinations, key=lambda each: (each.prefix is not None, each.kind is not None)
    )


def destination_of(item: Destination) -> tuple[str, ...]:
    """The prefixes that a destination stands for."""
    if item.prefix is not None:
        return (item.prefix,)
    return kinds_prefixes(item.country, item.kind)


@dataclass(slots=True)
class _Resolver:
    routes: Mapping[str, CarrierRoute]
    costs: Costs
    made: dict[str, Route] = field(default_factory=dict)
    sorted_costs: dict[str, list[str]] = field(default_factory=dict)

    def table(self, name: str, given: Mapping[str, str]) -> RouteTable:
        found: dict[str, str] = {}
        for prefix, route in given.items():
            found[prefix] = self.tried(self.routes[route], prefix)
        for prefix in sorted(self._longer(given), key=len):
            above = next(each for each in prefixes(prefix) if each in given)
            made = self.tried(self.routes[given[above]], prefix)
            if found[next(each for each in prefixes(prefix) if each in found)] != made:
                found[prefix] = made
        return RouteTable(name=name, prefixes=dict(sorted(found.items())))

    def tried(self, route: CarrierRoute, number: str) -> str:
        made = as_tried(route, self.costs, number)
        self.made[made.name] = made
        return made.name

    def _longer(self, given: Mapping[str, str]) -> set[str]:
        """Prefixes of costs that divide a destination whose route asks for costs."""
        found: set[str] = set()
        for prefix, name in given.items():
            route = self.routes[name]
            if route.least_cost or route.cost_limit is not None:
                found |= {SHORT} if SHORT.startswith(prefix) else set()
                for choice in route.choices:
                    found.update(self._beginning(choice.gateway, prefix))
        return found - given.keys()

    def _beginning(self, gateway: str, prefix: str) -> Iterable[str]:
        if gateway not in self.sorted_costs:
            self.sorted_costs[gateway] = sorted(self.costs.get(gateway, {}))
        known = self.sorted_costs[gateway]
        return known[bisect_left(known, prefix) : bisect_left(known, prefix + _LAST)]


def resolve(
    routes: Mapping[str, CarrierRoute], tables: Mapping[str, TableOfRoutes], costs: Costs
) -> Resolved:
    """All of an operator's tables, and the routes that they name."""
    resolver = _Resolver(routes, costs)
    made = tuple(resolver.table(name, entries(tables, name)) for name in sorted(tables))
    return Resolved(tuple(_named(resolver.made)), made)


def _named(made: Mapping[str, Route]) -> Iterator[Route]:
    for name in sorted(made):
        yield made[name]
