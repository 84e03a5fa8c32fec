"""Price lists of any size: read, checked row by row, and merged in one transaction."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from django.db import connection, transaction
from django.db.models import F

from conmuta.apps.fleet import api as fleet
from conmuta.apps.rating import faults, models, queries, rules
from conmuta.apps.rating.contracts import ALWAYS, PriceImport, Rate
from conmuta.platform import audit, bulk, locks, sheets
from conmuta.platform.errors import Invalid
from conmuta.platform.scope import Scope
from conmuta.platform.sentences import said
from conmuta.platform.sheets import BadRows, BadSheet, Cells, Sheet

COLUMNS: Final[tuple[str, ...]] = queries.RATE_FIELDS
OTHER_NAMES: Final = {
    "code": "prefix",
    "dial_code": "prefix",
    "price": "per_minute",
    "rate": "per_minute",
    "price_per_minute": "per_minute",
    "description": "destination",
    "effective_date": "valid_from",
    "end_date": "valid_until",
}
RATES: Final = bulk.Target("rating_rate", ("operator_id", "table_id", *queries.RATE_FIELDS))
_VALUES: Final = ", ".join(queries.RATE_FIELDS[1:-2])
_NEWS: Final = f"""
    INSERT INTO rating_rate (operator_id, table_id, {", ".join(queries.RATE_FIELDS)})
    SELECT operator_id, table_id, {", ".join(queries.RATE_FIELDS)} FROM staging_rating_rate
    ON CONFLICT (table_id, prefix, valid_from) DO NOTHING
"""  # noqa: S608 — columns' names, all ours
_CHANGES: Final = f"""
    UPDATE rating_rate held SET ({_VALUES}, valid_until) = (
        {", ".join("told." + name for name in queries.RATE_FIELDS[1:-2])}, told.valid_until)
    FROM staging_rating_rate told
    WHERE held.table_id = told.table_id AND held.prefix = told.prefix
        AND held.valid_from = told.valid_from
        AND ({", ".join("held." + name for name in queries.RATE_FIELDS[1:-2])}, held.valid_until)
        IS DISTINCT FROM
        ({", ".join("told." + name for name in queries.RATE_FIELDS[1:-2])}, told.valid_until)
"""  # noqa: S608
_ENDED: Final = """
    UPDATE rating_rate held SET valid_until = %s
    WHERE held.table_id = %s AND held.valid_from < %s
        AND (held.valid_until IS NULL OR held.valid_until >= %s)
        AND NOT EXISTS (SELECT FROM staging_rating_rate told WHERE told.prefix = held.prefix)
"""
_GONE: Final = """
    DELETE FROM rating_rate held
    WHERE held.table_id = %s AND NOT EXISTS (
        SELECT FROM staging_rating_rate told
        WHERE told.prefix = held.prefix AND told.valid_from = held.valid_from
    )
"""


class WrongCell(Invalid):
    """{sentence}"""

    code = "rating.wrong_cell"


@transaction.atomic
def import_prices(
    scope: Scope, table: str, path: Path, *, valid_from: date = ALWAYS, complete: bool = False
) -> PriceImport:
    """Takes a CSV or XLSX price list into a table of the operator's. Good rows are taken though
    others are bad.

    `valid_from`: of rows that say no day. `complete`: prices that the list does not have end on
    the day before.
    """
    bad = BadRows()
    found, count = _read(sheets.read(path), valid_from, bad)
    added, changed, ended = _merged(scope, table, found, valid_from if complete else None)
    if added or changed or ended:
        counts = {"rows": count, "added": added, "changed": changed, "ended": ended}
        audit.record(scope, "imported", f"rating.price_table:{table}", after=counts)
    kept = tuple(sorted(bad.kept, key=lambda row: row.line))
    return PriceImport(
        rows=count, added=added, changed=changed, ended=ended, bad_count=bad.count, bad=kept
    )


def price_list(path: Path) -> tuple[list[Rate], BadRows]:
    """The prices of a list, and its bad rows; nothing is written."""
    bad = BadRows()
    found, _ = _read(sheets.read(path), ALWAYS, bad)
    return found, bad


@transaction.atomic
def put_rates(scope: Scope, table: str, wanted: Sequence[Rate], *, whole: bool = False) -> int:
    """Makes prices so; `whole`: and no others. How many rows changed. In one transaction."""
    for rate in wanted:
        for fault in faults.rate_faults(rate):
            whose = rate.prefix or said("The price of all else")
            sentence = f"{whose}: {fault.path[0]} {fault.sentence}"
            raise WrongCell(value=rate.prefix, sentence=sentence)
    added, changed, _ = _merged(scope, table, wanted, None)
    gone = _without_others(scope, table, wanted) if whole else 0
    total = added + changed + gone
    if total:
        counts = {"added": added, "changed": changed, "removed": gone}
        audit.record(scope, "priced", f"rating.price_table:{table}", after=counts)
    return total


def _merged(
    scope: Scope, table: str, found: Sequence[Rate], ends: date | None
) -> tuple[int, int, int]:
    locks.lock(scope)
    row = queries.table_row(scope, table)
    bulk.stage(RATES, [(row.operator_id, row.pk, *_cells(rate)) for rate in found])
    ended = 0
    with connection.cursor() as cursor:
        cursor.execute(_CHANGES)
        changed = cursor.rowcount
        cursor.execute(_NEWS)
        added = cursor.rowcount
        if ends is not None:
            cursor.execute(_ENDED, [ends - timedelta(days=1), row.pk, ends, ends])
            ended = cursor.rowcount
    if added or changed or ended:
        _turn(scope, row)
    return added, changed, ended


def _without_others(scope: Scope, table: str, wanted: Sequence[Rate]) -> int:
    row = queries.table_row(scope, table)
    bulk.stage(RATES, [(row.operator_id, row.pk, *_cells(rate)) for rate in wanted])
    with connection.cursor() as cursor:
        cursor.execute(_GONE, [row.pk])
        gone: int = cursor.rowcount
    if gone:
        _turn(scope, row)
    return gone


def _turn(scope: Scope, row: models.PriceTable) -> None:
    """This table's prices are others now."""
    models.PriceTable.objects.within(scope).filter(pk=row.pk).update(revision=F("revision") + 1)
    fleet.touch_operator(scope)


