"""The boot camp company's IVR (annex D) by day, each path. What is heard is the prompt's audio."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
from tests.support.boot_camp import PLAN, VOICE, phone, reaches_the_menu, talks_with
from tests.support.carrier import Carrier
from tests.support.examples import spoken
from tests.support.hearing import RATE, read_wav
from tests.support.lab import AsteriskLab
from tests.support.labs import CarrierMaker, Labs
from tests.support.phones import Phone

# A Wednesday
AFTERNOON = datetime(2026, 12, 16, 15, 0, tzinfo=ZoneInfo("America/Montevideo"))


@pytest.fixture(scope="module")
def day(labs: Labs) -> AsteriskLab:
    return labs(PLAN, spoken=spoken("bootcamp").values(), at=AFTERNOON)


@pytest_asyncio.fixture(loop_scope="session")
async def carrier(carriers: CarrierMaker) -> AsyncIterator[Carrier]:
    yield await carriers(PLAN, "carrier")


async def test_1_is_customer_service(day: AsteriskLab, carrier: Carrier) -> None:
    diego = await phone(day, "551")
    await diego_does(diego, "*41")
    call = await reaches_the_menu(day, carrier)
    await call.press("1")
    await call.hears(VOICE["msjEntradaCola"], within=10)
    await talks_with(call, diego, within=30)
    await call.hang_up()
    await diego_does(diego, "*42")


async def diego_does(diego: Phone, code: str) -> None:
    """Signs in, where he is asked which agent he is, or out."""
    talk = await diego.call(code)
    if code == "*41":
        await asyncio.sleep(1.5)
        await talk.press("551#")
    await talk.is_over(within=15)


async def test_2_is_administration(day: AsteriskLab, carrier: Carrier) -> None:
    dario = await phone(day, "601")
    call = await reaches_the_menu(day, carrier)
    await call.press("2")
    await talks_with(call, dario, within=30)


async def test_who_presses_nothing_is_attended_in_order(day: AsteriskLab, carrier: Carrier) -> None:
    call = await reaches_the_menu(day, carrier)
    await call.hears(VOICE["msjEntradaCola"], within=30)


async def test_in_the_queue_1_leaves_a_message_and_0_returns(
    day: AsteriskLab, carrier: Carrier
) -> None:
    call = await reaches_the_menu(day, carrier)
    await call.press("2")
    await call.hears(VOICE["msjEntradaCola"], within=10)
    await asyncio.sleep(len(read_wav(VOICE["msjEntradaCola"])) / RATE)
    await call.press("0")
    await call.hears(VOICE["msjBienvenida"], within=15)
    await call.press("2")
    await call.hears(VOICE["msjEntradaCola"], within=10)
    await asyncio.sleep(len(read_wav(VOICE["msjEntradaCola"])) / RATE)
    await call.press("1")
    await call.hears(VOICE["msjDejeMsj"], within=15)


async def test_a_wrong_option_is_told_three_times(day: AsteriskLab, carrier: Carrier) -> None:
    call = await reaches_the_menu(day, carrier)
    for _ in range(2):
        await call.press("9")
        await call.hears(VOICE["msjOpcionInvalida"], within=10)
        await call.hears(VOICE["msjBienvenida"], within=10, seconds=1)
    await call.press("9")
    await call.hears(VOICE["msjEntradaCola"], within=15)


async def test_an_extension_is_dialled_at_the_menu(day: AsteriskLab, carrier: Carrier) -> None:
    martin = await phone(day, "771")
    call = await reaches_the_menu(day, carrier)
    await call.press("771")
    await talks_with(call, martin)


async def test_an_extension_that_does_not_answer_offers_three_ways(
    day: AsteriskLab, carrier: Carrier
) -> None:
    """A message with 1, another extension with 0, and another try for who waits."""
    martin, lorena = await phone(day, "771"), await phone(day, "772")
    call = await reaches_the_menu(day, carrier)
    await call.press("771")
    await martin.rings()
    await call.hears(VOICE["msjInternoNC"], within=35, seconds=1)
    await call.hears(VOICE["msjInternoOpcionNC"], within=10)
    again = await martin.rings(within=25)
    await again.reject()
    await call.hears(VOICE["msjInternoOcupado"], within=10, seconds=1)
    await call.press("0")
    await call.hears(VOICE["msjBienvenida"], within=15)
    await call.press("772")
    await talks_with(call, lorena)


async def test_a_busy_extension_takes_a_message(day: AsteriskLab, carrier: Carrier) -> None:
    martin = await phone(day, "771")
    martin.busy = True
    call = await reaches_the_menu(day, carrier)
    await call.press("771")
    await call.hears(VOICE["msjInternoOcupado"], within=10)
    await call.hears(VOICE["msjInternoOpcionOcupado"], within=10)
    await call.press("1")
    assert await day.until(lambda: ("771",) in day.events("voicemail"))


@pytest.mark.parametrize("number", ["770", "799"], ids=["not registered", "nobody's"])
async def test_an_extension_that_is_not_there_returns_to_the_menu(
    day: AsteriskLab, carrier: Carrier, number: str
) -> None:
    call = await reaches_the_menu(day, carrier)
    await call.press(number)
    await call.hears(VOICE["msjInternoInvalido"], within=10)
    await call.hears(VOICE["msjBienvenida"], within=15)


async def test_3_is_the_menu_of_faxes_and_0_returns(day: AsteriskLab, carrier: Carrier) -> None:
    call = await reaches_the_menu(day, carrier)
    await call.press("3")
    await call.hears(VOICE["msjMenuFAX"])
    await call.press("0")
    await call.hears(VOICE["msjBienvenida"], within=15)


async def test_direct_calls_that_do_not_arrive_meet_the_same_flows(day: AsteriskLab) -> None:
    ana, martin = await phone(day, "550"), await phone(day, "771")
    martin.busy = True
    talk = await ana.call("771")
    await talk.hears(VOICE["msjInternoOcupado"])
    await talk.hang_up()
    talk = await ana.call("599")
    await talk.hears(VOICE["msjInternoInvalido"])
    await talk.hang_up()


async def test_a_number_that_leads_to_an_extension_rings_it(
    day: AsteriskLab, carrier: Carrier
) -> None:
    ana = await phone(day, "550")
    call = await carrier.calls_in("24002550", day.server, caller="099777888")
    talk = await ana.rings()
    assert talk.caller == "099777888"
    await talk.answer()
    await call.is_answered()
