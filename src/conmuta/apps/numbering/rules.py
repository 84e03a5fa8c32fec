"""Spans of numbers: read, joined, cut; and what a number may become. Pure; time is passed in."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from conmuta.apps.numbering import e164
from conmuta.apps.numbering.contracts import Facts, NumberState, Span, Stretch
from conmuta.apps.numbering.errors import NotANumber
from conmuta.platform.sentences import said

LARGEST_SPAN: Final = 1_000_000
QUARANTINE_DAYS: Final = 90
LONGEST_TEXT: Final = 200
DASHES = "–—"


def span_of(text: str, country: str = "") -> Span:
    """`59824001000`, or `59824001000-59824001999`. Raises `NotANumber`.

    A part that is shorter than the first is its end: `59824001000-1999`.
    """
    for dash in DASHES:
        text = text.replace(dash, "-")
    whole = _number(text, country)
    if whole is not None:
        return Span(whole, whole)
    first, dash, last = text.partition("-")
    if not dash:
        raise NotANumber(value=text, reason=_why_not(text, country))
    return span_between(first, last, country)


def span_between(first: str, last: str, country: str = "") -> Span:
    """The span of these two ends. Raises `NotANumber`."""
    begin = _number(first, country)
    if begin is None:
        raise NotANumber(value=first.strip(), reason=_why_not(first, country))
    ending, digits = last.strip().replace(" ", ""), str(begin)
    if ending.isdigit() and len(ending) < len(digits):
        ending = digits[: -len(ending)] + ending
    end = _number(ending, "") or _number(last, country)
    if end is None:
        raise NotANumber(value=last.strip(), reason=_why_not(last, country))
    return _checked(Span(begin, end))


def _checked(span: Span) -> Span:
    if len(str(span.first)) != len(str(span.last)) or span.first > span.last:
        raise NotANumber(
            value=span, reason=said("ends before it begins. Write the lower number first.")
        )
    if span.size > LARGEST_SPAN:
        reason = said(
            "has {count} numbers; a range has {most} at most. Cut it in parts.",
            count=span.size,
            most=LARGEST_SPAN,
        )
        raise NotANumber(value=span, reason=reason)
    for number in range(span.first, span.last + 1):
        if not e164.is_valid(str(number)):
            raise NotANumber(value=number, reason=said("of this range is no number in use."))
    return span


def _number(text: str, country: str) -> int | None:
    digits = text if e164.is_valid(text) else e164.normalised(text.strip(), country)
    return int(digits) if digits else None


def _why_not(text: str, country: str) -> str:
    if not any(map(str.isdigit, text)):
        return said(
            "is no telephone number. Write it with its country code, such as +598 2400 1000."
        )
    if country:
        return said(
            "is no number in use, nor one of {country}. Write it with its country code: "
            "+598 2400 1000.",
            country=country,
        )
    return said("is no number in use. Write it with its country code: +598 2400 1000.")


def joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The same numbers in as few stretches as can be. They may not overlap."""
    found: list[Stretch] = []
    for each in sorted(stretches, key=lambda stretch: stretch.span):
        last = found[-1] if found else None
        if last and last.facts == each.facts and last.span.last + 1 == each.span.first:
            found[-1] = replace(last, span=Span(last.span.first, each.span.last))
        else:
            found.append(each)
    return found


def overlap(spans: Iterable[Span]) -> Span | None:
    """The first numbers that two of `spans` have."""
    last: Span | None = None
    for span in sorted(spans):
        if last and span.first <= last.last:
            return Span(span.first, min(span.last, last.last))
        last = span
    return None


def differing(wanted: Iterable[Stretch], current: Iterable[Stretch]) -> list[Stretch]:
    """The parts of `wanted` that `current` has not, or has with other facts."""
    have = _by_facts(current)
    found = []
    for facts, spans in _by_facts(wanted).items():
        rest = without(spans, have.get(facts, []))
        found += [Stretch(span=span, facts=facts) for span in rest]
    return sorted(found, key=lambda stretch: stretch.span)


Layer = tuple[Span, Callable[[Facts], Facts]]
"""Numbers, and what becomes of what is known of them."""


def overlaid(current: Iterable[Stretch], layers: Sequence[Layer]) -> list[Stretch]:
    """The numbers that `layers` name, as they are once each layer, in order, has had its way."""
    have = deque(joined(current))
    begins: dict[int, list[int]] = {}
    ends: dict[int, list[int]] = {}
    for index, (span, _) in enumerate(layers):
        begins.setdefault(span.first, []).append(index)
        ends.setdefault(span.last + 1, []).append(index)
    cuts = {*begins, *ends, *(s.span.first for s in have), *(s.span.last + 1 for s in have)}
    active: set[int] = set()
    found = []
    for first, after in pairwise(sorted(cuts)):
        active |= {*begins.get(first, ())}
        active -= {*ends.get(first, ())}
        while have and have[0].span.last < first:
            have.popleft()
        known = have[0].facts if have and have[0].span.first <= first else Facts()
        if active:
            for index in sorted(active):
                known = layers[index][1](known)
            found.append(Stretch(span=Span(first, after - 1), facts=known))
    return joined(found)


def outside(current: Iterable[Stretch], spans: Iterable[Span]) -> list[Stretch]:
    """The parts of `current` that lie in none of `spans`."""
    taken = sorted(spans)
    found = []
    for facts, there in _by_facts(current).items():
        found += [Stretch(span=span, facts=facts) for span in without(there, taken)]
    return sorted(found, key=lambda stretch: stretch.span)


def _by_facts(stretches: Iterable[Stretch]) -> dict[Facts, list[Span]]:
    found: dict[Facts, list[Span]] = {}
    for each in joined(stretches):
        found.setdefault(each.facts, []).append(each.span)
    return found


def without(spans: Iterable[Span], gone: Iterable[Span]) -> Iterator[Span]:
    """`spans` less the numbers of `gone`; each sorted, and none overlapping within itself."""
    waiting = deque(gone)
    for span in spans:
        first = span.first
        while waiting and waiting[0].last < first:
            waiting.popleft()
        while waiting and waiting[0].first <= span.last:
            if first < waiting[0].first:
                yield Span(first, waiting[0].first - 1)
            first = waiting[0].last + 1
            if first > span.last:
                break
            waiting.popleft()
        if first <= span.last:
            yield Span(first, span.last)


def in_force(facts: Facts, today: date) -> Facts:
    """A quarantine that is over has left the number free."""
    over = facts.until is not None and facts.until < today
    if facts.state is NumberState.QUARANTINED and over:
        return replace(facts, state=NumberState.FREE, until=None)
    return facts


def quarantine_ends(today: date, days: int = QUARANTINE_DAYS) -> date:
    return today + timedelta(days=days)
