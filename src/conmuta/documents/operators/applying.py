"""A file becomes an operator, through the apps' actions, in one transaction."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final

from django.db import transaction
from django.utils import timezone

from conmuta.apps.numbering import api as numbering
from conmuta.apps.numbering.contracts import Stretch
from conmuta.apps.tenancy import api as tenancy
from conmuta.documents import references
from conmuta.documents.applying import Applied
from conmuta.documents.differences import (
    Difference,
    FieldDifference,
    changed,
    default,
    differences,
)
from conmuta.documents.form import OPERATOR, Objects
from conmuta.documents.operators import prices, stock
from conmuta.documents.operators.form import OperatorDocument
from conmuta.documents.operators.sections import SECTIONS
from conmuta.documents.tree import BadDocument
from conmuta.documents.trying import refuse_what_does_not_compile, undone
from conmuta.platform import nouns
from conmuta.platform.scope import Scope

NOBODY: Final[Objects] = {}
STAYING: Final = "tenants"
"""What a file never removes: a company ends by its own verb, with time to take its data along."""


@dataclass(frozen=True, slots=True)
class _Found:
    """What is there, and what the file makes of it."""

    objects: Objects
    listed: list[Difference]
    changes: list[Stretch]
    left: list[Stretch]

    def told(self, numbers: list[Stretch], *, remove: bool) -> tuple[Difference, ...]:
        spans = stock.differences(self.changes, self.left, numbers, remove=remove)
        return (*self.listed, *spans)


def preview(
    scope: Scope, document: OperatorDocument, folder: Path | None = None, *, remove: bool = False
) -> Applied:
    """What `apply` would change: it is applied, and undone.

    Needs a scope as `apply` does, and raises as it does.
    """
    with undone():
        return apply(scope, document, folder, remove=remove)


def apply(
    scope: Scope, document: OperatorDocument, folder: Path | None = None, *, remove: bool = False
) -> Applied:
    """Makes the operator as the file says. A file that changes nothing writes nothing.

    In the system's scope, or in the operator's own, where its facts stay as they are. Raises
    `BadDocument`, or the `Problem` of the action that refuses; then nothing has changed.
    """
    ready = _listed(document, folder)
    with transaction.atomic():
        nouns.lock_name(f"operator {ready.operator.slug}")
        before = _operator(scope, ready)
        operator_id = _put_operator(scope, ready, before)
        with Scope.for_operator(operator_id, scope.actor).active() as own:
            nouns.lock(own)
            numbers = numbering.stretches(own)
            found = _found(ready, load(own) if before else NOBODY, numbers, remove=remove)
            _write(own, ready, found, remove=remove)
            facts = _fact_differences(ready, before)
            told = (*facts, *found.told(numbers, remove=remove))
            if told:
                refuse_what_does_not_compile(own)
    return Applied(tenant=ready.operator.slug, differences=told, passwords={})


def load(scope: Scope) -> Objects:
    """Everything that an operator has but its numbers, by section and key."""
    return {section.name: section.load(scope) for section in SECTIONS}


def _listed(document: OperatorDocument, folder: Path | None) -> OperatorDocument:
    """With the prices of the lists beside the file."""
    tables = document.objects.get("price_tables")
    if not tables:
        return document
    found, wrong = prices.with_files(tables, folder)
    faults = [document.fault(("price_tables", name, "file"), text) for name, text in wrong]
    if faults:
        raise BadDocument(faults)
    return replace(document, objects={**document.objects, "price_tables": found})


def _operator(scope: Scope, document: OperatorDocument) -> tenancy.OperatorView | None:
    slug = document.operator.slug
    return next((each for each in tenancy.operators(scope) if each.slug == slug), None)


def _put_operator(
    scope: Scope, document: OperatorDocument, before: tenancy.OperatorView | None
) -> int:
    slug, facts = document.operator.slug, document.facts
    if before is None:
        return tenancy.create_operator(scope, slug, facts).id
    if facts != before.facts:  # an operator's own programs may not even try
        tenancy.change_operator(scope, slug, facts)
    return before.id


def _found(
    document: OperatorDocument, current: Objects, numbers: list[Stretch], *, remove: bool
) -> _Found:
    objects = document.objects
    faults = references.check(document, NOBODY if remove else current, SECTIONS)
    if faults:
        raise BadDocument(faults)
    listed = differences(objects, current, remove=remove, sections=SECTIONS)
    listed = [
        replace(each, verb="left") if each.verb == "removed" and each.section == STAYING else each
        for each in listed
    ]
    rests = numbering.quarantine_ends(timezone.now().date())
    changes = stock.wanted(objects, numbers, rests, remove=remove)
    return _Found(current, listed, changes, stock.unnamed(objects, numbers))


def _fact_differences(
    document: OperatorDocument, before: tenancy.OperatorView | None
) -> Iterator[Difference]:
    slug, facts = document.operator.slug, document.facts
    if before is None:
        yield Difference(OPERATOR, slug, "created")
    elif before.facts != facts:
        old, new = asdict(before.facts), asdict(facts)
        fields = tuple(
            FieldDifference(name, str(old[name]), str(value))
            for name, value in new.items()
            if old[name] != value
        )
        yield Difference(OPERATOR, slug, "changed", fields)


def _write(scope: Scope, document: OperatorDocument, found: _Found, *, remove: bool) -> None:
    for section in SECTIONS:
        asked = document.objects.get(section.name, {})
        specs = changed(section, asked, found.objects.get(section.name, {}))
        if specs:
            section.save(scope, specs)
    stock.write(scope, found.changes, found.left, remove=remove)
    for section in reversed(SECTIONS):
        gone = [
            each.key
            for each in found.listed
            if each.verb == "removed" and each.section == section.name
        ]
        if gone and section.remove is not None:
            section.remove(scope, gone)
        elif gone:
            section.save(scope, [default(section)])
