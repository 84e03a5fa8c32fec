"""What a dial plan, a route or a table must look like. Pure."""

import re
from collections.abc import Iterator

from conmuta.apps.routing.contracts import (
    CarrierRoute,
    ClassKind,
    Destination,
    DialPlan,
    RoutingSettings,
    TableOfRoutes,
    TenantRouting,
)
from conmuta.apps.routing.presets import whole
from conmuta.apps.trunks.api import number_rule_faults
from conmuta.platform.countries import calling_code
from conmuta.platform.forms import named, range_faults, text_faults
from conmuta.platform.nouns import Fault
from conmuta.platform.sentences import said
from conmuta_compiler.agendas import minute
from conmuta_compiler.operator.decision import Refusal
from conmuta_compiler.operator.overlaps import findings
from conmuta_compiler.steps.common.findings import Finding

PREFIX = re.compile(r"([1-9][0-9]{0,14})?")
E164 = re.compile(r"[1-9][0-9]{2,14}")
REASONS = ("", Refusal.ROUTE, Refusal.COST)
MOST_WEIGHT = 1000
MOST_CHOICES = 50
LAST_CAUSE = 127


def dial_plan_faults(plan: DialPlan) -> Iterator[Fault]:
    """What is wrong in a dial plan; what is only doubtful, `dial_plan_findings` tells."""
    yield from named("name", plan.name)
    yield from text_faults("title", plan.title, 120)
    if plan.country:
        yield from _country_faults(("country",), plan.country)
    if plan.area and not (plan.area.isdigit() and plan.country):
        sentence = said(
            "`{area}` is no area code: digits without the national prefix, and a `country`.",
            area=plan.area,
        )
        yield Fault(("area",), sentence)
    yield from number_rule_faults(("rules",), plan.rules, to_e164=True)
    for index, rule in enumerate(plan.rules):
        if rule.kind is ClassKind.INTERNAL:
            sentence = said("internal numbers need no rule: extensions ring by themselves.")
            yield Fault(("rules", str(index), "kind"), sentence)


def dial_plan_findings(plan: DialPlan) -> tuple[Finding, ...]:
    """Rules that no number reaches, and numbers about which rules disagree."""
    every = whole(plan).rules
    rules = [(rule.pattern, (rule.kind, rule.strip, rule.prepend)) for rule in every]
    return findings(f"dial plan {plan.name}", rules)


def _country_faults(path: tuple[str, ...], country: str) -> Iterator[Fault]:
    try:
        calling_code(country)
    except KeyError:
        yield Fault(
            path,
            said("`{country}` is no country: two capital letters such as UY.", country=country),
        )


def route_faults(route: CarrierRoute) -> Iterator[Fault]:
    """What is wrong in a route."""
    yield from named("name", route.name)
    yield from range_faults(route, {"ring_seconds": (5, 600)})
    if len(route.choices) > MOST_CHOICES:
        yield Fault(("choices",), said("{most} gateways at most.", most=MOST_CHOICES))
    if route.reason not in REASONS:
        yield Fault(
            ("reason",), said("`{reason}` is no reason; one of route, cost.", reason=route.reason)
        )
    for index, cause in enumerate(route.stop_causes):
        if not 1 <= cause <= LAST_CAUSE:
            sentence = said(
                "{cause} is no cause of Q.850; 1 to {most}.",
                cause=cause,
                most=LAST_CAUSE,
            )
            yield Fault(("stop_causes", str(index)), sentence)
    if route.cost_limit is not None and route.cost_limit < 0:
        yield Fault(("cost_limit",), said("is below zero."))
    yield from _choice_faults(route)


def _choice_faults(route: CarrierRoute) -> Iterator[Fault]:
    for index, choice in enumerate(route.choices):
        place = ("choices", str(index))
        if not 0 <= choice.weight <= MOST_WEIGHT:
            yield Fault(
                (*place, "weight"),
                said(
                    "{given} is out of range; {least} to {most}.",
                    given=choice.weight,
                    least=0,
                    most=MOST_WEIGHT,
                ),
            )
        if choice.hours is not None:
            for name in ("starts", "ends"):
                clock = getattr(choice.hours, name)
                if not _is_clock(clock):
                    sentence = said(
                        "`{clock}` is no time; HH:MM, 24:00 is the end of the day.", clock=clock
                    )
                    yield Fault((*place, "hours", name), sentence)


def _is_clock(text: str) -> bool:
    try:
        minute(text)
    except ValueError:
        return False
    return True


def table_faults(table: TableOfRoutes) -> Iterator[Fault]:
    """What is wrong in a table of routes."""
    yield from named("name", table.name)
    yield from text_faults("title", table.title, 120)
    if table.base == table.name:
        yield Fault(("base",), said("a table cannot stand on itself."))
    seen: set[tuple[object, ...]] = set()
    for index, item in enumerate(table.destinations):
        place = ("destinations", str(index))
        yield from _destination_faults(place, item)
        key = (item.prefix, item.country, item.kind)
        if key in seen:
            yield Fault(place, said("stands above already, with another route: take one out."))
        seen.add(key)


def _destination_faults(place: tuple[str, ...], item: Destination) -> Iterator[Fault]:
    if (item.prefix is None) == (not item.country):
        yield Fault(
            place, said('give a `prefix` ("" is every number) or a `country`, and not both.')
        )
    elif item.prefix is None:
        yield from _country_faults((*place, "country"), item.country)
    elif not PREFIX.fullmatch(item.prefix):
        sentence = said(
            "`{prefix}` is no prefix: digits with the country's code, 15 at most.",
            prefix=item.prefix,
        )
        yield Fault((*place, "prefix"), sentence)
    if item.kind is not None and item.prefix is not None:
        yield Fault((*place, "kind"), said("goes with a `country`; a prefix says it by itself."))


def tenant_faults(tenant: TenantRouting) -> Iterator[Fault]:
    """What is wrong in how a tenant calls out."""
    for index, number in enumerate(tenant.foreign_caller_ids):
        if not E164.fullmatch(number):
            sentence = said(
                "`{number}` is no E.164 number: the country's code first, digits alone.",
                number=number,
            )
            yield Fault(("foreign_caller_ids", str(index)), sentence)


def settings_faults(settings: RoutingSettings) -> Iterator[Fault]:
    """There is nothing to get wrong but the only row's name."""
    if settings.name != "routing":
        yield Fault(("name",), said("is always `routing`."))
