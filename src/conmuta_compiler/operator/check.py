"""What may be wrong with an operator's plan: letters that do not belong, names that come twice."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from conmuta_compiler.agendas import minute
from conmuta_compiler.atoms import (
    COUNTRY,
    NAME,
    NUMBER,
    PATTERN,
    SLUG,
    ZONE,
    Atom,
    check_addresses,
    check_letters,
    each,
    gateway_atoms,
    optional,
)
from conmuta_compiler.errors import InvalidPlan
from conmuta_compiler.operator.dialplan import ON_NET
from conmuta_compiler.references import THERE_OFTEN
from conmuta_compiler.steps.common.words import words
from conmuta_plan.operator import (
    Hours,
    NumberRule,
    OperatorGateway,
    OperatorPlan,
    PriceTable,
    Route,
    RouteTable,
)

LONGEST_CAUSE = 127
_ON_NET = (
    "this name is told of calls that stay on the network.",
    "este nombre se dice de las llamadas que quedan en la red.",
)
_NO_SECRET = (
    "it cannot prove who it is without a secret.",
    "no puede probar quién es sin un secreto.",
)
_STRIP = ("{digits} digits cannot be cut.", "no se pueden quitar {digits} dígitos.")
_WEIGHT = ("{weight} is no weight.", "{weight} no es un peso.")
_CAUSES = ("causes are 1 to 127 (Q.850).", "las causas son de 1 a 127 (Q.850).")
_HOURS = (
    "{starts}–{ends} is no stretch of time.",
    "{starts}–{ends} no es un intervalo de tiempo.",
)
_AMOUNTS = (
    "amounts are 0 or more, increments 1 or more.",
    "los importes son 0 o más, los incrementos 1 o más.",
)
PREFIX = re.compile(r"([1-9][0-9]{0,14})?")


def check_operator(plan: OperatorPlan) -> None:
    """Raises `InvalidPlan`, whose text says what is wrong and where."""
    check_letters(_atoms(plan))
    for gateway in plan.gateways:
        check_addresses(gateway)
        _check_gateway(gateway)
    for route in plan.routes:
        _check_route(route)
    _check_once("gateway", [gateway.name for gateway in plan.gateways])
    _check_once("route", [route.name for route in plan.routes])
    _check_once("route table", [table.name for table in plan.tables])
    _check_once("price table", [table.name for table in plan.prices])


def _check_once(what: str, given: Iterable[str]) -> None:
    for name, times in Counter(name.lower() for name in given).items():
        if times > 1:
            raise InvalidPlan(f"{what} {name}", words(*THERE_OFTEN, times=times))


def _check_gateway(gateway: OperatorGateway) -> None:
    where = f"gateway {gateway.name}"
    if gateway.name == ON_NET:
        raise InvalidPlan(where, words(*_ON_NET))
    if gateway.challenge and gateway.secret is None:
        raise InvalidPlan(where, words(*_NO_SECRET))
    for rule in (*gateway.inbound, *gateway.outbound, *gateway.caller_id_outbound):
        if rule.strip < 0:
            raise InvalidPlan(where, words(*_STRIP, digits=rule.strip))


def _check_route(route: Route) -> None:
    where = f"route {route.name}"
    for choice in route.choices:
        if choice.weight < 0:
            raise InvalidPlan(where, words(*_WEIGHT, weight=choice.weight))
        _check_hours(where, choice.hours)
    if not all(0 < cause <= LONGEST_CAUSE for cause in route.stop_causes):
        raise InvalidPlan(where, words(*_CAUSES))


def _check_hours(where: str, hours: Hours | None) -> None:
    if hours is None:
        return
    try:
        minute(hours.starts)
        minute(hours.ends)
    except ValueError as error:
        reason = words(*_HOURS, starts=hours.starts, ends=hours.ends)
        raise InvalidPlan(where, reason) from error


def _atoms(plan: OperatorPlan) -> Iterator[Atom]:
    yield Atom("operator", plan.operator, SLUG)
    yield Atom("operator, time zone", plan.time_zone, ZONE)
    yield Atom("operator, country", plan.country, COUNTRY)
    for gateway in plan.gateways:
        yield from _gateway(gateway)
    for route in plan.routes:
        where = f"route {route.name}"
        yield Atom(where, route.name, NAME)
        yield from each(f"{where}, gateway", (one.gateway for one in route.choices), NAME)
    for table in plan.tables:
        yield from _table("route table", table)
    for prices in plan.prices:
        yield from _prices(prices)


def _gateway(gateway: OperatorGateway) -> Iterator[Atom]:
    yield from gateway_atoms(gateway)
    rules = {
        "inbound": gateway.inbound,
        "outbound": gateway.outbound,
        "caller's number": gateway.caller_id_outbound,
    }
    for kind, given in rules.items():
        yield from _rules(f"gateway {gateway.name}, {kind}", given)


def _rules(where: str, rules: Iterable[NumberRule]) -> Iterator[Atom]:
    for rule in rules:
        yield Atom(where, rule.pattern, PATTERN)
        yield from optional(where, rule.prepend or None, NUMBER)


def _table(kind: str, table: RouteTable | PriceTable) -> Iterator[Atom]:
    where = f"{kind} {table.name}"
    yield Atom(where, table.name, NAME)
    yield from each(where, set(table.prefixes.values()), NAME)
    yield from each(f"{where}, prefix", table.prefixes, PREFIX)


def _prices(table: PriceTable) -> Iterator[Atom]:
    yield from _table("price table", table)
    where = f"price table {table.name}"
    yield Atom(f"{where}, currency", table.currency, NAME)
    for name, price in table.prices.items():
        yield Atom(f"{where}, price", name, NAME)
        yield Atom(f"{where}, price {name}, country", price.country, COUNTRY)
        if min(price.per_minute, price.setup, price.minimum) < 0 or price.increment < 1:
            raise InvalidPlan(f"{where}, price {name}", words(*_AMOUNTS))
