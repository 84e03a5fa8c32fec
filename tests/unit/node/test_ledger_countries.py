"""How many new countries a company and its extensions may call in a day, by the node's ledger:
real statements in real SQLite, asked as Asterisk asks."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from tests.support_node.plans import small_plan

from conmuta_node.ledger.book import FILE, Ledger
from conmuta_plan.operator import Ceilings, Guard, OperatorLink

ASK = (
    "INSERT INTO calls (id, linkedid, tenant, extension, number, per_minute, setup, minimum,"
    " increment, country, is_premium, currency, admitted)"
    " VALUES (?, '1.1', ?, ?, '5350000000', 1000, 0, 0, 1, ?, 0, 'USD', ?)"
)
DAY = 86_400
ZONE = ZoneInfo("America/Montevideo")

Dial = Callable[..., str]
"""`dial(extension, country)`: an answered call, or the code of its refusal."""


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    made = Ledger(tmp_path / FILE)
    made.open()
    return made


@pytest.fixture
def dial(ledger: Ledger) -> Iterator[Dial]:
    with closing(sqlite3.connect(ledger.path, isolation_level=None)) as sql:
        sql.execute("PRAGMA synchronous=OFF")
        calls, noon = 0, datetime.now(ZONE).replace(hour=12).timestamp()

        def ask(extension: str, country: str, company: str = "acme", days_ago: int = 0) -> str:
            nonlocal calls
            calls += 1
            at = noon - days_ago * DAY + calls
            sql.execute(ASK, (str(calls), company, extension, country, at))
            [said] = sql.execute("SELECT reason FROM calls WHERE id = ?", (str(calls),)).fetchone()
            if said == "":
                sql.execute("INSERT INTO ended VALUES (?, ?, ?)", (str(calls), at, at + 5))
            return str(said)

        yield ask


def guarded(ledger: Ledger, company: str = "acme", /, **ceilings: Ceilings) -> None:
    guard = Guard(every_country=True, **ceilings)  # type: ignore[arg-type]
    link = OperatorLink(unit="o-test", routes="r", prices="p", guard=guard)
    ledger.put(small_plan(company, operator=link))


def test_the_companys_ceiling_counts_all_its_extensions_and_blocks_it_till_the_day_ends(
    ledger: Ledger, dial: Dial
) -> None:
    guarded(ledger, tenant=Ceilings(new_countries_per_day=2))
    assert [dial("550", "AR"), dial("551", "BR")] == ["", ""]
    assert dial("552", "CU") == "countries"
    [block] = ledger.blocks()
    assert (block.tenant, block.extension, block.reason) == ("acme", "", "countries")
    assert dial("553", "AR") == "blocked"
    assert ledger.unblock("acme", "")
    assert dial("553", "AR") == ""


def test_a_country_called_before_is_not_new_and_ones_own_never_is(
    ledger: Ledger, dial: Dial
) -> None:
    guarded(ledger, tenant=Ceilings(new_countries_per_day=1))
    assert dial("550", "AR", days_ago=1) == ""
    assert [dial("550", "AR"), dial("550", "UY"), dial("551", "BR")] == ["", "", ""]
    assert [dial("550", "BR"), dial("552", "AR")] == ["", ""]
    assert dial("550", "CU") == "countries"


def test_each_extension_has_its_own_ceiling_beside_the_companys(ledger: Ledger, dial: Dial) -> None:
    guarded(
        ledger,
        tenant=Ceilings(new_countries_per_day=3),
        each_extension=Ceilings(new_countries_per_day=1),
        extensions={"559": Ceilings(new_countries_per_day=2)},
    )
    assert [dial("550", "AR"), dial("550", "BR")] == ["", "countries"]
    assert [dial("559", "BR"), dial("559", "CU")] == ["", ""]
    assert [(b.extension, b.reason) for b in ledger.blocks()] == [("550", "countries")]
    assert dial("551", "DE") == "countries"  # the company's fourth


def test_another_companys_calls_count_for_it_alone(ledger: Ledger, dial: Dial) -> None:
    for company in ("acme", "beta"):
        guarded(ledger, company, tenant=Ceilings(new_countries_per_day=1))
    assert [dial("550", "AR"), dial("550", "BR")] == ["", "countries"]
    assert dial("550", "BR", company="beta") == ""
