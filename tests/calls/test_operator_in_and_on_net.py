"""Calls to an operator's numbers, from carriers and from its other companies; suspended ones."""

from dataclasses import replace

import pytest
from tests.support.company import extension
from tests.support.lab import AsteriskLab
from tests.support.labs import CarrierMaker, Labs
from tests.support.operators import by_operator, operator

TABLE = operator().tables[0]
NORTE = operator(
    tables=(replace(TABLE, prefixes=TABLE.prefixes | {"598911": "usual"}),),
)
ACME = by_operator("acme", "59824001000", link={"max_calls_in": 1})
TALLER = by_operator("taller", "59824002000")
TALLER = replace(TALLER, extensions=(*TALLER.extensions, extension("556", "taller")))
ASLEEP = by_operator("asleep", "59824003000", suspended=True)


@pytest.fixture(scope="module")
def lab(labs: Labs) -> AsteriskLab:
    return labs(ACME, TALLER, ASLEEP, operators=(NORTE,))


async def test_a_carriers_national_number_finds_its_company(
    lab: AsteriskLab, carriers: CarrierMaker
) -> None:
    centro = await carriers(NORTE, "centro")
    ana = await lab.phone("550@acme.example.test")
    call = await centro.calls_in("24001000", lab.server)
    talk = await ana.picks_up()
    await call.is_answered()
    call.say_tone(700)
    await talk.hears_tone(700)
    await call.hang_up()
    assert ("59824001000", "o-norte:centro") in lab.events("in")
    await lab.no_calls()
    [told] = [call for call in await lab.calls() if call.facts.caller == "099123456"]
    assert told.tenants == {"acme"}
    [leg] = told.legs
    assert (leg.source, leg.destination) == ("099123456", "59824001000")
    assert (leg.disposition, leg.peer_channel.split("@")[0]) == ("ANSWERED", "PJSIP/550")


async def test_a_number_that_nobody_has_is_not_found(
    lab: AsteriskLab, carriers: CarrierMaker
) -> None:
    centro = await carriers(NORTE, "centro")
    for number in ("24009999", "59824009999", "550", "s", "start"):
        assert await (await centro.calls_in(number, lab.server)).fails() in (404, 484)


async def test_a_second_call_in_finds_the_company_full(
    lab: AsteriskLab, carriers: CarrierMaker
) -> None:
    centro = await carriers(NORTE, "centro")
    ana = await lab.phone("550@acme.example.test")
    first = await centro.calls_in("24001000", lab.server)
    await ana.picks_up()
    await first.is_answered()
    assert await (await centro.calls_in("24001000", lab.server)).fails() == 503
    await first.hang_up()
    await lab.no_calls()


async def test_a_call_to_another_company_of_the_operator_stays_inside_and_comes_from_outside(
    lab: AsteriskLab, carriers: CarrierMaker
) -> None:
    centro = await carriers(NORTE, "centro")
    ana = await lab.phone("550@acme.example.test")
    there = await lab.phone("550@taller.example.test")
    skip, before = len(lab.events("in")), len(lab.cel())
    out = await ana.dial("24002000")
    came = await there.picks_up()
    await out.is_answered()
    out.say_tone(600)
    came.say_tone(900)
    await came.hears_tone(600)
    await out.hears_tone(900)
    assert "59824001000" in came.caller
    assert "Ana" not in came.caller
    await out.hang_up()
    await lab.no_calls()
    assert centro.invites == []
    assert lab.events("in")[skip:] == [("59824002000", "o-norte:on-net")]
    assert ("local", "24002000", "o-norte:on-net", "59824002000") in lab.events("out")
    [told] = await lab.calls(before)
    assert "taller" in told.tenants
    here, theirs = told.legs
    assert here.channel.startswith("PJSIP/550@acme.example.test-")
    assert theirs.peer_channel.startswith("PJSIP/550@taller.example.test-")
    assert here.peer_channel.removesuffix(";1") == theirs.channel.removesuffix(";2")
    assert theirs.destination == "59824002000"
    assert {here.disposition, theirs.disposition} == {"ANSWERED"}


async def test_who_is_called_on_net_cannot_be_sent_on_inside_the_callers_company(
    lab: AsteriskLab,
) -> None:
    """The called company's telephone transfers within its own company, never the other's."""
    ana = await lab.phone("550@acme.example.test")
    mine = await lab.phone("551@acme.example.test")
    there = await lab.phone("550@taller.example.test")
    theirs = await lab.phone("551@taller.example.test")
    out = await ana.dial("24002000")
    came = await there.picks_up()
    await out.is_answered()
    await came.transfer("551")
    taken = await theirs.picks_up()
    out.say_tone(600)
    await taken.hears_tone(600)
    await mine.stays_quiet(1)
    await out.hang_up()


async def test_ones_own_number_dialled_as_a_national_one_rings_inside(lab: AsteriskLab) -> None:
    ana = await lab.phone("550@acme.example.test")
    diego = await lab.phone("551@acme.example.test")
    out = await diego.dial("24001000")
    await ana.picks_up()
    await out.is_answered()


async def test_a_suspended_company_calls_nobody_but_for_help(
    lab: AsteriskLab, carriers: CarrierMaker
) -> None:
    centro = await carriers(NORTE, "centro")
    sleeper = await lab.phone("550@asleep.example.test")
    await (await sleeper.dial("24005555")).is_over(within=20)
    assert centro.invites == []
    assert await lab.until(lambda: ("suspended", "24005555") in lab.events("refused"))
    centro.answers = True
    await (await sleeper.dial("911")).is_answered()
    assert centro.invites[0].first_line.startswith("INVITE sip:598911@")


async def test_who_calls_a_suspended_company_hears_a_notice_and_it_works_inside(
    lab: AsteriskLab, carriers: CarrierMaker
) -> None:
    centro = await carriers(NORTE, "centro")
    one = await lab.phone("550@asleep.example.test")
    other = await lab.phone("551@asleep.example.test")
    call = await centro.calls_in("24003000", lab.server)
    await call.is_over(within=20)
    await one.stays_quiet(0.5)
    assert ("suspended", "59824003000") in lab.events("refused")
    talk = await one.dial("551")
    await other.picks_up()
    await talk.is_answered()
