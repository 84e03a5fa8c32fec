"""The ledger's arithmetic is that of the plan, and no run of calls spends more than there is."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support_node.plans import small_plan

from conmuta_node.ledger.book import FILE, Ledger
from conmuta_node.ledger.schema import affordable, cost
from conmuta_plan import charging
from conmuta_plan.node import FundsTold, LedgerKind
from conmuta_plan.operator import Ceilings, Guard, OperatorLink, Price

PRICES = st.builds(
    Price,
    per_minute=st.integers(0, 10**8),
    setup=st.integers(0, 10**7),
    minimum=st.integers(0, 120),
    increment=st.integers(1, 60),
)
ROW = "(SELECT ? AS per_minute, ? AS setup, ? AS minimum, ? AS increment) p"
ASK = (
    "INSERT INTO calls (id, linkedid, tenant, extension, number, per_minute, setup, minimum,"
    " increment, country, is_premium, currency)"
    " VALUES (?, ?, 'acme', ?, '59899123456', ?, ?, ?, ?, 'UY', 0, 'USD')"
)


@pytest.fixture(scope="module")
def memory() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as sql:
        yield sql


def fields(price: Price) -> tuple[int, int, int, int]:
    return price.per_minute, price.setup, price.minimum, price.increment


@given(price=PRICES, seconds=st.integers(0, 20_000), amount=st.integers(0, 10**11))
def test_sql_and_python_charge_alike(
    memory: sqlite3.Connection, price: Price, seconds: int, amount: int
) -> None:
    charged, longest = memory.execute(
        f"SELECT {cost(str(seconds), 'p')}, {affordable(str(amount), 'p')} FROM {ROW}",  # noqa: S608
        fields(price),
    ).fetchone()
    assert charged == charging.cost(price, seconds)
    assert longest == charging.affordable_seconds(price, amount)


@given(price=PRICES, amount=st.integers(0, 10**11))
def test_what_is_affordable_is_paid_for_and_one_step_more_is_not(price: Price, amount: int) -> None:
    seconds = charging.affordable_seconds(price, amount)
    if seconds:
        assert charging.cost(price, seconds) <= amount
    if 0 < seconds < charging.DAY_SECONDS - price.increment:
        assert charging.cost(price, seconds + price.increment) > amount


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    funds=st.integers(0, 10**8),
    ceiling=st.integers(0, 10**8),
    calls=st.lists(st.tuples(PRICES, st.integers(0, 4000)), max_size=12),
)
def test_no_run_of_calls_spends_more_than_there_is(
    tmp_path: Path, funds: int, ceiling: int, calls: list[tuple[Price, int]]
) -> None:
    """Each talks as long as it likes, or until its slice ends it; some are up together."""
    for path in tmp_path.glob(f"{FILE}*"):
        path.unlink()
    ledger = Ledger(tmp_path / FILE)
    ledger.open()
    guard = Guard(tenant=Ceilings(money_per_day=ceiling))
    link = OperatorLink(unit="o-test", routes="r", prices="p", prepaid=True, guard=guard)
    ledger.put(small_plan(operator=link))
    last = ledger.news(0)[-1].id
    ledger.tell_funds("acme", FundsTold(amount=funds, currency="USD", as_of=last))
    with closing(sqlite3.connect(ledger.path, isolation_level=None)) as sql:
        sql.execute("PRAGMA synchronous=OFF")
        for number, (price, talk) in enumerate(calls):
            sql.execute(ASK, (f"{number}", "1.1", f"55{number % 3}", *fields(price)))
            if number % 3 == 2:
                end_all(sql, talk)
        end_all(sql, 10_000)
    spent = [each.amount for each in ledger.news(last) if each.kind is LedgerKind.CHARGE]
    assert sum(spent) <= min(funds, ceiling)
    assert ledger.funds_left("acme") == funds - sum(spent)
    assert ledger.open_calls() == []


def end_all(sql: sqlite3.Connection, talk: int) -> None:
    up = sql.execute("SELECT id, seconds FROM calls WHERE reason = ''").fetchall()
    for name, seconds in up:
        ended = min(talk, seconds) + 1000.5
        sql.execute("INSERT INTO ended VALUES (?, ?, ?)", (name, 1000.0, ended))
