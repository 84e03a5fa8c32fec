"""Numbers made E.164, and E.164 made what a carrier expects: rules, as Asterisk applies them.

The closest pattern decides; of two rules with one pattern the first stands. What no rule matches
stays as it is, without a leading `+`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from conmuta_compiler.operator.patterns import closeness, expression
from conmuta_plan.operator import NumberRule
from conmuta_plan.outside import CallClass, Gateway

LONGEST_PREFIX = 15
"""Digits of an E.164 number (ITU-T E.164), hence of any prefix that a table needs."""

Rules = tuple[NumberRule, ...]


@dataclass(frozen=True, slots=True)
class Applied:
    """A number after rules; `rule` None: none matched."""

    number: str
    rule: NumberRule | None


def plain(number: str) -> str:
    """`number` without hyphens and a leading `+`."""
    return number.replace("-", "").removeprefix("+")


@lru_cache(maxsize=4096)
def in_order(rules: Rules) -> Rules:
    """`rules` as Asterisk tries them; a pattern that comes twice is the first one's."""
    once = {rule.pattern: rule for rule in reversed(rules)}
    return tuple(sorted(once.values(), key=lambda rule: closeness(rule.pattern)))


def apply(rules: Rules, number: str) -> Applied:
    """What `rules` make of `number`. Patterns may have a `+`, as numbers may."""
    given = number.replace("-", "")
    for rule in in_order(rules):
        if expression(rule.pattern).fullmatch(given):
            return Applied(rule.prepend + given[rule.strip :], rule)
    return Applied(plain(given), None)


@lru_cache(maxsize=4096)
def dialled_rules(item: CallClass) -> Rules:
    """A class's way to E.164 as rules."""
    return tuple(NumberRule(pattern=p, strip=s, prepend=q) for p, s, q in item.to_e164)


def to_e164(item: CallClass, dialled: str) -> str | None:
    """What was dialled as E.164 digits; None where it is no number that a route could carry.

    A class without rules takes what is dialled for E.164. One with rules takes nothing else, so
    that a short number is not carried to a country whose code it happens to begin with.
    """
    if not item.to_e164:
        number = plain(dialled)
    else:
        found = apply(dialled_rules(item), dialled)
        number = found.number if found.rule else ""
    return number if is_e164(number) else None


def is_e164(number: str) -> bool:
    """Digits, not beginning with 0. Short numbers under their country's code are among them."""
    return number.isascii() and number.isdigit() and number[0] != "0"


def sent(gateway: Gateway, rules: Rules, e164: str) -> str:
    """What is dialled at `gateway`: `rules`, then its own `strip` and `prepend`."""
    return gateway.prepend + apply(rules, e164).number[gateway.strip :]


def prefixes(e164: str, longest: int = LONGEST_PREFIX) -> Iterable[str]:
    """Every prefix of `e164` that a table may have, the longest first, "" last."""
    return (e164[:length] for length in range(min(len(e164), longest), -1, -1))
