"""A company with thousands of its operator's numbers: the last is reached as the first is, each
leads where it should, and what is beside them is nobody's."""

import pytest
from tests.support.lab import AsteriskLab
from tests.support.labs import CarrierMaker, Labs
from tests.support.operators import by_operator, operator

from conmuta_plan.outside import InboundNumber, Target, TargetKind

COUNT = 5000
NORTE = operator()
NUMBERS = [f"5982400{place:04d}" for place in range(COUNT)]
FIRST, BOX, KEPT, ROOM, LAST = NUMBERS[0], *NUMBERS[-4:]
LEADS = {
    LAST: Target(kind=TargetKind.EXTENSION, name="551"),
    ROOM: Target(kind=TargetKind.CONFERENCE, name="800"),
    BOX: Target(kind=TargetKind.MAILBOX, name="550"),
}
RECORDED = {KEPT: True, LAST: False}
USUAL = Target(kind=TargetKind.EXTENSION, name="550")
STOCK = tuple(
    InboundNumber(
        number=number, stock=True, target=LEADS.get(number, USUAL), record=RECORDED.get(number)
    )
    for number in NUMBERS
)


@pytest.fixture(scope="module")
def lab(labs: Labs) -> AsteriskLab:
    return labs(by_operator("acme", FIRST, numbers=STOCK), operators=(NORTE,))


@pytest.mark.parametrize(("number", "who"), [(FIRST, "550"), (NUMBERS[2500], "550"), (LAST, "551")])
async def test_each_number_rings_whom_it_should(
    lab: AsteriskLab, carriers: CarrierMaker, number: str, who: str
) -> None:
    centro = await carriers(NORTE, "centro")
    phone = await lab.phone(f"{who}@acme.example.test")
    call = await centro.calls_in(number.removeprefix("598"), lab.server)
    talk = await phone.picks_up()
    await call.is_answered()
    call.say_tone(700)
    await talk.hears_tone(700)
    await call.hang_up()
    await lab.no_calls()
    assert (number, "o-norte:centro") in lab.events("in")
    [told] = [call for call in await lab.calls() if call.facts.dialled == number]
    assert told.tenants == {"acme"}
    assert [leg.destination for leg in told.legs] == [number]


@pytest.mark.parametrize("number", [ROOM, BOX])
async def test_some_lead_to_a_room_and_to_a_mailbox(
    lab: AsteriskLab, carriers: CarrierMaker, number: str
) -> None:
    centro = await carriers(NORTE, "centro")
    call = await centro.calls_in(number.removeprefix("598"), lab.server)
    await call.is_answered()
    await call.hang_up()
    await lab.no_calls()
    assert (number, "o-norte:centro") in lab.events("in")
    assert bool(lab.events("voicemail")) == (number == BOX)


async def test_only_the_number_that_says_so_is_recorded(
    lab: AsteriskLab, carriers: CarrierMaker
) -> None:
    centro = await carriers(NORTE, "centro")
    for number, who in ((LAST, "551"), (FIRST, "550"), (KEPT, "550")):
        assert lab.events("recording") == []
        phone = await lab.phone(f"{who}@acme.example.test")
        call = await centro.calls_in(number.removeprefix("598"), lab.server)
        await phone.picks_up()
        await call.is_answered()
        await call.hang_up()
        await lab.no_calls()
    assert await lab.until(lambda: lab.events("recording"))


async def test_the_number_behind_the_last_is_nobodys(
    lab: AsteriskLab, carriers: CarrierMaker
) -> None:
    centro = await carriers(NORTE, "centro")
    behind = f"2400{COUNT:04d}"
    assert await (await centro.calls_in(behind, lab.server)).fails() == 404
    assert f"598{behind}" not in {event[0] for event in lab.events("in")}


async def test_dialled_inside_the_last_rings_at_once_and_the_one_behind_it_does_not(
    lab: AsteriskLab, carriers: CarrierMaker
) -> None:
    centro = await carriers(NORTE, "centro")
    ana = await lab.phone("550@acme.example.test")
    diego = await lab.phone("551@acme.example.test")
    talk = await ana.dial(LAST)
    came = await diego.picks_up()
    await talk.is_answered()
    await came.hang_up()
    await lab.no_calls()
    assert centro.invites == []
    await (await ana.dial(f"5982400{COUNT:04d}")).is_over(within=20)
    await diego.stays_quiet(0.5)
