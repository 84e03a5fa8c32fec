"""What a price table, its prices, terms and a guard must look like. Pure."""

import re
from collections.abc import Iterator
from typing import Final

from moneyed import CURRENCIES

from conmuta.apps.rating.contracts import MICRO, Ceilings, GuardPolicy, Rate, Tariff, Terms
from conmuta.platform.forms import named, range_faults, text_faults
from conmuta.platform.nouns import Fault
from conmuta.platform.sentences import said
from conmuta_plan.operator import UNBILLED

PREFIX = re.compile(r"([1-9][0-9]{0,14})?")
COUNTRY = re.compile(r"[A-Z]{2}|")
HIGHEST: Final = 1_000_000 * MICRO
LONGEST_STEP: Final = 3600


def table_faults(table: Tariff) -> Iterator[Fault]:
    """What is wrong in a price table."""
    yield from named("name", table.name)
    if table.name == UNBILLED:
        yield Fault(("name",), said("is the name of what nobody pays; call it otherwise."))
    yield from text_faults("title", table.title, 80)
    yield from range_faults(table, {"decimals": (0, 6)})
    if table.currency not in CURRENCIES:
        sentence = said(
            "`{currency}` is no currency; three letters such as UYU or USD.",
            currency=table.currency,
        )
        yield Fault(("currency",), sentence)


def rate_faults(rate: Rate) -> Iterator[Fault]:
    """What is wrong in a price."""
    if not PREFIX.fullmatch(rate.prefix):
        sentence = said(
            "`{prefix}` is no prefix: the first digits of E.164 numbers, without `+`.",
            prefix=rate.prefix,
        )
        yield Fault(("prefix",), sentence)
    if not COUNTRY.fullmatch(rate.country):
        sentence = said(
            "`{country}` is no country: two capital letters such as UY.", country=rate.country
        )
        yield Fault(("country",), sentence)
    yield from text_faults("destination", rate.destination, 80)
    amounts = {"per_minute": (0, HIGHEST), "setup": (0, HIGHEST)}
    steps = {"minimum": (0, LONGEST_STEP), "increment": (1, LONGEST_STEP)}
    yield from range_faults(rate, {**amounts, **steps})
    if rate.valid_until is not None and rate.valid_until < rate.valid_from:
        yield Fault(("valid_until",), said("is before `valid_from`; a price ends after it begins."))


def terms_faults(terms: Terms) -> Iterator[Fault]:
    """What is wrong in how a tenant pays."""
    if terms.prepaid and terms.prices is None:
        yield Fault(
            ("prices",), said("are needed where calls are paid before; name a price table.")
        )
    if terms.credit_limit is not None and terms.credit_limit < 0:
        yield Fault(
            ("credit_limit",), said("is below zero; say how far the balance may go below zero.")
        )


def guard_faults(policy: GuardPolicy) -> Iterator[Fault]:
    """What is wrong in a guard."""
    guard = policy.guard
    for index, country in enumerate(guard.countries):
        if not country or not COUNTRY.fullmatch(country):
            sentence = said(
                "`{country}` is no country: two capital letters such as UY.", country=country
            )
            yield Fault(("countries", str(index)), sentence)
    yield from _ceiling_faults("tenant", guard.tenant)
    yield from _ceiling_faults("each_extension", guard.each_extension)
    for number, ceilings in guard.extensions.items():
        yield from _ceiling_faults(f"extensions.{number}", ceilings)


def _ceiling_faults(where: str, ceilings: Ceilings) -> Iterator[Fault]:
    for name in ("money_per_day", "minutes_per_day", "calls_per_minute", "new_countries_per_day"):
        value = getattr(ceilings, name)
        if value is not None and value < 0:
            yield Fault((*where.split("."), name), said("is below zero; 0 lets nothing through."))
