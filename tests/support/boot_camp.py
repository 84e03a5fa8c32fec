"""The boot camp company as callers from outside meet it."""

from tests.support.carrier import Carrier, CarrierCall
from tests.support.examples import example, spoken
from tests.support.lab import AsteriskLab
from tests.support.phones import Phone

PLAN = example("bootcamp")
VOICE = {name: one.wav for name, one in spoken("bootcamp").items()}


async def phone(lab: AsteriskLab, number: str) -> Phone:
    return await lab.phone(f"{number}@bootcamp.example.test")


async def dials_in(lab: AsteriskLab, carrier: Carrier, number: str = "24002000") -> CarrierCall:
    return await (await carrier.calls_in(number, lab.server)).is_answered()


async def reaches_the_menu(lab: AsteriskLab, carrier: Carrier) -> CarrierCall:
    call = await dials_in(lab, carrier)
    await call.hears(VOICE["msjBienvenida"], seconds=1.5)
    return call


async def talks_with(call: CarrierCall, person: Phone, within: float = 15) -> None:
    talk = await person.picks_up(within)
    call.say_tone(600)
    talk.say_tone(900)
    await talk.hears_tone(600, within=10)
    await call.hears_tone(900, within=10)
