"""A message spoken into a telephone, for flows to play: by who knows the mailbox's PIN."""

import asyncio
import re

import pytest
from tests.support.company import company
from tests.support.hearing import Reference, read_wav, seconds_of
from tests.support.lab import AsteriskLab
from tests.support.labs import Labs
from tests.support.speech import speak

GREETING = speak("greeting", "Gracias por llamar. Estamos de vacaciones hasta el lunes.")
PLAN = company()


@pytest.fixture(scope="module")
def lab(labs: Labs) -> AsteriskLab:
    made = labs(PLAN)
    made.expect(r"Playback of message \S+ failed", "Incorrect password", "Couldn't read username")
    return made


async def test_who_knows_the_pin_speaks_a_prompt(lab: AsteriskLab) -> None:
    ana = await lab.phone("550@acme.example.test")
    talk = await ana.call("*77")
    await asyncio.sleep(1.5)
    await talk.press("4321#")
    await asyncio.sleep(2.5)
    talk.say(read_wav(GREETING.wav))
    await asyncio.sleep(len(read_wav(GREETING.wav)) / 8000 + 0.5)
    await talk.press("#")
    await asyncio.sleep(0.5)
    await talk.hang_up()
    (told,) = await lab.until(lambda: lab.events("prompt"))
    assert told[0] == "550"
    assert re.fullmatch(r"acme__550__[\d.]+\.wav", told[1])
    recorded = lab.home.state / "spool/prompts" / told[1]
    assert seconds_of(Reference(read_wav(GREETING.wav)), read_wav(recorded)) > 2


async def test_who_does_not_know_the_pin_records_nothing(lab: AsteriskLab) -> None:
    before = len(lab.events("prompt"))
    ana = await lab.phone("550@acme.example.test")
    talk = await ana.call("*77")
    for _ in range(3):
        await asyncio.sleep(1.5)
        if not talk.ended:
            await talk.press("9999#")
    await talk.is_over(within=20)
    await lab.no_calls()
    assert len(lab.events("prompt")) == before