def _cells(rate: Rate) -> Iterable[object]:
    return (getattr(rate, name) for name in queries.RATE_FIELDS)


def _read(sheet: Sheet, valid_from: date, bad: BadRows) -> tuple[list[Rate], int]:
    columns = [OTHER_NAMES.get(name, name) for name in sheet.columns]
    places: dict[str, int] = {name: columns.index(name) for name in COLUMNS if name in columns}
    for needed in ("prefix", "per_minute"):
        if needed not in places:
            titles = ", ".join(COLUMNS)
            reason = said(
                "no column is titled `{name}`; there are {titles}.", name=needed, titles=titles
            )
            raise BadSheet(name=said("The price list"), reason=reason)
    found: dict[tuple[str, date], Rate] = {}
    lines: dict[tuple[str, date], int] = {}
    count = 0
    for line, cells in sheet.rows:
        count += 1
        for rate in _rates(line, places, cells, valid_from, bad):
            key = (rate.prefix, rate.valid_from)
            if key in found:
                twice = said("is here twice, first in line {line}. Keep one.", line=lines[key])
                bad.add(line, rate.prefix, twice)
            else:
                found[key], lines[key] = rate, line
    return list(found.values()), count


def _rates(
    line: int, places: Mapping[str, int], cells: Cells, valid_from: date, bad: BadRows
) -> Iterator[Rate]:
    more = {name: cells[place].strip() for name, place in places.items()}
    try:
        rate = rate_of(more, valid_from)
    except WrongCell as problem:
        bad.add(line, str(problem.facts["value"]), str(problem.facts["sentence"]))
        return
    wrong = next(faults.rate_faults(rate), None)
    if wrong is not None:
        bad.add(line, more.get(wrong.path[0], ""), wrong.sentence)
    else:
        yield rate


def rate_of(more: Mapping[str, str], valid_from: date = ALWAYS) -> Rate:
    """A price of texts by their columns. Raises `WrongCell`."""
    prefix = more["prefix"].removeprefix("+").replace(" ", "").removeprefix("00")
    return Rate(
        prefix=prefix,
        per_minute=_amount("per_minute", more),
        setup=_amount("setup", more),
        minimum=_whole("minimum", more, 0),
        increment=_whole("increment", more, 1),
        country=more.get("country", "").upper(),
        premium=_truth("premium", more),
        destination=more.get("destination", ""),
        valid_from=_day("valid_from", more) or valid_from,
        valid_until=_day("valid_until", more),
    )


def _amount(name: str, more: Mapping[str, str]) -> int:
    text = more.get(name, "") or "0"
    amount = rules.micro_of(text)
    if amount is None or (name == "per_minute" and not more.get(name)):
        sentence = said(
            "is no price for `{name}`; write it as 0.035, with six decimals at most.", name=name
        )
        raise WrongCell(value=more.get(name, ""), sentence=sentence)
    return amount


def _whole(name: str, more: Mapping[str, str], usual: int) -> int:
    text = more.get(name, "")
    if not text:
        return usual
    if not text.isdecimal():
        raise WrongCell(
            value=text, sentence=said("is no whole number of seconds for `{name}`.", name=name)
        )
    return int(text)


def _truth(name: str, more: Mapping[str, str]) -> bool:
    text = more.get(name, "").lower()
    if text not in ("", "true", "false", "yes", "no", "1", "0", "sí", "si"):
        raise WrongCell(
            value=text, sentence=said("is neither true nor false for `{name}`.", name=name)
        )
    return text in ("true", "yes", "1", "sí", "si")


def _day(name: str, more: Mapping[str, str]) -> date | None:
    text = more.get(name, "")
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        sentence = said("is no day for `{name}`; write it as 2027-01-31.", name=name)
        raise WrongCell(value=text, sentence=sentence) from error
