"""Prices, rated calls, accounts and limits, as others may see them.

Money is in millionths of the currency's unit, as in the operator's plan; people read `Money`.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

from moneyed import Money

from conmuta.platform.sheets import BadRow
from conmuta_plan.operator import Ceilings, Guard, Price, PriceTable

__all__ = [
    "ALWAYS",
    "MICRO",
    "Account",
    "BadRow",
    "Ceilings",
    "Charge",
    "EndedLeg",
    "Entry",
    "EntryKind",
    "Funds",
    "FundsChanged",
    "Guard",
    "GuardPolicy",
    "OnNet",
    "Price",
    "PriceImport",
    "PriceTable",
    "Rate",
    "RatedView",
    "Rerated",
    "Rounding",
    "Statement",
    "StatementLine",
    "Tariff",
    "Terms",
    "money",
]

MICRO: Final = 1_000_000
ALWAYS: Final = date(1970, 1, 1)
"""`valid_from` of a price that was there from the beginning."""


def money(amount: int, currency: str) -> Money:
    """Millionths as an amount that people read."""
    return Money(Decimal(amount) / MICRO, currency)


class Rounding(StrEnum):
    HALF_UP = "half_up"
    """As at school: halves go up."""
    UP = "up"
    """Every started part counts whole."""


class OnNet(StrEnum):
    """What a call costs that stays among the operator's own tenants."""

    FREE = "free"
    PRICED = "priced"
    """As the table says for the number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """The price of a destination from a day on. `valid_until`: the last day; None: no end."""

    prefix: str
    per_minute: int
    setup: int = 0
    minimum: int = 0
    """Seconds charged at least."""
    increment: int = 1
    """Beyond the minimum, seconds are charged in steps of these."""
    country: str = ""
    premium: bool = False
    destination: str = ""
    """What people call it: "Uruguay, mobile"."""
    valid_from: date = ALWAYS
    valid_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    """A price table without its prices.

    `gateways`: it says what calls through these cost the operator. Else it is sold to tenants.
    Each call is rounded to `decimals` of the currency's unit; statements are sums of that.
    """

    name: str
    currency: str
    title: str = ""
    gateways: tuple[str, ...] = ()
    decimals: int = 4
    rounding: Rounding = Rounding.HALF_UP
    on_net: OnNet = OnNet.FREE


@dataclass(frozen=True, slots=True)
class Charge:
    """What one call costs by one table. `problem` "no_price": the table knows no such number."""

    amount: int
    billed_seconds: int
    rate: Rate | None
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedLeg:
    """An answered call through an operator's gateway, or to another of its tenants.

    `leg` is the far channel's id, `gateway` "" where the call stayed inside.
    """

    tenant: int
    node: int
    linkedid: str
    leg: str
    caller: str
    number: str
    gateway: str
    answered: datetime
    ended: datetime

    @property
    def seconds(self) -> float:
        """A clock that jumped back makes no negative time."""
        return max(0.0, (self.ended - self.answered).total_seconds())


class EntryKind(StrEnum):
    TOP_UP = "top_up"
    CHARGE = "charge"
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of an account; `amount` is added to the balance, `key` is never used twice."""

    at: datetime
    kind: EntryKind
    amount: int
    currency: str
    key: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How a tenant pays. `prices` None: its calls are not billed.

    `prepaid`: it may spend what it has paid, and calls end in time. `credit_limit`: how far the
    balance may go below zero; None: as far as it likes.
    """

    name: str = "terms"
    prices: str | None = None
    prepaid: bool = False
    credit_limit: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Funds:
    """What a tenant may still spend. `left` None: no limit."""

    currency: str
    balance: int
    prepaid: bool
    left: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FundsChanged:
    """Outbox: what `tenant` (a slug) may spend has changed, by a payment, a call or its terms."""

    tenant: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A tenant's funds and its last entries, the newest first."""

    funds: Funds
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardPolicy:
    """What a tenant may spend and where it may call; or what an operator's tenants may that have
    no policy of their own."""

    name: str = "guard"
    guard: Guard = field(default_factory=Guard)


@dataclass(frozen=True, slots=True, kw_only=True)
class RatedView:
    """A rated call. `version` counts from 1; `current` is the one that counts."""

    call: str
    leg: str
    tenant: str
    number: str
    gateway: str
    answered: datetime
    seconds: float
    billed_seconds: int
    prefix: str
    destination: str
    amount: int
    currency: str
    version: int
    current: bool
    problem: str
    rated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementLine:
    """Calls to one destination."""

    destination: str
    calls: int
    seconds: int
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What a tenant's calls of a time cost. `total` is the sum of the lines, and of the calls."""

    currency: str
    lines: tuple[StatementLine, ...] = ()
    total: int = 0
    calls: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceImport:
    """What became of a price list's rows."""

    rows: int
    added: int
    changed: int
    ended: int
    """Prices that the list does not have any more."""
    bad_count: int
    bad: tuple[BadRow, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Rerated:
    """Calls rated anew whose figures differ, and the sums before and after, by currency."""

    looked_at: int
    changed: int
    before: dict[str, int]
    after: dict[str, int]
