"""Calls that cost: admitted by the node's ledger, charged to the millionth, ended in time."""

import asyncio
import sqlite3
import time
from contextlib import closing

import pytest
from tests.support.carrier import Carrier
from tests.support.lab import AsteriskLab
from tests.support.labs import CarrierMaker, Labs
from tests.support.paid import paid_company, put_dialplan
from tests.support.phones import Phone, Talk

from conmuta_node.ledger.schema import SLICE_SECONDS
from conmuta_plan.node import FundsTold, LedgerKind
from conmuta_plan.operator import Ceilings, Guard

PLAN = paid_company()
HOME, CUBA, PREMIUM = "*959899123456", "*95352345678", "*95989012345"
PER_SECOND = 10_000
"""Of a call at home."""
LONGEST_WAIT = 20.0
"""Ten times what the ledger is waited for; who had not been told would wait 100 s."""


@pytest.fixture(scope="module")
def lab(labs: Labs) -> AsteriskLab:
    made = labs(PLAN)
    put_dialplan(made.home.state, PLAN)
    made.cli("dialplan reload")
    made.expect("Everyone is busy", "SQL Exec Direct failed", "locked")
    return made


@pytest.fixture(autouse=True)
def clean_ledger(lab: AsteriskLab) -> None:
    """Each test begins with the plan's guard, and neither charges nor funds."""
    lab.ledger.drop("acme")
    lab.ledger.put(PLAN)


async def ana(lab: AsteriskLab) -> Phone:
    return await lab.phone("550@acme.example.test")


def funds(lab: AsteriskLab, amount: int) -> None:
    last = max((entry.id for entry in lab.ledger.news(0)), default=0)
    lab.ledger.tell_funds("acme", FundsTold(amount=amount, currency="USD", as_of=last))


def charges(lab: AsteriskLab) -> list[tuple[int, int]]:
    """(seconds, amount) of each charge of this test."""
    (after,) = lab.ledger._rows("SELECT max(as_of) FROM funds")[0]
    return [
        (entry.seconds, entry.amount)
        for entry in lab.ledger.news(after)
        if entry.kind is LedgerKind.CHARGE
    ]


async def refusal(lab: AsteriskLab, number: str) -> str:
    """Why Ana's call did not go out."""
    before = len(lab.events("refused"))
    talk = await (await ana(lab)).dial(number)
    await talk.is_over()
    return (await lab.until(lambda: lab.events("refused")[before:]))[0][0]


async def up(lab: AsteriskLab, carrier: Carrier, number: str) -> Talk:
    talk = await (await ana(lab)).dial(number)
    call = await carrier.gets_call()
    await call.answer()
    return await talk.is_answered()


async def test_a_prepaid_call_is_charged_for_its_seconds(
    lab: AsteriskLab, carriers: CarrierMaker
) -> None:
    main = await carriers(PLAN, "main")
    funds(lab, 10_000_000)
    began = time.monotonic()
    talk = await up(lab, main, HOME)
    await asyncio.sleep(3.2)
    assert [call.seconds for call in lab.ledger.open_calls()] == [100]
    await talk.hang_up()
    [(seconds, amount)] = await lab.until(lambda: charges(lab), within=60)
    assert 3 <= seconds <= time.monotonic() - began
    assert amount == seconds * PER_SECOND
    assert lab.ledger.funds_left("acme") == 10_000_000 - amount
    assert lab.ledger.open_calls() == []


async def test_a_call_ends_when_funds_end(lab: AsteriskLab, carriers: CarrierMaker) -> None:
    """It is cut after four seconds; a busy machine is late, and then it has lasted longer."""
    main = await carriers(PLAN, "main")
    funds(lab, 4 * PER_SECOND)
    talk = await (await ana(lab)).dial(HOME)
    call = await main.gets_call()
    assert [(each.seconds, each.reserved) for each in lab.ledger.open_calls()] == [
        (4, 4 * PER_SECOND)
    ]
    await call.answer()
    await talk.is_over(within=60)
    [(seconds, amount)] = await lab.until(lambda: charges(lab), within=60)
    assert 4 <= seconds < SLICE_SECONDS
    assert amount == seconds * PER_SECOND
    assert lab.ledger.funds_left("acme") == 4 * PER_SECOND - amount
    assert await refusal(lab, HOME) == "funds"


