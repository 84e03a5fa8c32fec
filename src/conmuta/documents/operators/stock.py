"""The numbers of an operator's file: whatever way they are cut into ranges, they are a set."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, replace
from datetime import date
from functools import partial
from typing import Any

from conmuta.apps.numbering import api as numbering
from conmuta.apps.numbering.contracts import Facts, NumberState, Span, Stretch
from conmuta.documents.differences import Difference, FieldDifference
from conmuta.documents.form import Objects
from conmuta.documents.operators import entries
from conmuta.platform.scope import Scope

NAME = "numbers"


def wanted(
    objects: Objects, current: Sequence[Stretch], rests: date, *, remove: bool
) -> list[Stretch]:
    """What must become of numbers that are not yet as the file says.

    `remove`: numbers that a tenant has beyond those that the file gives it rest until `rests`.
    """
    layers = [
        (entries.span_of(entry), partial(entries.facts_with, entry))
        for entry in objects.get(NAME, {}).values()
    ]
    given = dict(_given(objects))
    if remove:
        layers += [(span, partial(_resting, rests)) for span in _beyond(given, current)]
    for slug, spans in given.items():
        layers += [(span, partial(_assigned, slug)) for span in spans]
    return numbering.differing(numbering.overlaid(current, layers), current)


def _given(objects: Objects) -> Iterator[tuple[str, list[Span]]]:
    for slug, company in objects.get("tenants", {}).items():
        if company.numbers is not None:
            yield slug, [numbering.span_of(text) for text in company.numbers]


def _beyond(given: dict[str, list[Span]], current: Iterable[Stretch]) -> list[Span]:
    held = [each for each in current if each.facts.tenant in given]
    named = [span for spans in given.values() for span in spans]
    return [each.span for each in numbering.outside(held, named)]


def _assigned(slug: str, known: Facts) -> Facts:
    return replace(known, state=NumberState.ASSIGNED, tenant=slug, until=None)


def _resting(until: date, known: Facts) -> Facts:
    return replace(known, state=NumberState.QUARANTINED, tenant=None, until=until)


def unnamed(objects: Objects, current: Sequence[Stretch]) -> list[Stretch]:
    """Numbers of the stock that the file does not have."""
    named = [entries.span_of(entry) for entry in objects.get(NAME, {}).values()]
    named += [span for _, spans in _given(objects) for span in spans]
    silent = [slug for slug, each in objects.get("tenants", {}).items() if each.numbers is None]
    held = [each for each in current if each.facts.tenant not in silent]
    return numbering.outside(held, named)


def differences(
    changes: Iterable[Stretch], left: Iterable[Stretch], current: Sequence[Stretch], *, remove: bool
) -> Iterator[Difference]:
    """What is told of them."""
    starts = [each.span.first for each in current]
    for change in changes:
        place = bisect_right(starts, change.span.first) - 1
        there = current[place] if place >= 0 else None
        before = there.facts if there and change.span.first <= there.span.last else None
        verb = "created" if before is None else "changed"
        shown = tuple(_fields(before, change.facts))
        yield Difference(NAME, str(change.span), verb, shown)
    for each in left:
        yield Difference(NAME, str(each.span), "removed" if remove else "left")


def _fields(before: Facts | None, after: Facts) -> Iterator[FieldDifference]:
    for item in fields(Facts):
        was, now = getattr(before or Facts(), item.name), getattr(after, item.name)
        if was != now:
            yield FieldDifference(item.name, _text(was), _text(now))


def _text(value: Any) -> str:
    return str(value) if value not in (None, "") else "—"


def write(
    scope: Scope, changes: Sequence[Stretch], left: Sequence[Stretch], *, remove: bool
) -> None:
    """Makes it so."""
    if changes:
        numbering.put(scope, changes)
    if remove and left:
        numbering.put(scope, [Stretch(span=each.span) for each in left])
        numbering.remove(scope, [each.span for each in left])


def sections(current: Iterable[Stretch]) -> tuple[list[entries.NumbersEntry], dict[str, list[str]]]:
    """The stock as a file has it: what is known of numbers, and which tenant has which."""
    plain: list[Stretch] = []
    held: dict[str, list[Stretch]] = {}
    for each in current:
        facts = each.facts
        if facts.tenant is not None:
            held.setdefault(facts.tenant, []).append(Stretch(span=each.span))
            facts = replace(facts, tenant=None, state=NumberState.FREE)
        plain.append(Stretch(span=each.span, facts=facts))
    spans = {
        slug: [str(each.span) for each in numbering.joined(all_)] for slug, all_ in held.items()
    }
    return [_entry(each) for each in numbering.joined(plain)], spans


def _entry(stretch: Stretch) -> entries.NumbersEntry:
    facts = stretch.facts
    return entries.NumbersEntry(
        span=str(stretch.span),
        state=None if facts.state is NumberState.FREE else facts.state,
        until=facts.until,
        emergency_location=facts.emergency_location,
        ported_on=facts.ported_on,
        note=facts.note,
    )
