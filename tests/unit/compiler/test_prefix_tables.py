"""A prefix table's rows, read as the dialplan reads them, say what the longest prefix says."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some
from tests.support.operators import by_operator, carrier, operator, route

from conmuta_compiler import InvalidPlan, compile_operator, compile_tenant
from conmuta_compiler.operator import tables
from conmuta_node.astdb import rows_of
from conmuta_plan.operator import OperatorPlan, Price, PriceTable, RouteTable

NUMBERS = some.from_regex(r"[1-9][0-9]{0,12}", fullmatch=True)
PREFIXES = some.dictionaries(
    some.from_regex(r"([1-9][0-9]{0,7})?", fullmatch=True), some.sampled_from(("usual", "mobile"))
)


def look_up(plan: OperatorPlan, number: str) -> tuple[str, int]:
    """What the dialplan's look-up returns, and its reads."""
    [table] = tables.route_tables(plan)
    rows = rows_of(tables.operator(plan))
    family = table.root.partition("/")[0]
    key, lengths, usual = (*rows.get(f"/{table.root}/{number[:3]}", "//").split("/"),)
    reads = 1
    for length in filter(None, lengths.split("-")):
        reads += 1
        if value := rows.get(f"/{family}/{key}/{number[: int(length)]}"):
            return value, reads
    return usual, reads


@given(prefixes=PREFIXES, number=NUMBERS)
def test_the_longest_prefix_decides(prefixes: dict[str, str], number: str) -> None:
    plan = operator(tables=(RouteTable(name="basic", prefixes=prefixes),))
    longest = max((p for p in prefixes if number.startswith(p)), key=len, default=None)
    found, reads = look_up(plan, number)
    assert found == ("" if longest is None else prefixes[longest])
    assert reads <= 1 + len({len(p) for p in prefixes if p[:3] == number[:3]})


def test_one_prefix_more_changes_few_rows() -> None:
    prefixes = {f"{number}": "usual" for number in range(10_000, 60_000)}
    plan = operator(tables=(RouteTable(name="basic", prefixes=prefixes),))
    more = operator(tables=(RouteTable(name="basic", prefixes={**prefixes, "598241": "mobile"}),))
    before, after = rows_of(tables.operator(plan)), rows_of(tables.operator(more))
    assert len(after.items() - before.items()) < 1200


def test_a_price_says_all_that_the_ledger_asks() -> None:
    price = Price(per_minute=1_250_000, setup=50_000, minimum=30, increment=6, country="AR")
    table = PriceTable(name="world", currency="USD", prefixes={"54": "ar"}, prices={"ar": price})
    rows = rows_of(compile_operator(operator(prices=(table,)))["astdb.tsv"])
    assert "//1250000:50000:30:6:AR::USD" in rows.values()


def test_a_companys_numbers_are_its_rows() -> None:
    rows = rows_of(compile_tenant(by_operator("acme", "59824001000"))["astdb.tsv"])
    [leads] = rows.keys() - {"/o-norte-n/59824001000"}
    assert rows["/o-norte-n/59824001000"] == "acme"
    assert re.fullmatch(r"/o-norte-t-acme/[0-9a-f]{12}/59824001000", leads)
    assert rows[leads] == "::extension:550"


def test_a_number_that_leads_elsewhere_changes_two_lines_of_the_dialplan() -> None:
    before = by_operator("acme", *(f"598240{number}" for number in range(10000, 99999, 7)))
    first, *others = before.numbers
    diego = replace(first, target=replace(first.target, name="551"))
    after = replace(before, numbers=(diego, *others))
    old, new = (compile_tenant(plan)["extensions.conf"].splitlines() for plan in (before, after))
    changed = [(one, other) for one, other in zip(old, new, strict=True) if one != other]
    assert len(changed) == 2
    assert all("o-norte-t-acme/" in one for one, _ in changed)


@pytest.mark.parametrize(
    "wrong",
    [
        {"tables": (RouteTable(name="basic", prefixes={"0598": "usual"}),)},
        {"tables": (RouteTable(name="basic", prefixes={"5 9": "usual"}),)},
        {"routes": (route("usual", "centro"), route("usual", "sur"))},
        {"gateways": (carrier("on-net", "127.0.0.82"),)},
        {"gateways": (carrier("x", "127.0.0.82", challenge=True),)},
        {"gateways": (carrier("x]\n[general]", "127.0.0.82"),)},
        {"routes": (replace(route("usual", "centro"), stop_causes=(900,)),)},
        {"time_zone": "UTC?x"},
    ],
)
def test_a_plan_with_a_fault_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(InvalidPlan):
        compile_operator(operator(**wrong))
