"""Where calls are rated: tariffs at hand, whose they are, and what an ended call comes to. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from conmuta.apps.rating.contracts import Charge, EndedLeg, Tariff
from conmuta.apps.rating.rules import FREE, Book

ON_NET: Final = "on-net"
"""Told in events where other calls have their gateway."""


@dataclass(frozen=True, slots=True)
class Payer:
    """A tenant: its operator, the zone of its operator's days, and the prices by which it pays."""

    operator: int
    zone: ZoneInfo
    book: Book | None


@dataclass(frozen=True, slots=True)
class Rated:
    """A call with its two prices. A tariff of None: nobody asked for that price."""

    leg: EndedLeg
    operator: int
    sold: Charge
    sold_by: Tariff | None
    bought: Charge
    bought_by: Tariff | None


@dataclass(frozen=True, slots=True)
class Desk:
    """`bought` has what calls cost, by operator and gateway."""

    payers: Mapping[int, Payer]
    bought: Mapping[tuple[int, str], Book] = field(default_factory=dict)

    def rate(self, leg: EndedLeg) -> Rated:
        """What this call costs, and what it costs the operator."""
        payer = self.payers[leg.tenant]
        gateway = gateway_of(leg)
        on_net = gateway == ON_NET
        day, seconds = day_of(leg.answered, payer.zone), leg.seconds
        sold = payer.book
        charge = sold.charge(leg.number, day, seconds, on_net=on_net) if sold else FREE
        bought = None if on_net else self.bought.get((payer.operator, gateway))
        cost = bought.charge(leg.number, day, seconds) if bought else FREE
        return Rated(
            leg,
            payer.operator,
            charge,
            sold.tariff if sold else None,
            cost,
            bought.tariff if bought else None,
        )


def gateway_of(leg: EndedLeg) -> str:
    """The gateway's own name: events say `o-OPERATOR:GATEWAY`."""
    return leg.gateway.rpartition(":")[2]


def day_of(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()
