"""Recorded calls that change hands after asking: both sides are whole, before and after."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio
from tests.calls.test_recordings import PLAN as RECORDED
from tests.calls.test_recordings import hears, phone, recordings
from tests.support.lab import AsteriskLab
from tests.support.labs import CarrierMaker, Labs
from tests.support.phones import Phone, Talk

from conmuta_node.again import RecordAgain
from conmuta_node.ami import AmiClient
from conmuta_plan.outside import InboundNumber, Target, TargetKind

TIMES = 3  # without the agent the new telephone was missing about every second time
TO_ANA = Target(kind=TargetKind.EXTENSION, name="550")
PLAN = replace(RECORDED, numbers=(InboundNumber(number="24002000", target=TO_ANA, record=True),))


@pytest.fixture(scope="module")
def lab(labs: Labs) -> AsteriskLab:
    return labs(PLAN)


@pytest_asyncio.fixture(autouse=True, loop_scope="session")
async def agent(lab: AsteriskLab) -> AsyncIterator[None]:
    """The agent's part in this, beside the lab's Asterisk."""
    async with AmiClient("127.0.0.1", lab.settings.ami_port, "conmuta", "lab") as ami:
        await ami.wait_connected()
        task = asyncio.create_task(RecordAgain(ami).run())
        yield
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def connected_to(colleague: Phone, ana: Phone, talk: Talk) -> Talk:
    """Ana asks the colleague, who says 1300 Hz, and connects her call to them."""
    await talk.hold()
    asking = await ana.dial(colleague.number)
    asked = await colleague.picks_up()
    await asking.is_answered()
    asked.say_tone(1300)
    await talk.transfer_to(asking)
    await talk.is_over()
    await asked.hears_tone(900)
    return asked


async def both_sides_are_whole(lab: AsteriskLab, before: set[Path]) -> None:
    """600 and 1300 Hz are ours, before and after; 900 Hz is theirs."""
    await lab.no_calls()
    new = recordings(lab) - before
    assert {path.name.split("__")[0] for path in new} == {"acme"}
    ours = [path for path in new if path.stem.endswith("-out")]
    theirs = [path for path in new if path.stem.endswith("-in")]
    assert max(hears(path, 600) for path in ours) > 0.8
    assert max(hears(path, 1300) for path in ours) > 0.8
    assert max(hears(path, 900) for path in theirs) > 0.8
    assert max(hears(path, 900) for path in ours) < 0.02
    assert max(hears(path, hertz) for path in theirs for hertz in (600, 1300)) < 0.02


@pytest.mark.parametrize("_time", range(TIMES))
async def test_a_call_that_ana_made_stays_recorded_when_she_connects_a_colleague(
    lab: AsteriskLab, carriers: CarrierMaker, _time: int
) -> None:
    before = recordings(lab)
    main = await carriers(PLAN, "main")
    ana, lorena = await phone(lab, "550"), await phone(lab, "552")
    talk = await ana.dial("099123456")
    call = await (await main.gets_call()).answer()
    await talk.is_answered()
    talk.say_tone(600)
    call.say_tone(900)
    await call.hears_tone(600)
    asked = await connected_to(lorena, ana, talk)
    await call.hears_tone(1300)
    await asyncio.sleep(1.5)
    await asked.hang_up()
    await both_sides_are_whole(lab, before)


@pytest.mark.parametrize("_time", range(TIMES))
async def test_a_call_that_came_in_stays_recorded_when_ana_connects_a_colleague(
    lab: AsteriskLab, carriers: CarrierMaker, _time: int
) -> None:
    before = recordings(lab)
    main = await carriers(PLAN, "main")
    ana, lorena = await phone(lab, "550"), await phone(lab, "552")
    call = await main.calls_in("24002000", lab.server)
    talk = await ana.picks_up()
    await call.is_answered()
    talk.say_tone(600)
    call.say_tone(900)
    await call.hears_tone(600)
    asked = await connected_to(lorena, ana, talk)
    await call.hears_tone(1300)
    await asyncio.sleep(1.5)
    await call.hang_up()
    await asked.is_over()
    await both_sides_are_whole(lab, before)


@pytest.mark.parametrize("_time", range(TIMES))
async def test_a_parked_call_stays_recorded_when_a_colleague_takes_it_back(
    lab: AsteriskLab, carriers: CarrierMaker, _time: int
) -> None:
    before = recordings(lab)
    main = await carriers(PLAN, "main")
    ana, lorena = await phone(lab, "550"), await phone(lab, "552")
    call = await main.calls_in("24002000", lab.server)
    talk = await ana.picks_up()
    await call.is_answered()
    talk.say_tone(600)
    call.say_tone(900)
    await call.hears_tone(600)
    await asyncio.sleep(0.5)
    parking = asyncio.create_task(talk.transfer("700"))
    assert await lab.until(lambda: [cel for cel in lab.cel() if cel.eventtype == "PARK_START"])
    taken = await lorena.call("701")
    taken.say_tone(1300)
    await call.hears_tone(1300)
    await taken.hears_tone(900)
    await asyncio.sleep(1.5)
    await call.hang_up()
    await taken.is_over()
    await asyncio.gather(parking, return_exceptions=True)
    await both_sides_are_whole(lab, before)
