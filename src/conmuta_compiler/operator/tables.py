"""astdb.tsv: prefix tables in AstDB, laid out so that a look-up is few reads, whatever the size.

A table is cut by the first three digits of a number into stretches. A stretch's rows are under a
digest of what they say (`o-O-r-TABLE/ROWS`, prefix → value); its row in the table's root
(`o-O-r-TABLE/ROOT`, three digits → `ROWS/LENGTHS/VALUE`) tells which lengths its prefixes have,
the longest first, and what the prefixes of three digits and fewer say. So a number costs one read
and at most one for each length of its own stretch.

Where a tenant's numbers of the stock lead is the same kind of table (`o-O-t-T/DIGEST`), with the
whole number as its key.

A row never changes: what is said otherwise has another digest. A change is new rows, then the
dialplan that names the new root, then away with the old rows; nobody ever reads half a table.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from conmuta_compiler import names
from conmuta_compiler.operator.decision import Refusal
from conmuta_compiler.operator.numbers import plain
from conmuta_plan import TenantPlan
from conmuta_plan.operator import OperatorPlan, PriceTable, Route
from conmuta_plan.outside import InboundNumber

FILE = "astdb.tsv"
STRETCH = 3
"""Digits that choose the stretch."""
_STARTS = tuple(str(number) for number in range(1, 10**STRETCH))
"""E.164 does not begin with 0."""
_DIGITS = 12
CODES = frozenset(Refusal)
"""A route without gateways has one of them as its reason, or other words."""
REFUSED = "!"
"""A route's value begins so where it has no gateway; a code of refusal follows."""

Row = tuple[str, str, str]
"""Family, key, value."""


@dataclass(frozen=True, slots=True)
class Table:
    """A prefix table; `root` is its family of three-digit rows, for the dialplan."""

    name: str
    root: str
    rows: tuple[Row, ...]


def stock_family(unit: str) -> str:
    """AstDB's family of an operator's numbers, E.164 → tenant."""
    return f"{unit}-n"


def numbers_family(unit: str, tenant: str) -> str:
    """AstDB's family of where a tenant's numbers of an operator's stock lead; a digest follows."""
    return f"{unit}-t-{tenant}"


def tenant(plan: TenantPlan) -> str:
    """The numbers that a tenant has of its operator's stock, "" where it has none."""
    if plan.operator is None:
        return ""
    family = stock_family(plan.operator.unit)
    mine = [(family, plain(each.number), plan.tenant) for each in plan.numbers if each.stock]
    return _text((*mine, *numbers_table(plan).rows))


def numbers_table(plan: TenantPlan) -> Table:
    """Where each number of the stock leads: `LANGUAGE:RECORD:KIND:NAME`."""
    values = {plain(each.number): _leads(each) for each in plan.numbers if each.stock}
    unit = plan.operator.unit if plan.operator else ""
    root = f"{numbers_family(unit, plan.tenant)}/{_digest(values)}"
    return Table("numbers", root, tuple((root, number, said) for number, said in values.items()))


def _leads(number: InboundNumber) -> str:
    record = {None: "", True: "yes", False: "no"}[number.record]
    return ":".join((number.language or "", record, number.target.kind, number.target.name))


def operator(plan: OperatorPlan) -> str:
    tables = (*route_tables(plan), *price_tables(plan))
    return _text(row for table in tables for row in table.rows)


def route_tables(plan: OperatorPlan) -> Iterator[Table]:
    said = {route.name: _route(plan.unit, route) for route in plan.routes}
    for each in plan.tables:
        values = {p: said.get(name, f"{REFUSED}route") for p, name in each.prefixes.items()}
        yield _table(f"{plan.unit}-r-{each.name}", each.name, values)


def price_tables(plan: OperatorPlan) -> Iterator[Table]:
    for each in plan.prices:
        said = dict(_prices(each))
        values = {p: said[name] for p, name in each.prefixes.items() if name in said}
        yield _table(f"{plan.unit}-p-{each.name}", each.name, values)


def _route(unit: str, route: Route) -> str:
    """What a route table says: how the route's context ends, or why there is none."""
    if route.choices:
        return names.context(unit, "route", route.name).removeprefix(f"{unit}-route-")
    return f"{REFUSED}{route.reason if route.reason in CODES else 'route'}"


def _prices(table: PriceTable) -> Iterator[tuple[str, str]]:
    for name, price in table.prices.items():
        numbers = (price.per_minute, price.setup, price.minimum, price.increment)
        premium = "1" if price.premium else ""
        yield name, ":".join((*map(str, numbers), price.country, premium, table.currency))


def _table(family: str, name: str, values: Mapping[str, str]) -> Table:
    long: dict[str, dict[str, str]] = defaultdict(dict)
    short = {}
    for prefix, value in values.items():
        if len(prefix) > STRETCH:
            long[prefix[:STRETCH]][prefix] = value
        else:
            short[prefix] = value
    rows: list[Row] = []
    starts: dict[str, str] = {}
    for start in _STARTS:
        stretch, usual = long.get(start), _longest(short, start)
        if stretch:
            key = _digest(stretch)
            rows += ((f"{family}/{key}", prefix, value) for prefix, value in stretch.items())
            starts[start] = f"{key}/{_lengths(stretch)}/{usual}"
        elif usual:
            starts[start] = f"//{usual}"
    root = f"{family}/{_digest(starts)}"
    rows += ((root, start, value) for start, value in starts.items())
    return Table(name, root, tuple(rows))


def _longest(short: Mapping[str, str], start: str) -> str:
    cuts = (start[:length] for length in range(len(start), -1, -1))
    return next((short[cut] for cut in cuts if cut in short), "")


def _lengths(prefixes: Iterable[str]) -> str:
    return "-".join(str(n) for n in sorted({len(prefix) for prefix in prefixes}, reverse=True))


def _digest(values: Mapping[str, str]) -> str:
    text = "\n".join(f"{key} {values[key]}" for key in sorted(values))
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]


def _text(rows: Iterable[Row]) -> str:
    return "".join(f"{family}\t{key}\t{value}\n" for family, key, value in sorted(rows))


def called(table: str) -> str:
    """A table's name as an extension: Asterisk passes over `-` there."""
    return table.replace("-", ".")
