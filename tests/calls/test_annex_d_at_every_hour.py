"""The boot camp company's IVR (annex D) at every hour: greetings, nights, and holidays.

Each Asterisk believes in a date of its own.
"""

from collections.abc import AsyncIterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
from tests.support.boot_camp import PLAN, VOICE, dials_in, phone, talks_with
from tests.support.carrier import Carrier
from tests.support.examples import spoken
from tests.support.lab import AsteriskLab
from tests.support.labs import CarrierMaker, Labs

MONTEVIDEO = ZoneInfo("America/Montevideo")
WHEN = {
    "in the morning": (datetime(2026, 12, 16, 9, 30, tzinfo=MONTEVIDEO), "msjSaludoMatutino"),
    "until noon": (datetime(2026, 12, 16, 11, 58, tzinfo=MONTEVIDEO), "msjSaludoMatutino"),
    "from noon": (datetime(2026, 12, 16, 12, 0, 5, tzinfo=MONTEVIDEO), "msjSaludoVespertino"),
    "on Christmas Eve at 18:30": (
        datetime(2026, 12, 24, 18, 30, tzinfo=MONTEVIDEO),
        "msjSaludoNocturno",
    ),
    "on Christmas at noon": (datetime(2026, 12, 25, 12, 0, tzinfo=MONTEVIDEO), "msjSaludoNocturno"),
    "on a Sunday": (datetime(2026, 12, 20, 11, 0, tzinfo=MONTEVIDEO), "msjSaludoNocturno"),
}


@pytest.fixture(scope="module")
def night(labs: Labs) -> AsteriskLab:
    return labs(PLAN, spoken=spoken("bootcamp").values(), at=WHEN["on Christmas Eve at 18:30"][0])


@pytest_asyncio.fixture(loop_scope="session")
async def carrier(carriers: CarrierMaker) -> AsyncIterator[Carrier]:
    yield await carriers(PLAN, "carrier")


@pytest.mark.parametrize("when", WHEN)
async def test_the_greeting_is_that_of_the_hour(labs: Labs, carrier: Carrier, when: str) -> None:
    at, greeting = WHEN[when]
    lab = labs(PLAN, spoken=spoken("bootcamp").values(), at=at)
    call = await dials_in(lab, carrier)
    await call.hears(VOICE[greeting], seconds=0.4)
    night = greeting == "msjSaludoNocturno"
    # Both begin with the same words: what follows them tells which one it is
    menu = "msjBienvenidaNocturno" if night else "msjBienvenida"
    await call.hears(VOICE[menu], seconds=6, within=20)
    await call.hang_up()
    lab.stop()


async def test_by_night_who_waits_leaves_a_message(night: AsteriskLab, carrier: Carrier) -> None:
    call = await dials_in(night, carrier)
    await call.hears(VOICE["msjBienvenidaNocturno"], seconds=6, within=20)
    await call.hears(VOICE["msjDejeMsj"], within=30)
    assert await night.until(lambda: ("500",) in night.events("voicemail"), within=20)


async def test_by_night_extensions_and_faxes_are_still_there(
    night: AsteriskLab, carrier: Carrier
) -> None:
    martin = await phone(night, "771")
    call = await dials_in(night, carrier)
    await call.hears(VOICE["msjBienvenidaNocturno"], seconds=6, within=20)
    await call.press("771")
    await talks_with(call, martin)
    await call.hang_up()
    call = await dials_in(night, carrier)
    await call.hears(VOICE["msjBienvenidaNocturno"], seconds=6, within=20)
    await call.press("3")
    await call.hears(VOICE["msjMenuFAX"])


async def test_by_night_1_is_no_choice(night: AsteriskLab, carrier: Carrier) -> None:
    call = await dials_in(night, carrier)
    await call.hears(VOICE["msjBienvenidaNocturno"], seconds=6, within=20)
    await call.press("1")
    await call.hears(VOICE["msjOpcionInvalida"], within=10)
