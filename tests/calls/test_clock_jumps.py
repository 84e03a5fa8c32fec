"""The machine's clock jumps while people talk: calls go on, and each has its record."""

import contextlib
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from tests.support.company import change_extension, company
from tests.support.lab import AsteriskLab
from tests.support.labs import Labs
from tests.support.phones import Phone, Talk

NOON = datetime(2026, 12, 16, 12, 0, tzinfo=ZoneInfo("America/Montevideo"))
PLAN = change_extension(company(), "551", mailbox=None)


@pytest.fixture(scope="module")
def lab(labs: Labs) -> AsteriskLab:
    return labs(PLAN, at=NOON)


@pytest.mark.parametrize("jump", [timedelta(hours=2), -timedelta(hours=3)], ids=["on", "back"])
async def test_a_call_goes_on_over_a_jump_and_so_do_the_next(
    lab: AsteriskLab, jump: timedelta
) -> None:
    before = len(lab.cel())
    ana = await lab.phone("550@acme.example.test")
    diego = await lab.phone("551@acme.example.test")
    out = await ana.dial("551")
    came = await diego.picks_up()
    await out.is_answered()
    out.say_tone(600)
    await came.hears_tone(600)
    lab.set_clock(NOON + jump)
    came.say_tone(900)
    await out.hears_tone(900)
    came.listen()
    await came.hears_tone(600)
    await out.hang_up()
    await came.is_over()
    again = await rings_again(ana, diego)
    await again.hang_up()
    await lab.no_calls()
    legs = [leg for call in await lab.calls(before) for leg in call.legs]
    answered = [(leg.source, leg.destination) for leg in legs if leg.disposition == "ANSWERED"]
    assert answered == [("550", "551")] * 2
    assert all(leg.talk_seconds >= 0 for leg in legs)
    assert len({leg.peer_channel for leg in legs}) == len(legs)


async def rings_again(caller: Phone, called: Phone) -> Talk:
    """A jump ahead ends registrations, which telephones renew by themselves every few minutes."""
    for _ in range(4):
        await called.register()
        again = await caller.dial(called.number)
        with contextlib.suppress(AssertionError):
            await called.picks_up(within=3)
            return await again.is_answered()
        await again.hang_up()
    raise AssertionError(f"{called.address} could not be reached again")
