"""The price of a call. Pure, and in whole numbers throughout: nothing is lost on the way.

A call costs `setup + per_minute × billed / 60`. What is billed are the seconds of talk, rounded up
to whole ones; at least `minimum`, and beyond it in steps of `increment`. The result is rounded
once, to the table's decimals. `conmuta_plan.charging` is the same rule on the node, which
ends calls in time.
"""

import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from operator import attrgetter
from typing import Final, Protocol

from conmuta.apps.rating.contracts import (
    MICRO,
    Charge,
    OnNet,
    Rate,
    Rounding,
    Statement,
    StatementLine,
    Tariff,
)
from conmuta_plan.charging import billed_seconds
from conmuta_plan.operator import Price

MINUTE: Final = 60
MICRO_DIGITS: Final = 6
LONGEST_SHORT: Final = 6
"""A number of so few digits is no E.164 number: only its own entry is its price."""
NO_PRICE: Final = "no_price"
_TOLERANCE: Final = 0.0005
"""Half a millisecond: sums of times are inexact beyond."""


def whole_seconds(seconds: float) -> int:
    """A second that has begun counts."""
    return max(0, math.ceil(seconds - _TOLERANCE))


@lru_cache(maxsize=65536)
def price_of(rate: Rate) -> Price:
    """A rate as the operator's plan has it."""
    return Price(
        per_minute=rate.per_minute,
        setup=rate.setup,
        minimum=rate.minimum,
        increment=rate.increment,
        country=rate.country,
        premium=rate.premium,
    )


def exact(rate: Rate, billed: int) -> Decimal:
    """The price in the currency's unit before it is rounded, to 28 digits."""
    return Decimal(rate.setup * MINUTE + rate.per_minute * billed) / (MINUTE * MICRO)


def rounded(rate: Rate, billed: int, tariff: Tariff) -> int:
    """The price in millionths, rounded once to the tariff's decimals."""
    total = rate.setup * MINUTE + rate.per_minute * billed  # sixtieths of a millionth
    step: int = MINUTE * 10 ** (MICRO_DIGITS - tariff.decimals)
    more = step - 1 if tariff.rounding is Rounding.UP else step // 2
    return (total + more) // step * (step // MINUTE)


def charge(tariff: Tariff, rate: Rate | None, seconds: float) -> Charge:
    """What a talk of `seconds` costs."""
    if rate is None:
        return Charge(0, 0, None, NO_PRICE)
    billed = billed_seconds(price_of(rate), whole_seconds(seconds))
    return Charge(rounded(rate, billed, tariff), billed, rate)


FREE: Final = Charge(0, 0, None)


@dataclass(frozen=True, slots=True)
class Book:
    """A tariff with its prices, ready to be asked."""

    tariff: Tariff
    by_prefix: Mapping[str, Sequence[Rate]] = field(default_factory=dict)
    """The rates of a prefix, by the day from which they hold."""
    longest: int = 0

    def rate(self, number: str, day: date) -> Rate | None:
        """The price of E.164 `number` on `day`: the longest prefix that has one then."""
        if len(number) <= LONGEST_SHORT:
            return in_force(self.by_prefix.get(number, ()), day)
        for length in range(min(self.longest, len(number)), -1, -1):
            rates = self.by_prefix.get(number[:length])
            if rates:
                found = in_force(rates, day)
                if found is not None:
                    return found
        return None

    def charge(self, number: str, day: date, seconds: float, *, on_net: bool = False) -> Charge:
        """What a call to `number` costs."""
        if on_net and self.tariff.on_net is OnNet.FREE:
            return FREE
        return charge(self.tariff, self.rate(number, day), seconds)


def book(tariff: Tariff, rates: Iterable[Rate]) -> Book:
    """A tariff and its prices, in whatever order they come."""
    found: dict[str, list[Rate]] = defaultdict(list)
    for rate in rates:
        found[rate.prefix].append(rate)
    for each in found.values():
        each.sort(key=_begins)
    return Book(tariff, dict(found), max(map(len, found), default=0))


_begins = attrgetter("valid_from")


def in_force(rates: Sequence[Rate], day: date) -> Rate | None:
    """The rate that began last, of those that hold on `day`. `rates` are by their first day."""
    for rate in reversed(rates[: bisect_right(rates, day, key=_begins)]):
        if rate.valid_until is None or day <= rate.valid_until:
            return rate
    return None


class Rated(Protocol):
    """As much of a rated call as a statement needs."""

    @property
    def destination(self) -> str: ...
    @property
    def prefix(self) -> str: ...
    @property
    def billed_seconds(self) -> int: ...
    @property
    def amount(self) -> int: ...


def statement(currency: str, calls: Iterable[Rated]) -> Statement:
    """The calls of one currency, summed by destination."""
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for call in calls:
        line = sums[call.destination or call.prefix]
        line[0] += 1
        line[1] += call.billed_seconds
        line[2] += call.amount
    lines = tuple(
        StatementLine(destination=n, calls=c, seconds=s, amount=a)
        for n, (c, s, a) in sorted(sums.items())
    )
    return Statement(
        currency=currency,
        lines=lines,
        total=sum(line.amount for line in lines),
        calls=sum(line.calls for line in lines),
    )


def micro_of(text: str) -> int | None:
    """`0.035` or `0,035` in millionths; None where it is no amount with six decimals at most."""
    try:
        amount = Decimal(text.strip().replace(",", ".")).scaleb(MICRO_DIGITS)
    except InvalidOperation:
        return None
    whole = int(amount) if amount.is_finite() else -1
    return whole if whole == amount and 0 <= whole < 10**15 else None


def decimal_of(micro: int) -> str:
    """Millionths as people write them: `0.035`."""
    text = f"{Decimal(micro) / MICRO:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
