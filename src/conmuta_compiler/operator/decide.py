"""What becomes of an outside call: the same as in the compiled dialplan, without Asterisk.

A call goes by the tenant's own gateways of its class, if any, then to the operator: on-net where
the number is another tenant's, else priced, guarded, and routed by the longest prefix.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from itertools import takewhile
from zoneinfo import ZoneInfo

from conmuta_compiler.agendas import covers
from conmuta_compiler.operator import numbers
from conmuta_compiler.operator.decision import (
    STOPS,
    Attempt,
    Decision,
    OutsideCall,
    Priced,
    Refusal,
    Skip,
)
from conmuta_compiler.operator.gateways import Outgoing
from conmuta_plan.agendas import AgendaEvent, Weekday
from conmuta_plan.operator import (
    Guard,
    Hours,
    OperatorLink,
    OperatorPlan,
    Price,
    Route,
    RouteChoice,
)
from conmuta_plan.outside import ClassKind


def decide(plan: OperatorPlan, link: OperatorLink, call: OutsideCall) -> Decision:
    """The decision on one call; for many, keep a `Router`."""
    return Router(plan).decide(link, call)


class Router:
    """An operator's plan, ready for many decisions."""

    def __init__(self, plan: OperatorPlan) -> None:
        self.plan = plan
        self.zone = ZoneInfo(plan.time_zone)
        self.gateways = {each.name: Outgoing(each) for each in plan.gateways}
        self.routes = {each.name: each for each in plan.routes}
        self.tables = {each.name: each for each in plan.tables}
        self.prices = {each.name: each for each in plan.prices}
        self.route_lengths = {each.name: _lengths(each.prefixes) for each in plan.tables}
        self.price_lengths = {each.name: _lengths(each.prefixes) for each in plan.prices}

    def decide(self, link: OperatorLink, call: OutsideCall) -> Decision:
        """Raises nothing: what cannot be carried is refused, with its code."""
        emergency = call.item.kind is ClassKind.EMERGENCY
        if call.suspended and not emergency:
            return Decision(call=call, refused=Refusal.SUSPENDED)
        if not call.item.operator:
            return Decision(call=call, refused=Refusal.ROUTE)
        e164 = numbers.to_e164(call.item, call.dialled)
        if e164 is None:
            return Decision(call=call, refused=Refusal.INVALID)
        decision = Decision(call=call, e164=e164)
        if self.plan.on_net and e164 in call.stock:
            return replace(decision, on_net=call.stock[e164])
        decision = self._routed(link, decision, e164)
        if emergency:
            return decision
        return self._guarded(link, decision, e164)

    def _routed(self, link: OperatorLink, decision: Decision, e164: str) -> Decision:
        """By which route, and its gateways."""
        table = self.tables.get(link.routes)
        found = _longest(table.prefixes, self.route_lengths[table.name], e164) if table else None
        if found is None:
            return replace(decision, refused=Refusal.ROUTE, table=link.routes)
        prefix, name = found
        route = self.routes.get(name, Route(name=name))
        refused = None if route.choices else _code(route.reason)
        return replace(
            decision,
            refused=refused,
            reason=route.reason,
            table=link.routes,
            prefix=prefix,
            route=name,
            attempts=tuple(self._attempts(link, decision.call, route, e164)),
            ring_seconds=route.ring_seconds,
        )

    def _guarded(self, link: OperatorLink, decision: Decision, e164: str) -> Decision:
        """Priced; refused where there is no price, or the guard keeps the destination closed."""
        if link.prices is None:
            return decision
        priced = self._priced(link.prices, e164)
        if priced is None:
            return replace(decision, refused=decision.refused or Refusal.COST, attempts=())
        refused = decision.refused or closed(link.guard, decision.call.country, priced.price)
        attempts = () if refused else decision.attempts
        return replace(decision, price=priced, refused=refused, attempts=attempts)

    def _priced(self, name: str, e164: str) -> Priced | None:
        table = self.prices.get(name)
        found = _longest(table.prefixes, self.price_lengths[name], e164) if table else None
        if table is None or found is None or found[1] not in table.prices:
            return None
        prefix, key = found
        price = table.prices[key]
        return Priced(table=name, prefix=prefix, name=key, price=price, currency=table.currency)

    def _attempts(
        self, link: OperatorLink, call: OutsideCall, route: Route, e164: str
    ) -> Iterator[Attempt]:
        """Every choice of the route in its turn."""
        local = call.at.astimezone(self.zone)
        stops = (*STOPS, *route.stop_causes)
        for turn, choice, total in turns(route.choices, local):
            gateway = self.gateways.get(choice.gateway)
            if gateway is None or total is None:
                reason = Skip.UNKNOWN if gateway is None else Skip.HOURS
                yield Attempt(gateway=choice.gateway, turn=turn, hours=choice.hours, skipped=reason)
                continue
            yield Attempt(
                gateway=choice.gateway,
                turn=turn,
                number=gateway.number(e164),
                identity=gateway.identity(link, call.shown),
                share=round(100 * choice.weight / total) if total else None,
                hours=choice.hours,
                stop_causes=stops,
            )


Turn = tuple[int, RouteChoice, int | None]
"""The turn, the choice, the sum of weights that share it: 0 where none do, None where closed."""


def turns(choices: tuple[RouteChoice, ...], local: datetime) -> Iterator[Turn]:
    """In which turn each choice comes; choices with a weight that follow each other share one."""
    turn = -1
    for index, choice in enumerate(choices):
        if not (index and choice.weight and choices[index - 1].weight):
            turn += 1
            total = _shared(choices[index:], local)
        yield turn, choice, total if is_open(choice.hours, local) else None


def _shared(choices: tuple[RouteChoice, ...], local: datetime) -> int:
    """The weights, in force now, of those that share the first one's turn."""
    weighted = takewhile(lambda choice: choice.weight, choices)
    return sum(each.weight for each in weighted if is_open(each.hours, local))


def _code(reason: str) -> Refusal:
    """A route without gateways says why in `reason`, by a code."""
    return Refusal(reason) if reason in set(Refusal) else Refusal.ROUTE


def _lengths(prefixes: Mapping[str, str]) -> tuple[int, ...]:
    """The lengths of a table's prefixes, the longest first: no others are looked up."""
    return tuple(sorted({len(prefix) for prefix in prefixes}, reverse=True))


def _longest(
    entries: Mapping[str, str], lengths: tuple[int, ...], e164: str
) -> tuple[str, str] | None:
    """The longest prefix of `e164` that the table has, and what stands there."""
    for length in lengths:
        prefix = e164[:length]
        found = entries.get(prefix)
        if found is not None:
            return prefix, found
    return None


def closed(guard: Guard, own_country: str, price: Price) -> Refusal | None:
    """What the guard refuses for the destination alone, whatever the funds."""
    if price.premium and not guard.premium:
        return Refusal.PREMIUM
    is_own = bool(price.country) and price.country == own_country
    if guard.every_country or is_own or price.country in guard.countries:
        return None
    return Refusal.CLOSED


def is_open(hours: Hours | None, local: datetime) -> bool:
    """Whether a wall-clock time of the operator's zone is within `hours`."""
    return hours is None or covers(_event(hours), local)


@lru_cache(maxsize=1024)
def _event(hours: Hours) -> AgendaEvent:
    """`hours` as an agenda's event, by whose rules they are read."""
    days = hours.weekdays or tuple(Weekday)
    return AgendaEvent(name="", value="", starts=hours.starts, ends=hours.ends, weekdays=days)
