"""Two companies with the same numbers on one Asterisk: whatever people dial, neither reaches the
other. What somebody tries who speaks SIP by hand: `test_two_companies_by_hand.py`."""

import asyncio

import pytest
from tests.support.lab import AsteriskLab
from tests.support.labs import CarrierMaker, Labs
from tests.support.phones import Phone
from tests.support.two_companies import RIVAL, both, phone, talking


@pytest.fixture(scope="module")
def lab(labs: Labs) -> AsteriskLab:
    return both(labs)


async def test_each_550_rings_its_own_551(lab: AsteriskLab) -> None:
    for tenant, other in (("acme", "rival"), ("rival", "acme")):
        caller, own = await phone(lab, "550", tenant), await phone(lab, "551", tenant)
        foreign = await phone(lab, "551", other)
        out = await caller.dial("551")
        came = await own.picks_up()
        await out.is_answered()
        await foreign.stays_quiet(0.5)
        await out.hang_up()
        await came.is_over()


async def test_numbers_of_one_companys_dialplan_are_nothing_in_the_other(
    lab: AsteriskLab,
) -> None:
    """What could be taken for a context, a channel or a file of the other company."""
    rival = await phone(lab, "550", "rival")
    victim = await phone(lab, "551", "acme")
    for number in (
        "551%40acme-local",
        "acme-local",
        "PJSIP%2f551%40acme.example.test",
        "24000000",
        "acme-ventas",
        "551%26PJSIP",
    ):
        attempt = await rival.dial(number)
        await victim.stays_quiet(0.5)
        await attempt.hang_up()


async def test_a_blind_transfer_does_not_leave_the_company(lab: AsteriskLab) -> None:
    out, came = await talking(await phone(lab, "550", "rival"), await phone(lab, "552", "rival"))
    victim = await phone(lab, "551", "acme")
    for target in ("sip:551@acme.example.test", "sip:551%40acme.example.test@rival.example.test"):
        task = asyncio.create_task(came.transfer(target, within=4))
        await victim.stays_quiet(1)
        await asyncio.gather(task, return_exceptions=True)
        if came.ended:
            await lab.switchboard.clear()
            return
    assert out is not None


async def test_pick_up_takes_no_call_of_the_other(lab: AsteriskLab) -> None:
    caller, called = await phone(lab, "550", "acme"), await phone(lab, "551", "acme")
    thief = await phone(lab, "552", "rival")
    out = await caller.dial("551")
    ringing = await called.rings()
    for code in ("*8", "**551", "**551%40acme", "**acme-551"):
        attempt = await thief.dial(code)
        await asyncio.sleep(0.5)
        await attempt.hang_up()
    assert not ringing.ended
    await ringing.answer()
    await out.is_answered()


async def test_a_parked_call_is_not_found_from_the_other(lab: AsteriskLab) -> None:
    out, came = await talking(await phone(lab, "550", "acme"), await phone(lab, "551", "acme"))
    transfer = asyncio.create_task(came.transfer("700"))
    await asyncio.sleep(1)
    assert "701" in lab.cli("parking show acme-parking")
    thief = await phone(lab, "552", "rival")
    attempt = await thief.dial("701")
    await attempt.is_over(within=10)
    assert not out.ended
    taken = await (await phone(lab, "552", "acme")).call("701")
    out.say_tone(600)
    await taken.hears_tone(600)
    await asyncio.gather(transfer, return_exceptions=True)


async def test_room_800_of_each_is_a_room_of_its_own(lab: AsteriskLab) -> None:
    ours = await (await phone(lab, "550", "acme")).call("800")
    theirs = await (await phone(lab, "550", "rival")).call("800")
    await asyncio.sleep(2)
    ours.say_tone(600)
    await theirs.hears_no_tone(600, seconds=2)


async def test_a_mailbox_of_the_other_is_not_opened(lab: AsteriskLab) -> None:
    thief = await phone(lab, "550", "rival")
    for number in ("500%40acme", "551%40acme-voicemail"):
        attempt = await thief.dial(f"*98{number}")
        await asyncio.sleep(0.5)
        await attempt.hang_up()
    talk = await thief.call("*98")
    await asyncio.sleep(2)
    await talk.press("500#")
    await asyncio.sleep(2)
    await talk.press("5555#")
    await asyncio.sleep(1)
    assert "/acme/" not in lab.cli("core show channels verbose")
    opened = [path for path in (lab.home.state / "spool/voicemail").glob("*/*") if path.is_dir()]
    assert [path.parent.name for path in opened if path.parent.name == "acme"] == []


async def test_an_agent_of_one_is_no_agent_of_the_other(lab: AsteriskLab) -> None:
    diego = await phone(lab, "551", "acme")
    await diego_does(diego, "*41", "551")
    rival_551 = await phone(lab, "551", "rival")
    caller = await (await phone(lab, "550", "rival")).dial("560")
    await diego.stays_quiet(2)
    await rival_551.stays_quiet(0.2)
    await caller.hang_up()
    await diego_does(diego, "*42", "551")


async def diego_does(diego: Phone, code: str, number: str) -> None:
    """Signs in, where he is asked which agent he is, or out."""
    talk = await diego.call(code)
    if code == "*41":
        await asyncio.sleep(1.5)
        await talk.press(f"{number}#")
    await talk.is_over(within=15)


async def test_a_carrier_reaches_only_its_own_companys_numbers(
    lab: AsteriskLab, carriers: CarrierMaker
) -> None:
    rivals = await carriers(RIVAL, "main")
    victim, own = await phone(lab, "550", "acme"), await phone(lab, "550", "rival")
    call = await rivals.calls_in("24000000", lab.server)
    assert await call.fails() >= 400
    await victim.stays_quiet(0.3)
    await rivals.calls_in("25000000", lab.server)
    await own.rings()
    await victim.stays_quiet(0.3)


async def test_records_bear_their_own_companys_name(lab: AsteriskLab) -> None:
    await lab.no_calls()
    before = len(lab.cel())
    for tenant in ("acme", "rival"):
        out, _ = await talking(await phone(lab, "550", tenant), await phone(lab, "551", tenant))
        await out.hang_up()
        await lab.no_calls()
    told = await lab.calls(before)
    assert [call.tenants for call in told] == [{"acme"}, {"rival"}]
    assert [len(call.legs) for call in told] == [1, 1]
