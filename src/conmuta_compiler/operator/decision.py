"""What a decision about an outside call holds: frozen values, for `decide` and `explain`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from conmuta_plan.operator import CallerIdRule, Hours, Price
from conmuta_plan.outside import CallClass

STOPS = (17, 1, 22, 28)
"""Q.850: busy, unknown number, number changed, incomplete. SIP 6xx stops too, as rejected."""


class Refusal(StrEnum):
    """Why no gateway is tried; the codes of the event `refused`."""

    CLASS = "class"
    INVALID = "invalid"
    SUSPENDED = "suspended"
    ROUTE = "route"
    COST = "cost"
    CLOSED = "closed"
    PREMIUM = "premium"


class Skip(StrEnum):
    """Why one gateway of a route is passed over."""

    HOURS = "hours"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideCall:
    """A call of class `item`. `shown` is the number that the caller would show, E.164 digits."""

    tenant: str
    item: CallClass
    dialled: str
    at: datetime
    country: str = ""
    """The tenant's own, which is always open."""
    shown: str | None = None
    suspended: bool = False
    stock: Mapping[str, str] = field(default_factory=dict)
    """The operator's assigned numbers, E.164 → tenant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who is shown. `number` None: nobody's. `asserted`: in P-Asserted-Identity, or not sent."""

    number: str | None
    asserted: str | None = None
    hidden: bool = False
    rule: CallerIdRule = CallerIdRule.LISTED
    wanted: str | None = None
    """What the caller wanted to show, where another number stands for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One gateway in its turn. Those of one `turn` share the calls by `share`, in per cent."""

    gateway: str
    turn: int
    own: bool = False
    """The tenant's own gateway, not the operator's."""
    number: str = ""
    identity: Identity | None = None
    share: int | None = None
    hours: Hours | None = None
    skipped: Skip | None = None
    stop_causes: tuple[int, ...] = STOPS


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """What the call costs the tenant, and by which prefix of which table."""

    table: str
    prefix: str
    name: str
    price: Price
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What becomes of an outside call.

    `refused` is said of the operator's part; attempts by the tenant's own gateways may stand
    before it. With `on_net`, the call goes to that tenant after those.
    """

    call: OutsideCall
    e164: str | None = None
    on_net: str | None = None
    refused: Refusal | None = None
    reason: str = ""
    price: Priced | None = None
    table: str | None = None
    prefix: str | None = None
    """The route table's longest prefix."""
    route: str | None = None
    ring_seconds: int = 60
    attempts: tuple[Attempt, ...] = ()

    @property
    def tried(self) -> tuple[Attempt, ...]:
        """The gateways that are tried, in turn, while each fails."""
        return tuple(each for each in self.attempts if each.skipped is None)