async def test_a_call_that_nobody_answers_costs_nothing(
    lab: AsteriskLab, carriers: CarrierMaker
) -> None:
    main = await carriers(PLAN, "main")
    funds(lab, 600_000)
    main.refuses = 486
    talk = await (await ana(lab)).dial(HOME)
    await talk.is_over()
    main.refuses = None
    gives_up = await (await ana(lab)).dial(HOME)
    await main.gets_call()
    assert lab.ledger.open_calls()[0].reserved == 600_000
    await gives_up.hang_up()
    await lab.until(lambda: not lab.ledger.open_calls())
    assert lab.ledger.open_calls() == []
    assert charges(lab) == []
    assert lab.ledger.funds_left("acme") == 600_000


async def test_abroad_and_premium_are_closed_until_opened(
    lab: AsteriskLab, carriers: CarrierMaker
) -> None:
    main = await carriers(PLAN, "main")
    lab.ledger.put(paid_company(Guard(), prepaid=False))
    assert await refusal(lab, CUBA) == "closed"
    assert await refusal(lab, PREMIUM) == "premium"
    assert main.invites == []
    await (await up(lab, main, HOME)).hang_up()
    lab.ledger.put(paid_company(Guard(every_country=True, premium=True), prepaid=False))
    for number in (CUBA, PREMIUM):
        await (await up(lab, main, number)).hang_up()


CEILINGS = {
    "money": Ceilings(money_per_day=40_000),
    "rate": Ceilings(calls_per_minute=1),
    "countries": Ceilings(new_countries_per_day=0),
}


async def early_in_a_minute() -> None:
    left = 60 - time.time() % 60
    if left < 30:
        await asyncio.sleep(left)


@pytest.mark.parametrize("code", CEILINGS)
async def test_a_ceiling_names_itself(lab: AsteriskLab, carriers: CarrierMaker, code: str) -> None:
    main = await carriers(PLAN, "main")
    guard = Guard(countries=("CU",), each_extension=CEILINGS[code])
    lab.ledger.put(paid_company(guard, prepaid=False))
    if code != "countries":
        if code == "rate":
            await early_in_a_minute()  # calls are counted by the clock's
        talk = await up(lab, main, CUBA)
        await talk.is_over(within=60) if code == "money" else await talk.hang_up()
        await lab.until(lambda: not lab.ledger.open_calls(), within=60)
    assert await refusal(lab, CUBA) == code
    if code == "rate":
        assert lab.ledger.blocks() == []
        return
    assert [(b.extension, b.reason) for b in lab.ledger.blocks()] == [("550", code)]
    assert await refusal(lab, HOME) == "blocked"
    assert lab.ledger.unblock("acme", "550")
    assert lab.ledger.blocks() == []
    await (await up(lab, main, HOME)).hang_up()


async def test_while_the_ledger_is_locked_only_calls_at_home_pass_and_none_waits_long(
    lab: AsteriskLab, carriers: CarrierMaker
) -> None:
    main = await carriers(PLAN, "main")
    funds(lab, 10_000_000)
    phone = await ana(lab)
    with closing(sqlite3.connect(lab.ledger.path, isolation_level=None)) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        began = time.monotonic()
        talk = await phone.dial(HOME)
        call = await main.gets_call(within=LONGEST_WAIT)
        waited = time.monotonic() - began
        await call.answer()
        await talk.is_answered()
        assert await refusal(lab, CUBA) == "closed"
        assert await refusal(lab, PREMIUM) == "premium"
        holder.execute("ROLLBACK")
    await talk.hang_up()
    assert waited < LONGEST_WAIT
    assert len(main.invites) == 1


async def test_a_transferred_call_is_charged_to_its_end(
    lab: AsteriskLab, carriers: CarrierMaker
) -> None:
    """The leg to the carrier stays when Ana hands the call over to Diego."""
    main = await carriers(PLAN, "main")
    funds(lab, 10_000_000)
    diego = await lab.phone("551@acme.example.test")
    talk = await up(lab, main, HOME)
    await talk.transfer("551")
    came = await diego.picks_up()
    await asyncio.sleep(2.5)
    assert charges(lab) == []
    await came.hang_up()
    await lab.until(lambda: charges(lab))
    assert charges(lab)[0][0] >= 2
