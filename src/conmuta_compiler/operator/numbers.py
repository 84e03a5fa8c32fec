"""Numbers made E.164, and E.164 made what a carrier expects: rules, as Asterisk applies them.

The closest pattern decides; of two rules with one pattern the first stands. What no rule matches
stays as it is, without a leading `+`.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from conmuta_compiler.operator.patterns import closeness, expression
from conmuta_plan.operator import NumberRule
from conmuta_plan.outside import CallClass

LONGEST_PREFIX = 15
"""Digits of an E.164 number (ITU-T E.164), hence of any prefix that a table needs."""

E164 = re.compile(r"[1-9][0-9]*")
"""Short numbers (`SHORT`) are among them."""

Rules = tuple[NumberRule, ...]
ToE164 = tuple[tuple[str, int, str], ...]


@dataclass(frozen=True, slots=True)
class Applied:
    """A number after rules; `rule` None: none matched."""

    number: str
    rule: NumberRule | None


def plain(number: str) -> str:
    """`number` without hyphens and a leading `+`."""
    return number.replace("-", "").removeprefix("+")


def in_order(rules: Iterable[NumberRule]) -> Rules:
    """`rules` as Asterisk tries them; a pattern that comes twice is the first one's."""
    once = {rule.pattern: rule for rule in reversed(tuple(rules))}
    return tuple(sorted(once.values(), key=lambda rule: closeness(rule.pattern)))


class Rewriter:
    """Rules, ready for many numbers."""

    __slots__ = ("_rules",)

    def __init__(self, rules: Iterable[NumberRule]) -> None:
        self._rules = tuple((expression(rule.pattern).fullmatch, rule) for rule in in_order(rules))

    def __call__(self, number: str) -> Applied:
        """What the rules make of `number`, which may have a `+`, as patterns may."""
        given = number.replace("-", "")
        for fits, rule in self._rules:
            if fits(given):
                return Applied(rule.prepend + given[rule.strip :], rule)
        return Applied(given.removeprefix("+"), None)


@lru_cache(maxsize=4096)
def rewriter(rules: Rules) -> Rewriter:
    return Rewriter(rules)


def apply(rules: Rules, number: str) -> Applied:
    """What `rules` make of `number`."""
    return rewriter(rules)(number)


@lru_cache(maxsize=4096)
def _dialled(to_e164: ToE164) -> Rewriter:
    return Rewriter(NumberRule(pattern=p, strip=s, prepend=q) for p, s, q in to_e164)


def to_e164(item: CallClass, dialled: str) -> str | None:
    """What was dialled as E.164 digits; None where it is no number that a route could carry.

    A class without rules takes what is dialled for E.164. One with rules takes nothing else, so
    that a short number is not carried to a country whose code it happens to begin with.
    """
    if not item.to_e164:
        number = plain(dialled)
    else:
        found = _dialled(item.to_e164)(dialled)
        number = found.number if found.rule else ""
    return number if E164.fullmatch(number) else None


def prefixes(e164: str, longest: int = LONGEST_PREFIX) -> Iterator[str]:
    """Every prefix of `e164` that a table may have, the longest first, "" last."""
    return (e164[:length] for length in range(min(len(e164), longest), -1, -1))
