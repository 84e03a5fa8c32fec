"""An operator's tenants pay: the real way out, with prices, funds, and an emergency."""

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest
from tests.support.carrier import Carrier
from tests.support.lab import AsteriskLab
from tests.support.labs import CarrierMaker, Labs
from tests.support.operators import by_operator, operator
from tests.support.phones import Talk

from conmuta_plan.node import FundsTold, LedgerKind
from conmuta_plan.operator import Guard, Price, PriceTable

PRICES = PriceTable(
    name="list-2026",
    currency="USD",
    prefixes={"598": "uruguay", "53": "cuba"},
    prices={
        "uruguay": Price(per_minute=600_000, country="UY"),
        "cuba": Price(per_minute=1_200_000, country="CU"),
    },
)
NORTE = operator(prices=(PRICES,))
ACME = by_operator("acme", "59824001000", link={"prices": "list-2026", "prepaid": True})


@pytest.fixture(scope="module")
def lab(labs: Labs) -> AsteriskLab:
    made = labs(ACME, operators=(NORTE,))
    made.expect("503", "Everyone is busy", "No early media", "SQL Exec Direct", "No response")
    return made


def funds(lab: AsteriskLab, amount: int) -> int:
    last = max((entry.id for entry in lab.ledger.news(0)), default=0)
    lab.ledger.tell_funds("acme", FundsTold(amount=amount, currency="USD", as_of=last))
    return last


async def dial(lab: AsteriskLab, number: str) -> Talk:
    return await (await lab.phone("550@acme.example.test")).dial(number)


async def up(carrier: Carrier, talk: Talk) -> Talk:
    call = await carrier.gets_call()
    await call.answer()
    return await talk.is_answered()


async def test_a_call_is_paid_and_ends_when_funds_end(
    lab: AsteriskLab, carriers: CarrierMaker
) -> None:
    centro = await carriers(NORTE, "centro")
    last = funds(lab, 30_000)
    talk = await up(centro, await dial(lab, "24003333"))
    await talk.is_over(within=10)
    charged = await lab.until(lambda: lab.ledger.news(last))
    assert [(each.kind, each.seconds, each.amount) for each in charged] == [
        (LedgerKind.CHARGE, 3, 30_000)
    ]
    assert charged[0].extension == "550"
    assert charged[0].leg in {leg.uniqueid for leg in lab.cel()}
    await (await dial(lab, "24003333")).is_over()
    assert ("funds", "24003333") in lab.events("refused")


async def test_the_next_carrier_carries_it_on_the_same_reservation(
    lab: AsteriskLab, carriers: CarrierMaker
) -> None:
    centro, sur = await carriers(NORTE, "centro"), await carriers(NORTE, "sur")
    centro.refuses = 503
    last = funds(lab, 600_000)
    talk = await up(sur, await dial(lab, "24003333"))
    assert len(lab.ledger.open_calls()) == 1
    await talk.hang_up()
    await lab.until(lambda: lab.ledger.news(last))
    assert len(lab.ledger.news(last)) == 1
    assert lab.ledger.open_calls() == []


async def test_an_emergency_call_goes_without_funds_and_with_the_ledger_locked(
    lab: AsteriskLab, carriers: CarrierMaker
) -> None:
    sur = await carriers(NORTE, "sur")
    funds(lab, 0)
    with closing(sqlite3.connect(lab.ledger.path, isolation_level=None)) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        await (await up(sur, await dial(lab, "911"))).hang_up()
        holder.execute("ROLLBACK")
    assert lab.ledger.open_calls() == []


async def test_abroad_is_closed_until_opened_and_without_a_price_nothing_goes(
    lab: AsteriskLab, carriers: CarrierMaker
) -> None:
    centro = await carriers(NORTE, "centro")
    funds(lab, 10_000_000)
    for number in ("005352345678", "004420794600"):
        await (await dial(lab, number)).is_over()
    assert ("closed", "005352345678") in lab.events("refused")
    assert ("cost", "004420794600") in lab.events("refused")
    assert centro.invites == []
    assert ACME.operator is not None
    opened = replace(ACME, operator=replace(ACME.operator, guard=Guard(countries=("CU",))))
    lab.ledger.put(opened)
    await (await up(centro, await dial(lab, "005352345678"))).hang_up()
