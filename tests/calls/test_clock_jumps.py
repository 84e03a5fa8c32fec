"""The machine's clock jumps while people talk: calls go on, and each has its record."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from tests.support.company import company
from tests.support.lab import AsteriskLab
from tests.support.labs import Labs

NOON = datetime(2026, 12, 16, 12, 0, tzinfo=ZoneInfo("America/Montevideo"))
PLAN = company()


@pytest.fixture(scope="module")
def lab(labs: Labs) -> AsteriskLab:
    return labs(PLAN, at=NOON)


@pytest.mark.parametrize("jump", [timedelta(hours=2), -timedelta(hours=3)], ids=["on", "back"])
async def test_a_call_goes_on_over_a_jump_and_so_do_the_next(
    lab: AsteriskLab, jump: timedelta
) -> None:
    before = len(lab.cdr())
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
    # A jump ahead ends registrations: telephones renew theirs every few minutes
    await diego.register()
    again = await ana.dial("551")
    await diego.picks_up()
    await again.is_answered()
    await again.hang_up()
    rows = await lab.until(lambda: lab.cdr()[before:] if len(lab.cdr()) >= before + 2 else [])
    assert [(row.src, row.dst, row.disposition) for row in rows] == [("550", "551", "ANSWERED")] * 2
    assert len({row.uniqueid for row in rows}) == 2
