"""A file of numbers becomes lines for COPY; what is wrong is told apart, row by row. Pure but for
the rows' iterator.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from conmuta.apps.numbering import e164, rules
from conmuta.apps.numbering.contracts import NumberState, Span
from conmuta.apps.numbering.errors import NotANumber
from conmuta.platform import bulk
from conmuta.platform.errors import Invalid
from conmuta.platform.sentences import said
from conmuta.platform.sheets import BadRows, BadSheet, Cells, Sheet

COLUMNS: Final[tuple[str, ...]] = (
    "number",
    "last",
    "state",
    "tenant",
    "until",
    "emergency_location",
    "ported_on",
    "note",
)
OTHER_NAMES: Final = {"range": "number", "first": "number", "numero": "number", "número": "number"}
_NULL = r"\N"
_PLAIN_ROW = f"\t{NumberState.FREE}\t{_NULL}\t{_NULL}\t\t{_NULL}\t"
"""What follows the two ends of a number of which nothing more is said."""


class WrongCell(Invalid):
    """{sentence}"""

    code = "numbering.wrong_cell"


@dataclass(frozen=True, slots=True)
class Known:
    """What a row may name: tenants' ids by slug, the country of numbers without a code, today."""

    tenants: Mapping[str, int]
    country: str
    today: date


@dataclass(slots=True)
class Staged:
    """Counts of what was read, while it is read."""

    bad: BadRows
    rows: int = 0
    numbers: int = 0


def lines(sheet: Sheet, known: Known, staged: Staged) -> Iterator[str]:
    """Each good row as a line of COPY's text: line, first, last, and its facts."""
    columns = [OTHER_NAMES.get(name, name) for name in sheet.columns]
    places = {name: columns.index(name) for name in COLUMNS if name in columns}
    if "number" not in places:
        titles = ", ".join(COLUMNS)
        raise BadSheet(
            name=said("The file"),
            reason=said(
                "no column is titled `{name}`; there are {titles}.", name="number", titles=titles
            ),
        )
    own, more = places.pop("number"), places
    for line, cells in sheet.rows:
        staged.rows += 1
        text = cells[own]
        try:
            yield _line(line, text, _more(more, cells), known, staged)
        except (NotANumber, WrongCell) as problem:
            told = problem.facts.get("reason") or problem.facts["sentence"]
            value = problem.facts.get("value", text)
            staged.bad.add(line, str(value), str(told))


def _more(places: Mapping[str, int], cells: Cells) -> dict[str, str]:
    return {name: cells[place] for name, place in places.items() if cells[place]}


def _line(line: int, text: str, more: Mapping[str, str], known: Known, staged: Staged) -> str:
    if not more and e164.is_valid(text):
        staged.numbers += 1
        return f"{line}\t{text}\t{text}{_PLAIN_ROW}\n"
    span = _span(text, more.get("last", ""), known.country)
    facts = _facts(more, known)
    staged.numbers += span.size
    return f"{line}\t{span.first}\t{span.last}\t{facts}\n"


def _span(first: str, last: str, country: str) -> Span:
    return rules.span_between(first, last, country) if last else rules.span_of(first, country)


def _facts(more: Mapping[str, str], known: Known) -> str:
    state, tenant = _state(more), _tenant(more, known)
    until = _day("until", more)
    if tenant is not None and "state" not in more:
        state = NumberState.ASSIGNED
    if (state is NumberState.ASSIGNED) != (tenant is not None):
        sentence = said("an assigned number, and no other, has a tenant.")
        raise WrongCell(value=more.get("tenant", state), sentence=sentence)
    if state is NumberState.QUARANTINED and until is None:
        until = rules.quarantine_ends(known.today)
    if state is not NumberState.QUARANTINED and until is not None:
        raise WrongCell(value=until, sentence=said("only a quarantined number has `until`."))
    texts = [_text(name, more) for name in ("emergency_location", "note")]
    days = [day.isoformat() if day else _NULL for day in (until, _day("ported_on", more))]
    owner = _NULL if tenant is None else str(tenant)
    return "\t".join((state, owner, days[0], texts[0], days[1], texts[1]))


def _state(more: Mapping[str, str]) -> NumberState:
    given = more.get("state", NumberState.FREE).strip().lower()
    if given not in [*NumberState]:
        sentence = said("is no state; there are {names}.", names=", ".join(NumberState))
        raise WrongCell(value=given, sentence=sentence)
    return NumberState(given)


def _tenant(more: Mapping[str, str], known: Known) -> int | None:
    slug = more.get("tenant", "").strip()
    if slug and slug not in known.tenants:
        raise WrongCell(value=slug, sentence=said("is not the slug of one of your companies."))
    return known.tenants.get(slug)


def _day(name: str, more: Mapping[str, str]) -> date | None:
    given = more.get(name, "").strip()
    if not given:
        return None
    try:
        return date.fromisoformat(given)
    except ValueError as error:
        sentence = said("is no day for `{name}`; write it as 2027-01-31.", name=name)
        raise WrongCell(value=given, sentence=sentence) from error


def _text(name: str, more: Mapping[str, str]) -> str:
    given = more.get(name, "").strip()
    if len(given) > rules.LONGEST_TEXT or "\0" in given:
        sentence = said("`{name}` has {most} letters at most.", name=name, most=rules.LONGEST_TEXT)
        raise WrongCell(value=given[:40], sentence=sentence)
    return bulk.as_text([given])
