"""An operator's plan: the gateways, routes and prices that its tenants share on a node.

It travels like a tenant's plan, as the unit `o-SLUG`, and is compiled by `compile_operator`.
Numbers here are E.164 digits without `+`. Money is in millionths of the currency's unit.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from conmuta_plan.agendas import Weekday
from conmuta_plan.outside import Gateway
from conmuta_plan.people import Srtp

OPERATOR_PREFIX = "o-"
"""A unit's name is `o-` and the operator's slug; no tenant's slug begins so."""


SHORT = "999"
"""Emergency and other short numbers travel as 999, the country's code and the number: 911 of
Uruguay is 999598911. No country has the code 999, so that no table and no carrier takes a short
number for the beginning of a long one (598911 begins mobile numbers of Uruguay)."""
UNBILLED = "unbilled"
"""The price table of tenants whose calls nobody bills: countries without prices."""


class CallerIdRule(StrEnum):
    """What a gateway does with the caller's number."""

    PASS = "pass"  # noqa: S105 — a rule's name
    """The number that the tenant may show, as it is."""
    FORCE = "force"
    """Always the gateway's `caller_id`."""
    LISTED = "listed"
    """The tenant's number where it is one of its own; else the gateway's `caller_id`."""


class Privacy(StrEnum):
    """How the caller's identity travels."""

    FROM = "from"
    """In From alone."""
    ASSERTED = "asserted"
    """In From and in P-Asserted-Identity (RFC 3325)."""
    HIDDEN = "hidden"
    """From is anonymous, Privacy: id; the identity in P-Asserted-Identity alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberRule:
    """`pattern` is Asterisk's without the underscore; cut `strip` digits, put `prepend` before.

    The closest pattern decides, as in Asterisk.
    """

    pattern: str
    strip: int = 0
    prepend: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorGateway(Gateway):
    """A gateway of the operator's. `strip` and `prepend` of `Gateway` apply after `outbound`."""

    inbound: tuple[NumberRule, ...] = ()
    """What arrives → E.164; no rule matches: as it is, without `+`."""
    outbound: tuple[NumberRule, ...] = ()
    """E.164 → what is sent; no rule matches: E.164 digits."""
    caller_id_rule: CallerIdRule = CallerIdRule.LISTED
    caller_id_outbound: tuple[NumberRule, ...] = ()
    """The caller's E.164 → what is sent in From."""
    privacy: Privacy = Privacy.FROM
    may_send_own_ani: bool = False
    """Whether a tenant's number that is not of the operator's stock may be shown."""
    max_calls_per_second: int = 0
    """0: no limit."""
    billed: bool = True
    verify_certificate: bool = True
    challenge: bool = False
    """Its calls to us must prove `username` and `secret` too (digest both ways)."""
    media_encryption: Srtp = Srtp.OFF


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """A time of the week in the operator's zone; `ends` exclusive, "24:00" the day's end."""

    weekdays: tuple[Weekday, ...] = ()
    starts: str = "00:00"
    ends: str = "24:00"


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteChoice:
    """One gateway of a route. `weight` 0: in order; else the share among its equals.

    Its equals are the choices with a weight that follow each other: one is drawn, and where it
    fails, another of them by the same weights.
    """

    gateway: str
    weight: int = 0
    hours: Hours | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Gateways for destinations, in order of trial; empty `choices`: refused, with `reason`.

    `reason` is then the refusal's code: `route`, or `cost` where none is cheap enough.
    Orders by least cost and cost limits are worked out by the server beforehand: what stands
    here is what is tried. `stop_causes` are Q.850 causes after which no next gateway is tried,
    beyond busy, wrong number and rejection, which always stop.
    """

    name: str
    choices: tuple[RouteChoice, ...] = ()
    reason: str = ""
    stop_causes: tuple[int, ...] = ()
    ring_seconds: int = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteTable:
    """Longest prefix → route name. The prefix "" is every other destination."""

    name: str
    prefixes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What a call costs the tenant. Seconds are rounded up to `increment` after `minimum`."""

    per_minute: int
    setup: int = 0
    minimum: int = 0
    """Seconds charged at least."""
    increment: int = 1
    """Seconds."""
    country: str = ""
    """ISO 3166, or "" where the prefix is of none (satellite, premium world-wide)."""
    premium: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceTable:
    """Longest prefix → price name; what has no price is refused where calls are billed."""

    name: str
    currency: str
    prefixes: dict[str, str] = field(default_factory=dict)
    prices: dict[str, Price] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorPlan:
    """Everything of one operator that its tenants' calls depend on."""

    operator: str
    title: str
    time_zone: str
    country: str
    on_net: bool = True
    """A call to another tenant's number of this operator stays inside."""
    gateways: tuple[OperatorGateway, ...] = ()
    routes: tuple[Route, ...] = ()
    tables: tuple[RouteTable, ...] = ()
    prices: tuple[PriceTable, ...] = ()

    @property
    def unit(self) -> str:
        return OPERATOR_PREFIX + self.operator


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceilings:
    """The fraud guard's limits; None: none. Days are the tenant's own."""

    money_per_day: int | None = None
    minutes_per_day: int | None = None
    calls_per_minute: int | None = None
    new_countries_per_day: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """What a tenant may spend and where it may call.

    `countries` are open (ISO 3166; the tenant's own always is); `premium` destinations are
    closed unless True. `extensions` have ceilings of their own beside the tenant's.
    """

    countries: tuple[str, ...] = ()
    every_country: bool = False
    premium: bool = False
    tenant: Ceilings = Ceilings()
    each_extension: Ceilings = Ceilings()
    extensions: dict[str, Ceilings] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorLink:
    """How a tenant hangs on its operator."""

    unit: str
    """`o-SLUG`."""
    routes: str
    """A `RouteTable` of the operator's plan."""
    prices: str | None = None
    """A `PriceTable`; None: calls are not billed."""
    prepaid: bool = False
    """Funds end calls in time; the node's ledger keeps them (docs/adr)."""
    max_calls_out: int = 0
    max_calls_in: int = 0
    caller_ids: tuple[str, ...] = ()
    """E.164 numbers that the tenant may show: its own. The first is the usual one."""
    foreign_caller_ids: tuple[str, ...] = ()
    """Numbers of its own at other carriers, shown only by gateways that may."""
    guard: Guard = Guard()
