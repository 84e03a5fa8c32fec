"""What people do with a call that they have: hold, transfer, pick up, park, meet."""

import asyncio

import pytest
from baresip import TransferFailed
from tests.support.asterisk import asterisks_prompt
from tests.support.company import company
from tests.support.lab import AsteriskLab
from tests.support.labs import Labs
from tests.support.phones import Phone, Talk
from tests.support.speech import speak
from tests.support.voice import they_hear_each_other

from conmuta_plan.flows import Music
from conmuta_plan.people import ConferenceRoom

MUSIC = speak("music", "Su llamada es importante para nosotros. Por favor, espere en línea.")
PLAN = company(
    music=(Music(name="default", digests=(MUSIC.prompt.digest,)),),
    conferences=(
        ConferenceRoom(number="800", name="Reuniones"),
        ConferenceRoom(number="801", name="Dirección", pin="2468"),
    ),
)
# Asterisk gives a picked-up call its codecs while it opens the beep, and then may leave it out;
# a sound that is not there at all is told in other words
NO_BEEP = r"Unable to open beep \(format"


@pytest.fixture(scope="module")
def lab(labs: Labs) -> AsteriskLab:
    return labs(PLAN, spoken=[MUSIC])


async def phone(lab: AsteriskLab, number: str) -> Phone:
    return await lab.phone(f"{number}@acme.example.test")


async def talking(lab: AsteriskLab, caller: Phone, called: Phone) -> tuple[Talk, Talk]:
    """A call in which both are heard: what is transferred before that has no other end yet."""
    out = await caller.dial(called.number)
    came = await called.picks_up()
    await out.is_answered()
    await they_hear_each_other(out, came)
    return out, came


async def test_a_person_on_hold_hears_the_companys_music(lab: AsteriskLab) -> None:
    out, came = await talking(lab, await phone(lab, "550"), await phone(lab, "551"))
    await came.hold()
    await out.hears(MUSIC.wav)
    await came.resume()
    await they_hear_each_other(out, came)


async def test_diego_transfers_ana_to_lorena_blindly(lab: AsteriskLab) -> None:
    ana, diego, lorena = [await phone(lab, n) for n in ("550", "551", "552")]
    out, came = await talking(lab, ana, diego)
    transfer = asyncio.create_task(came.transfer("552"))
    taken = await lorena.picks_up()
    await transfer
    await came.is_over()
    await they_hear_each_other(out, taken)


async def test_the_caller_may_transfer_as_well(lab: AsteriskLab) -> None:
    ana, diego, lorena = [await phone(lab, n) for n in ("550", "551", "552")]
    out, came = await talking(lab, ana, diego)
    transfer = asyncio.create_task(out.transfer("552"))
    taken = await lorena.picks_up()
    await transfer
    await they_hear_each_other(came, taken)


async def test_a_transfer_to_nobody_leaves_the_call_as_it_was(lab: AsteriskLab) -> None:
    lab.expect("target does not exist")
    out, came = await talking(lab, await phone(lab, "550"), await phone(lab, "551"))
    with pytest.raises(TransferFailed):
        await came.transfer("599", within=6)
    if came.call.is_on_hold:
        await came.resume()
    await they_hear_each_other(out, came)


async def test_diego_asks_lorena_first_and_then_connects_ana(lab: AsteriskLab) -> None:
    ana, diego, lorena = [await phone(lab, n) for n in ("550", "551", "552")]
    out, came = await talking(lab, ana, diego)
    await came.hold()
    asking, asked = await talking(lab, diego, lorena)
    await they_hear_each_other(asking, asked)
    await came.transfer_to(asking)
    await came.is_over()
    await asking.is_over()
    await they_hear_each_other(out, asked)


async def test_a_colleague_of_the_group_picks_up_a_ringing_call(lab: AsteriskLab) -> None:
    lab.expect(NO_BEEP)
    ana, diego, lorena = [await phone(lab, n) for n in ("550", "551", "552")]
    out = await ana.dial("551")
    ringing = await diego.rings()
    picked = await lorena.call("*8")
    await out.is_answered()
    await ringing.is_over()
    await they_hear_each_other(out, picked)


async def test_one_extension_is_picked_up_by_its_number(lab: AsteriskLab) -> None:
    lab.expect(NO_BEEP)
    ana, diego, lorena = [await phone(lab, n) for n in ("550", "551", "552")]
    out = await ana.dial("551")
    ringing = await diego.rings()
    picked = await lorena.call("**551")
    await out.is_answered()
    await ringing.is_over()
    await they_hear_each_other(out, picked)


async def test_a_parked_call_hears_music_and_is_taken_from_another_telephone(
    lab: AsteriskLab,
) -> None:
    ana, diego, lorena = [await phone(lab, n) for n in ("550", "551", "552")]
    out, came = await talking(lab, ana, diego)
    transfer = asyncio.create_task(came.transfer("700"))
    await out.hears(MUSIC.wav)
    assert [cel for cel in lab.cel() if cel.eventtype == "PARK_START"]
    taken = await lorena.call("701")
    await they_hear_each_other(out, taken)
    await asyncio.gather(transfer, return_exceptions=True)


async def test_a_parked_call_that_nobody_takes_comes_back(lab: AsteriskLab) -> None:
    ana, diego = await phone(lab, "550"), await phone(lab, "551")
    out, came = await talking(lab, ana, diego)
    transfer = asyncio.create_task(came.transfer("700"))
    again = await diego.picks_up(within=14)
    await they_hear_each_other(out, again)
    await asyncio.gather(transfer, return_exceptions=True)


async def test_three_people_in_a_conference_hear_each_other(lab: AsteriskLab) -> None:
    tones = {"550": 500, "551": 900, "552": 1400}
    talks = {number: await (await phone(lab, number)).call("800") for number in tones}
    await asyncio.sleep(3)  # the announcements of who is there
    for number, hertz in tones.items():
        talks[number].say_tone(hertz)
    for listener in tones:
        for speaker, hertz in tones.items():
            if speaker != listener:
                await talks[listener].hears_tone(hertz, within=15, share=0.2)
    await talks["550"].hears_no_tone(500)


async def test_a_conference_with_a_pin_lets_in_who_knows_it(lab: AsteriskLab) -> None:
    right, wrong = await phone(lab, "550"), await phone(lab, "551")
    inside = await right.call("801")
    await asyncio.sleep(1)
    await inside.press("2468#")
    outside = await wrong.call("801")
    for _ in range(3):
        await outside.hears(asterisks_prompt("conf-getpin"), within=15, seconds=0.8)
        await outside.press("1111#")
    await outside.is_over(within=20)
    assert not inside.ended
    rooms = lab.cli("confbridge list")
    assert "801" in rooms
