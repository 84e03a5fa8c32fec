"""Decisions per second on where a call goes out, and the time that routing adds in Asterisk."""

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bench.support import report, routed
from conmuta_compiler.operator.decide import Router
from conmuta_compiler.operator.decision import OutsideCall
from conmuta_plan.agendas import Weekday
from conmuta_plan.operator import (
    Guard,
    Hours,
    NumberRule,
    OperatorGateway,
    OperatorLink,
    OperatorPlan,
    Price,
    PriceTable,
    Route,
    RouteChoice,
    RouteTable,
)
from conmuta_plan.outside import CallClass, ClassKind

PREFIXES = 100_000
SIZES = (10, 1000, 100_000)
"""Prefixes, for the time added in Asterisk."""
GATEWAYS = 50
CHOICES = 4
"""Gateways of each route."""
PRICES = 200
SECONDS = 5.0
SEED = 7
AT = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
WORKING = Hours(weekdays=tuple(Weekday)[:5], starts="08:00", ends="20:00")

DIALLED = CallClass(
    name="everything",
    kind=ClassKind.INTERNATIONAL,
    patterns=("00.", "+.", "0[249]XXXXXXX", "[24]XXXXXXX"),
    gateways=(),
    operator=True,
    to_e164=(
        ("00.", 2, ""),
        ("+.", 1, ""),
        ("0[249]XXXXXXX", 1, "598"),
        ("[24]XXXXXXX", 0, "598"),
    ),
)
LINK = OperatorLink(
    unit="o-bench",
    routes="all",
    prices="retail",
    caller_ids=("59824001234", "59824001235"),
    guard=Guard(every_country=True, premium=True),
)


@dataclass(frozen=True, slots=True)
class Measured:
    """Decisions made, in so many seconds; `carried` found at least one gateway."""

    decisions: int
    carried: int
    seconds: float

    @property
    def per_second(self) -> float:
        return self.decisions / self.seconds


def prefixes(chance: random.Random, count: int) -> list[str]:
    """Distinct prefixes of 1 to 9 digits, as price lists of the world have them."""
    found = {str(digit) for digit in range(1, 10)}
    while len(found) < count:
        found.add(str(chance.randrange(10, 10 ** chance.randrange(4, 10))))
    return sorted(found)


def gateway(index: int) -> OperatorGateway:
    """One of the carriers: each wants numbers in its own form."""
    rules = (
        NumberRule(pattern="598XXXXXXXX", strip=3, prepend="0"),
        NumberRule(pattern="X.", prepend=f"00{index}"),
    )
    return OperatorGateway(
        name=f"carrier-{index}",
        host=f"192.0.2.{index + 1}",
        outbound=rules,
        caller_id="59829000000",
    )


def route(chance: random.Random, index: int) -> Route:
    """Two that share, one for working hours, one at the end."""
    names = [f"carrier-{number}" for number in chance.sample(range(GATEWAYS), CHOICES)]
    weights, hours = (70, 30, 0, 0), (None, None, WORKING, None)
    choices = (
        RouteChoice(gateway=name, weight=weight, hours=when)
        for name, weight, when in zip(names, weights, hours, strict=True)
    )
    return Route(name=f"route-{index}", choices=tuple(choices))


def plan(count: int) -> OperatorPlan:
    """An operator with `count` prefixes in its routes and as many in its prices."""
    chance = random.Random(SEED)
    known = prefixes(chance, count)
    routes = tuple(route(chance, index) for index in range(GATEWAYS))
    prices = {f"p{index}": Price(per_minute=10_000 + index) for index in range(PRICES)}
    return OperatorPlan(
        operator="bench",
        title="Bench",
        time_zone="America/Montevideo",
        country="UY",
        gateways=tuple(gateway(index) for index in range(GATEWAYS)),
        routes=routes,
        tables=(RouteTable(name="all", prefixes={p: chance.choice(routes).name for p in known}),),
        prices=(
            PriceTable(
                name="retail",
                currency="USD",
                prefixes={p: f"p{chance.randrange(PRICES)}" for p in known},
                prices=prices,
            ),
        ),
    )


def calls(known: Sequence[str], count: int) -> list[OutsideCall]:
    """What people dial: half of it abroad, to prefixes that there are."""
    chance = random.Random(SEED)

    def dialled() -> str:
        if chance.random() < 0.5:
            return f"{chance.choice(('2', '4'))}{chance.randrange(10**7):07}"
        return f"00{chance.choice(known)}{chance.randrange(10**5):05}"

    return [
        OutsideCall(tenant="acme", item=DIALLED, dialled=dialled(), at=AT, country="UY")
        for _ in range(count)
    ]


def measure(count: int, seconds: float) -> Measured:
    """Decides for so many seconds, on one core."""
    made = plan(count)
    router = Router(made)
    wanted = calls(list(made.tables[0].prefixes), 10_000)
    decisions = carried = 0
    began = time.perf_counter()
    while time.perf_counter() - began < seconds:
        for call in wanted[:1000]:
            carried += bool(router.decide(LINK, call).tried)
        decisions += 1000
        wanted = wanted[1000:] + wanted[:1000]
    return Measured(decisions, carried, time.perf_counter() - began)


def added_ms(count: int) -> float:
    """What a tenant's call waits for its route, beyond a bare Dial to the same gateway.

    Without prices: admission by the ledger is another matter.
    """
    link = replace(LINK, prices=None)
    return round(routed.added_ms(replace(plan(count), prices=()), link, DIALLED), 2)


def main(argv: Sequence[str]) -> int:
    """Measure and print."""
    parser = report.parser("route", __doc__ or "")
    parser.add_argument("--prefixes", type=int, default=PREFIXES)
    parser.add_argument(
        "--no-asterisk", dest="asterisk", action="store_false", help="decisions alone"
    )
    parser.add_argument("--seconds", type=float, default=SECONDS)
    args = parser.parse_args(argv)
    where = report.machine()
    found = measure(args.prefixes, args.seconds)
    added = {str(size): added_ms(size) for size in SIZES} if args.asterisk else {}
    figures = {
        "decisions_per_s": round(found.per_second),
        "prefixes": args.prefixes,
        "gateways": GATEWAYS,
        **({"added_ms": added} if added else {}),
        "carried_percent": round(100 * found.carried / found.decisions, 1),
    }
    carried = f"{figures['carried_percent']} % of the calls found a gateway"
    lines = [
        f"{figures['decisions_per_s']:,} decisions/s in the explaining function, one core",
        f"{args.prefixes:,} prefixes, {GATEWAYS} gateways, {CHOICES} on each route; {carried}",
    ]
    lines += [
        f"{milliseconds} ms added to a call in Asterisk with {int(size):,} prefixes"
        for size, milliseconds in added.items()
    ]
    return report.show(report.Report("route", figures, lines), as_json=args.json, where=where)
