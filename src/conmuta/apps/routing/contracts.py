"""Dial plans, routes and which tenant has which, as others may see them. All are an operator's."""

from dataclasses import dataclass, field

from conmuta.platform.countries import Kind
from conmuta_plan.operator import Hours, NumberRule, Route, RouteChoice
from conmuta_plan.outside import ClassKind

__all__ = [
    "CarrierRoute",
    "ClassKind",
    "Destination",
    "DialPlan",
    "DialRule",
    "Hours",
    "Kind",
    "RouteChoice",
    "RoutingSettings",
    "TableOfRoutes",
    "TenantRouting",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class DialRule(NumberRule):
    """What people dial so is of this kind, and becomes E.164 by `strip` and `prepend`.

    Emergency and other short numbers become E.164 by 999 and the country's code: 911 of Uruguay
    is 999598911 (`conmuta_plan.operator.SHORT`).
    """

    kind: ClassKind


@dataclass(frozen=True, slots=True, kw_only=True)
class DialPlan:
    """What people dial. The closest pattern decides, as in Asterisk.

    With a `country`, everything that people dial there is in it, beside `rules`, which go before
    a rule of the country's with the same pattern. `area`: numbers of this area of the country may
    be dialled without its code.
    """

    name: str
    title: str = ""
    country: str = ""
    area: str = ""
    rules: tuple[DialRule, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierRoute(Route):
    """Gateways for destinations.

    `least_cost`: in order of what each costs the operator for the number, the cheapest first,
    four at most; weights count no more, and a gateway without a known cost comes last.
    `cost_limit`, millionths a minute: what costs more, or is not known, is not tried.
    """

    least_cost: bool = False
    cost_limit: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Numbers that begin with `prefix` ("" is every number), or all of a `country`, of a `kind`
    alone where it is given, go by `route`. The longest prefix decides."""

    route: str
    prefix: str | None = None
    country: str = ""
    kind: Kind | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TableOfRoutes:
    """Destinations, over those of the table `base` where there is one."""

    name: str
    title: str = ""
    base: str | None = None
    destinations: tuple[Destination, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantRouting:
    """How a tenant (`name` is its slug) calls out by its operator.

    `exceptions`: extensions with another dial plan. `foreign_caller_ids`: its own numbers at
    other carriers, E.164, which the operator has seen proved.
    """

    name: str
    routes: str
    dial_plan: str | None = None
    exceptions: dict[str, str] = field(default_factory=dict)
    foreign_caller_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingSettings:
    """What holds for all of an operator's calls."""

    name: str = "routing"
    on_net: bool = True
    """A call to another tenant's number stays inside."""
