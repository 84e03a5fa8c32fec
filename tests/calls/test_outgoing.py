"""Calls to the outside: who may dial what, by which carrier, as whom, and how many."""

import asyncio

import pytest
from tests.support.carrier import answered_by
from tests.support.company import MAIN_CARRIER, SPARE_CARRIER, change_extension, company, gateway
from tests.support.lab import AsteriskLab
from tests.support.labs import CarrierMaker, Labs
from tests.support.phones import Phone

PLAN = company(
    gateways=(
        gateway("main", MAIN_CARRIER, max_calls=2),
        gateway("spare", SPARE_CARRIER, prepend="9", caller_id="24111111"),
    )
)
PLAN = change_extension(PLAN, "550", external_caller_id="24000550")
PLAN = change_extension(PLAN, "552", classes=("internal", "emergency"))


@pytest.fixture(scope="module")
def lab(labs: Labs) -> AsteriskLab:
    made = labs(PLAN)
    # A carrier that fails is worth a line in the log; it is not a fault of ours
    made.expect("503", "No response", "Everyone is busy", "unreachable")
    return made


async def phone(lab: AsteriskLab, number: str) -> Phone:
    return await lab.phone(f"{number}@acme.example.test")


async def test_ana_calls_a_mobile_and_shows_her_own_number(
    lab: AsteriskLab, carriers: CarrierMaker
) -> None:
    main = await carriers(PLAN, "main")
    talk = await (await phone(lab, "550")).dial("099123456")
    await answered_by(main, talk)
    assert main.invites[0].first_line.startswith("INVITE sip:099123456@")
    assert next(iter(main.calls.values())).caller == "24000550"
    await talk.hang_up()
    assert ("mobile", "099123456", "main") in lab.events("out")


async def test_who_has_no_number_of_her_own_shows_the_companys(
    lab: AsteriskLab, carriers: CarrierMaker
) -> None:
    main = await carriers(PLAN, "main")
    talk = await (await phone(lab, "551")).dial("24001111")
    call = await main.gets_call()
    assert call.caller == "24000000"
    await talk.hang_up()


async def test_who_may_not_dial_mobiles_is_refused_and_nothing_goes_out(
    lab: AsteriskLab, carriers: CarrierMaker
) -> None:
    main = await carriers(PLAN, "main")
    before = len(lab.events("refused"))
    await (await (await phone(lab, "552")).dial("099123456")).is_over()
    assert main.invites == []
    refused = await lab.until(lambda: lab.events("refused")[before:])
    assert refused[0][0] in ("class", "invalid")


async def test_an_emergency_call_always_goes(lab: AsteriskLab, carriers: CarrierMaker) -> None:
    main = await carriers(PLAN, "main")
    talk = await (await phone(lab, "552")).dial("911")
    await answered_by(main, talk)


async def test_an_international_call_asks_a_pin(lab: AsteriskLab, carriers: CarrierMaker) -> None:
    main = await carriers(PLAN, "main")
    talk = await (await phone(lab, "550")).call("0054111234")
    await asyncio.sleep(1.5)
    await talk.press("7391#")
    await answered_by(main, talk)
    assert main.invites[0].first_line.startswith("INVITE sip:0054111234@")


async def test_three_wrong_pins_and_the_call_is_refused_and_recorded_so(
    lab: AsteriskLab, carriers: CarrierMaker
) -> None:
    main = await carriers(PLAN, "main")
    before = len(lab.events("refused"))
    talk = await (await phone(lab, "550")).call("0054111234")
    for _ in range(3):
        await asyncio.sleep(2.5)
        assert not talk.ended
        await talk.press("0000#")
    await talk.is_over(within=15)
    assert main.invites == []
    refused = await lab.until(lambda: lab.events("refused")[before:])
    assert refused[0][0] == "pin"


@pytest.mark.parametrize("status", [503, 500, 0], ids=["503", "500", "no answer at all"])
async def test_when_the_first_carrier_fails_the_second_takes_the_call(
    lab: AsteriskLab, carriers: CarrierMaker, status: int
) -> None:
    main, spare = await carriers(PLAN, "main"), await carriers(PLAN, "spare")
    main.refuses = status
    talk = await (await phone(lab, "550")).dial("24002222")
    await answered_by(spare, talk, within=20)
    assert spare.invites[0].first_line.startswith("INVITE sip:924002222@")
    assert len({invite.header("Call-ID") for invite in main.invites}) == 1


async def test_a_busy_number_is_busy_and_no_other_carrier_is_tried(
    lab: AsteriskLab, carriers: CarrierMaker
) -> None:
    main, spare = await carriers(PLAN, "main"), await carriers(PLAN, "spare")
    main.refuses = 486
    assert await (await (await phone(lab, "550")).dial("24002222")).fails() == 486
    assert spare.invites == []


async def test_the_third_call_finds_the_first_carrier_full(
    lab: AsteriskLab, carriers: CarrierMaker
) -> None:
    main, spare = await carriers(PLAN, "main"), await carriers(PLAN, "spare")
    main.answers = spare.answers = True
    ana = await phone(lab, "550")
    for number in ("24003331", "24003332", "24003333"):
        await (await ana.dial(number)).is_answered()
    assert len(main.invites) == 2
    assert len(spare.invites) == 1


async def test_a_call_from_outside_is_not_a_way_to_the_outside(
    lab: AsteriskLab, carriers: CarrierMaker
) -> None:
    main = await carriers(PLAN, "main")
    call = await main.calls_in("099123456", lab.server)
    assert await call.fails() in (404, 403, 603, 484)
    assert main.invites == []
