"""Calls inside the company: who rings, who talks, and what happens when nobody does."""

import pytest
from tests.support.company import change_extension, company, extension
from tests.support.lab import AsteriskLab
from tests.support.labs import Labs
from tests.support.phones import Phone
from tests.support.voice import they_hear_each_other

from conmuta_plan.people import Srtp

PLAN = company(
    extensions=(
        *company().extensions,
        extension("556", mailbox=None),
        extension("557", srtp=Srtp.REQUIRED),
        extension("558", call_waiting=False, mailbox=None),
    )
)
PLAN = change_extension(PLAN, "552", mailbox=None)
PLAN = change_extension(PLAN, "553", mailbox=None)


@pytest.fixture(scope="module")
def lab(labs: Labs) -> AsteriskLab:
    return labs(PLAN)


async def phone(lab: AsteriskLab, number: str, **more: object) -> Phone:
    return await lab.phone(f"{number}@acme.example.test", **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("transport", ["udp", "tcp", "tls"])
async def test_ana_dials_diego_and_they_hear_each_other(lab: AsteriskLab, transport: str) -> None:
    ana, diego = await phone(lab, "550", transport=transport), await phone(lab, "551")
    out = await ana.dial("551")
    came = await diego.rings()
    await out.is_ringing()
    assert came.caller == "550"
    await came.answer()
    await out.is_answered()
    await they_hear_each_other(out, came)
    await out.hang_up()
    await came.is_over()


async def test_a_telephone_over_tls_talks_encrypted_with_one_that_cannot(
    lab: AsteriskLab,
) -> None:
    secure = await phone(lab, "557", transport="tls", srtp="required", codecs=("opus", "alaw"))
    diego = await phone(lab, "551")
    out = await secure.dial("551")
    came = await diego.picks_up()
    await out.is_answered()
    await they_hear_each_other(out, came)
    await out.hang_up()
    back = await diego.dial("557")
    came = await secure.picks_up()
    await back.is_answered()
    await they_hear_each_other(back, came)


async def test_a_telephone_that_insists_on_encryption_is_called_where_its_extension_says_so(
    lab: AsteriskLab,
) -> None:
    """`srtp: optional` offers both in the clear form, which a telephone that insists refuses."""
    insists = await phone(lab, "551", transport="tls", srtp="required")
    ana = await phone(lab, "550")
    out = await insists.dial("550")
    came = await ana.picks_up()
    await out.is_answered()
    await they_hear_each_other(out, came)
    await out.hang_up()
    lost = await ana.dial("551")
    await lab.until(lambda: ("551", "unavailable") in lab.events("result"))
    assert ("551", "unavailable") in lab.events("result")
    await lost.hang_up()
    right = await phone(lab, "557", transport="tls", srtp="required")
    called = await ana.dial("557")
    taken = await right.picks_up()
    await called.is_answered()
    await they_hear_each_other(called, taken)


async def test_an_extension_that_must_encrypt_cannot_call_in_the_clear(lab: AsteriskLab) -> None:
    lab.expect("negotiate")
    clear = await phone(lab, "557", srtp="off")
    assert await (await clear.dial("551")).fails() == 488


async def test_every_telephone_of_an_extension_rings_and_one_takes_the_call(
    lab: AsteriskLab,
) -> None:
    ana = await phone(lab, "550")
    desk, mobile = await phone(lab, "551"), await phone(lab, "551", transport="tcp")
    out = await ana.dial("551")
    at_desk, at_mobile = await desk.rings(), await mobile.rings()
    await at_mobile.answer()
    await out.is_answered()
    await at_desk.is_over(within=3)
    await they_hear_each_other(out, at_mobile)


async def test_nobody_answers_and_the_caller_is_told(lab: AsteriskLab) -> None:
    ana, lorena = await phone(lab, "550"), await phone(lab, "552")
    out = await ana.dial("552")
    ringing = await lorena.rings()
    assert await out.fails(within=12) in (408, 480, 486, 487)
    await ringing.is_over()
    results = await lab.until(lambda: [e for e in lab.events("result") if e[0] == "552"])
    assert results[-1] == ("552", "no_answer")


async def test_a_busy_telephone_refuses_and_the_caller_hears_so(lab: AsteriskLab) -> None:
    ana, lorena = await phone(lab, "550"), await phone(lab, "552")
    lorena.busy = True
    assert await (await ana.dial("552")).fails() == 486
    assert await lab.until(lambda: ("552", "busy") in lab.events("result"))


async def test_a_telephone_that_is_switched_off_is_unavailable(lab: AsteriskLab) -> None:
    ana = await phone(lab, "550")
    assert await (await ana.dial("553")).fails() in (480, 503)
    assert await lab.until(lambda: ("553", "unavailable") in lab.events("result"))


async def test_a_number_that_is_nobodys_is_refused(lab: AsteriskLab) -> None:
    ana = await phone(lab, "550")
    before = len(lab.events("refused"))
    assert await (await ana.dial("599")).fails() in (404, 484, 603)
    refused = await lab.until(lambda: lab.events("refused")[before:])
    assert refused[0][0] == "invalid"


async def test_a_second_call_waits_and_can_be_taken(lab: AsteriskLab) -> None:
    ana, diego, lorena = [await phone(lab, n) for n in ("550", "551", "552")]
    first = await ana.dial("551")
    talking = await diego.picks_up()
    await first.is_answered()
    second = await lorena.dial("551")
    knocking = await diego.rings()
    assert knocking.caller == "552"
    await talking.hold()
    await knocking.answer()
    await second.is_answered()
    await they_hear_each_other(second, knocking)
    await knocking.hang_up()
    await talking.resume()
    await they_hear_each_other(first, talking)


async def test_without_call_waiting_a_talking_extension_is_busy(lab: AsteriskLab) -> None:
    ana, quiet, lorena = [await phone(lab, n) for n in ("550", "558", "552")]
    out = await ana.dial("558")
    await quiet.picks_up()
    await out.is_answered()
    assert await (await lorena.dial("558")).fails() == 486
    await quiet.stays_quiet(0.5)


async def test_do_not_disturb_by_a_code_and_off_again(lab: AsteriskLab) -> None:
    ana, lorena = await phone(lab, "550"), await phone(lab, "552")
    code = await lorena.call("*25")
    await code.is_over()
    assert await (await ana.dial("552")).fails() == 486
    await lorena.stays_quiet(0.5)
    code = await lorena.call("#25")
    await code.is_over()
    await ana.dial("552")
    await lorena.rings()
    features = await lab.until(lambda: lab.events("feature"))
    assert ("552", "do_not_disturb") in {event[:2] for event in features}


@pytest.mark.parametrize(
    ("on", "off", "make"),
    [("*21", "#21", "nothing"), ("*67", "#67", "busy"), ("*61", "#61", "silence")],
    ids=["always", "when busy", "when nobody answers"],
)
async def test_calls_are_forwarded(lab: AsteriskLab, on: str, off: str, make: str) -> None:
    ana, lorena, dario = [await phone(lab, n) for n in ("550", "552", "554")]
    await (await lorena.call(f"{on}554")).is_over()
    lorena.busy = make == "busy"
    out = await ana.dial("552")
    came = await dario.picks_up(within=10)
    await out.is_answered()
    await they_hear_each_other(out, came)
    assert lorena.waiting.empty() == (make == "nothing")
    await out.hang_up()
    await came.is_over()
    lorena.busy = False
    await lorena.hang_up_everything()
    await (await lorena.call(off)).is_over()
    await ana.dial("552")
    await lorena.rings()
    await dario.stays_quiet(0.5)


async def test_two_extensions_forwarded_to_each_other_do_not_ring_for_ever(
    lab: AsteriskLab,
) -> None:
    ana, lorena, martin = [await phone(lab, n) for n in ("550", "552", "553")]
    await (await lorena.call("*21553")).is_over()
    await (await martin.call("*21552")).is_over()
    await (await ana.dial("552")).is_over(within=15)
    await lab.no_calls()
    for person in (lorena, martin):
        await (await person.call("#21")).is_over()


async def test_a_speed_dial_reaches_its_person(lab: AsteriskLab) -> None:
    ana, diego = await phone(lab, "550"), await phone(lab, "551")
    out = await ana.dial("*11")
    await diego.picks_up()
    await out.is_answered()


async def test_the_echo_test_says_what_was_said(lab: AsteriskLab) -> None:
    talk = await (await phone(lab, "550")).call("*600")
    talk.say_tone(700)
    await talk.hears_tone(700, within=30)


async def test_each_call_has_its_record(lab: AsteriskLab) -> None:
    await lab.no_calls()
    before = len(lab.cel())
    ana, diego = await phone(lab, "550"), await phone(lab, "551")
    out = await ana.dial("551")
    await diego.picks_up()
    await out.is_answered()
    await out.hang_up()
    [told] = await lab.calls(before)
    [leg] = told.legs
    assert told.tenants == {"acme"}
    assert (leg.source, leg.destination, leg.disposition) == ("550", "551", "ANSWERED")
    assert leg.answered
    assert leg.ended
    assert leg.began <= leg.answered <= leg.ended
    assert ("551", "551") in lab.events("internal")
