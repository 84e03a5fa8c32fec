"""An operator's file, read: its facts, its objects and its numbers, checked among themselves."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

from conmuta.apps.numbering import api as numbering
from conmuta.apps.numbering.contracts import Span
from conmuta.apps.numbering.errors import NotANumber
from conmuta.apps.tenancy import api as tenancy
from conmuta.documents.form import (
    MARK,
    OPERATOR,
    Document,
    Parser,
    is_blank,
    section_of,
    top_of,
    value_faults,
)
from conmuta.documents.operators.entries import OperatorEntry
from conmuta.documents.operators.reading import OperatorReader
from conmuta.documents.operators.sections import BY_NAME, NUMBERS, SECTIONS
from conmuta.documents.reading import Path
from conmuta.documents.tree import BadDocument, LineFault, Table, parse
from conmuta.platform.sentences import said


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorDocument(Document):
    """An operator's file."""

    operator: OperatorEntry

    @property
    def language(self) -> str:
        """In which its people read."""
        return self.operator.language

    @property
    def facts(self) -> tenancy.OperatorFacts:
        """What describes it to tenancy."""
        names = [item.name for item in fields(tenancy.OperatorFacts)]
        return tenancy.OperatorFacts(**{name: getattr(self.operator, name) for name in names})


def is_operators(top: Table) -> bool:
    """Whether a file with these fields is an operator's."""
    return OPERATOR in top.entries


def read(text: str, parser: Parser = parse) -> OperatorDocument:
    """The document in `text`. Raises `BadDocument` with every fault found."""
    return read_top(top_of(parser(text)))


def read_top(top: Table) -> OperatorDocument:
    """The same of a file whose fields these are."""
    document = _read(top)
    faults = [*_fact_faults(document), *value_faults(document, (*SECTIONS, NUMBERS))]
    faults = faults or [*_number_faults(document)]
    if faults:
        raise BadDocument(faults)
    return document


def _read(top: Table) -> OperatorDocument:
    faults = [
        LineFault(
            line,
            (name,),
            said("is not a section; there are operator, {names}.", names=", ".join(BY_NAME)),
        )
        for name, line in top.lines.items()
        if name not in BY_NAME and name not in (MARK, OPERATOR)
    ]
    lines: dict[Path, int] = {(name,): line for name, line in top.lines.items()}
    head = OperatorReader(lines=lines)
    empty = Table(top.line, {}, {})
    operator = head.record(top.entries.get(OPERATOR, empty), OperatorEntry, (OPERATOR,))
    faults += head.faults
    objects = {}
    for name, tree in top.entries.items():
        if name in BY_NAME and not is_blank(tree):
            reader = OperatorReader(secrets=BY_NAME[name].secrets, lines=lines)
            objects[name] = section_of(reader, tree, BY_NAME[name])
            faults += reader.faults
    if faults or not isinstance(operator, OperatorEntry):
        raise BadDocument(faults)
    return OperatorDocument(operator=operator, objects=objects, lines=lines)


def _fact_faults(document: OperatorDocument) -> Iterator[LineFault]:
    wrong = tenancy.wrong_operator(document.operator.slug, document.facts)
    for name, wanted in wrong.items():
        yield document.fault((OPERATOR, name), said("must be {wanted}.", wanted=wanted))


def _number_faults(document: OperatorDocument) -> Iterator[LineFault]:
    """Numbers that two ranges of the stock have, or two tenants."""
    own = [(key, ("numbers", key)) for key in document.objects.get("numbers", {})]
    yield from _overlaps(document, own)
    held = [
        (text, ("tenants", slug, "numbers", str(index)))
        for slug, company in document.objects.get("tenants", {}).items()
        for index, text in enumerate(company.numbers or ())
    ]
    yield from _overlaps(document, held)


def _overlaps(document: OperatorDocument, named: Sequence[tuple[str, Path]]) -> Iterator[LineFault]:
    spans = sorted((_span(text), path) for text, path in named)
    last: Span | None = None
    for span, path in spans:
        if last is not None and span.first <= last.last:
            sentence = said(
                "`{first}` is in two places of this file. A number is in one only.",
                first=span.first,
            )
            yield document.fault(path, sentence)
        if last is None or span.last > last.last:
            last = span


def _span(text: str) -> Span:
    try:
        return numbering.span_of(text)
    except NotANumber:
        return Span(0, -1)
