"""Calls that leave by an operator: which carrier, with which numbers, as whom, and how many."""

from dataclasses import replace

import pytest
from tests.support.carrier import answered_by
from tests.support.lab import AsteriskLab
from tests.support.labs import CarrierMaker, Labs
from tests.support.operators import CENTRO, SUR, by_operator, carrier, operator, route
from tests.support.phones import Phone

from conmuta_plan.operator import (
    CallerIdRule,
    NumberRule,
    Privacy,
    Route,
    RouteChoice,
    RouteTable,
)

OURS, ANI = "59824001000", "59899100200"
"""A number of the operator's stock, and one of the company's own at another carrier."""
NORTE = operator(
    gateways=(
        carrier("centro", CENTRO, max_calls=2),
        carrier("sur", SUR, outbound=(NumberRule(pattern="598.", strip=3, prepend="0"),)),
        carrier(
            "asserted",
            SUR,
            privacy=Privacy.ASSERTED,
            caller_id_outbound=(NumberRule(pattern="598.", strip=3, prepend="0"),),
            may_send_own_ani=True,
        ),
        carrier("hidden", SUR, privacy=Privacy.HIDDEN, caller_id_rule=CallerIdRule.PASS),
        carrier("forced", SUR, caller_id_rule=CallerIdRule.FORCE),
        carrier("paced", SUR, max_calls_per_second=1),
    ),
    routes=(
        route("usual", "centro", "sur"),
        route("mobile", "sur", "centro"),
        route("asserted", "asserted"),
        route("hidden", "hidden"),
        route("forced", "forced"),
        route("paced", "paced", "sur"),
        route("stops", "centro", "sur", stop_causes=(38,)),
        Route(name="closed", reason="closed"),
        Route(
            name="shared",
            choices=(
                RouteChoice(gateway="centro", weight=70),
                RouteChoice(gateway="sur", weight=30),
            ),
        ),
    ),
    tables=(
        RouteTable(
            name="basic",
            prefixes={
                "": "usual",
                "5989": "mobile",
                "5411": "asserted",
                "5412": "hidden",
                "5413": "forced",
                "5414": "paced",
                "5415": "stops",
                "5416": "shared",
                "541": "usual",
                "882": "closed",
            },
        ),
    ),
)
ACME = by_operator("acme", OURS, "59824001001", link={"foreign_caller_ids": (ANI,)})
ACME = replace(
    ACME,
    extensions=tuple(
        replace(
            each,
            external_caller_id={"551": "59824001001", "552": ANI, "553": "59822222222"}.get(
                each.number
            ),
        )
        for each in ACME.extensions
    ),
)


@pytest.fixture(scope="module")
def lab(labs: Labs) -> AsteriskLab:
    made = labs(ACME, operators=(NORTE,))
    # A carrier that fails is worth a line in the log; it is not a fault of ours
    made.expect("503", "No response", "Everyone is busy", "unreachable", "No early media")
    made.expect("already DISCONNECTED")  # who hangs up while a carrier is asked
    return made


async def phone(lab: AsteriskLab, number: str) -> Phone:
    return await lab.phone(f"{number}@acme.example.test")


async def test_a_national_number_leaves_as_e164_by_the_first_carrier(
    lab: AsteriskLab, carriers: CarrierMaker
) -> None:
    centro = await carriers(NORTE, "centro")
    talk = await (await phone(lab, "550")).dial("24003333")
    await answered_by(centro, talk)
    assert centro.invites[0].first_line.startswith("INVITE sip:59824003333@")
    assert next(iter(centro.calls.values())).caller == OURS
    assert centro.invites[0].header("P-Asserted-Identity") == ""
    await talk.hang_up()
    assert ("local", "24003333", "o-norte:centro", "59824003333") in lab.events("out")


async def test_a_mobile_goes_by_the_longest_prefix_in_that_carriers_format(
    lab: AsteriskLab, carriers: CarrierMaker
) -> None:
    sur = await carriers(NORTE, "sur")
    talk = await (await phone(lab, "550")).dial("099123456")
    await answered_by(sur, talk)
    assert sur.invites[0].first_line.startswith("INVITE sip:099123456@")


@pytest.mark.parametrize("status", [503, 500, 404, 486])
async def test_what_a_carriers_answer_means_for_the_next_one(
    lab: AsteriskLab, carriers: CarrierMaker, status: int
) -> None:
    centro, sur = await carriers(NORTE, "centro"), await carriers(NORTE, "sur")
    centro.refuses = status
    talk = await (await phone(lab, "550")).dial("24003333")
    if status in (503, 500):
        await answered_by(sur, talk)
        assert len(centro.invites) == 1
    else:
        await talk.is_over()
        assert sur.invites == []


@pytest.mark.parametrize(
    ("number", "shown"),
    [("550", OURS), ("551", "59824001001"), ("552", "59829999999"), ("553", "59829999999")],
    ids=["usual", "own", "own elsewhere", "somebody else's"],
)
async def test_a_listed_gateway_shows_only_numbers_of_the_company(
    lab: AsteriskLab, carriers: CarrierMaker, number: str, shown: str
) -> None:
    centro = await carriers(NORTE, "centro")
    talk = await (await phone(lab, number)).dial("24003333")
    assert (await centro.gets_call()).caller == shown
    await talk.hang_up()


async def test_an_own_number_of_another_carrier_is_shown_where_the_gateway_may(
    lab: AsteriskLab, carriers: CarrierMaker
) -> None:
    asserted = await carriers(NORTE, "asserted")
    talk = await (await phone(lab, "552")).dial("005411123456")
    call = await asserted.gets_call()
    assert call.caller == "099100200"
    assert "sip:099100200@" in call.invite.header("P-Asserted-Identity")
    assert call.invite.header("Privacy") == ""
    await talk.hang_up()


async def test_a_hidden_caller_is_told_to_the_carrier_alone(
    lab: AsteriskLab, carriers: CarrierMaker
) -> None:
    hidden = await carriers(NORTE, "hidden")
    talk = await (await phone(lab, "553")).dial("005412123456")
    call = await hidden.gets_call()
    assert "anonymous" in call.invite.header("From")
    assert OURS not in call.invite.header("From")
    assert f"sip:{OURS}@" in call.invite.header("P-Asserted-Identity")
    assert "id" in call.invite.header("Privacy")
    assert call.dialled == "5412123456"
    await talk.hang_up()


async def test_a_gateway_that_forces_its_number_shows_it_for_everybody(
    lab: AsteriskLab, carriers: CarrierMaker
) -> None:
    forced = await carriers(NORTE, "forced")
    talk = await (await phone(lab, "551")).dial("005413123456")
    assert (await forced.gets_call()).caller == "59829999999"
    await talk.hang_up()


@pytest.mark.parametrize("trying", [False, True], ids=["no answer at all", "trying, and no more"])
async def test_a_silent_carriers_call_goes_to_the_next(
    lab: AsteriskLab, carriers: CarrierMaker, *, trying: bool
) -> None:
    centro, sur = await carriers(NORTE, "centro"), await carriers(NORTE, "sur")
    centro.refuses = None if trying else 0
    talk = await (await phone(lab, "550")).dial("24003333")
    await answered_by(sur, talk, within=25)
    if trying:
        await (await centro.gets_call()).is_over()


async def test_a_cause_at_which_the_route_stops_is_tried_nowhere_else(
    lab: AsteriskLab, carriers: CarrierMaker
) -> None:
    centro, sur = await carriers(NORTE, "centro"), await carriers(NORTE, "sur")
    centro.refuses = 500
    await (await (await phone(lab, "550")).dial("005415123456")).is_over()
    assert len(centro.invites) == 1
    assert sur.invites == []


async def test_a_closed_destination_is_refused_and_told_so(
    lab: AsteriskLab, carriers: CarrierMaker
) -> None:
    centro = await carriers(NORTE, "centro")
    await (await (await phone(lab, "550")).dial("00882123456")).is_over()
    assert centro.invites == []
    assert await lab.until(lambda: ("closed", "00882123456") in lab.events("refused"))


async def test_the_third_call_finds_the_first_carrier_full(
    lab: AsteriskLab, carriers: CarrierMaker
) -> None:
    centro, sur = await carriers(NORTE, "centro"), await carriers(NORTE, "sur")
    centro.answers = sur.answers = True
    ana = await phone(lab, "550")
    for number in ("24003331", "24003332", "24003333"):
        await (await ana.dial(number)).is_answered()
    assert len(centro.invites) == 2
    assert len(sur.invites) == 1
    await lab.switchboard.clear()
    await lab.no_calls()


async def test_no_more_calls_a_second_than_the_carrier_takes(
    lab: AsteriskLab, carriers: CarrierMaker
) -> None:
    paced, sur = await carriers(NORTE, "paced"), await carriers(NORTE, "sur")
    paced.answers = sur.answers = True
    people = [await phone(lab, number) for number in ("550", "551", "552", "553")]
    talks = [await one.dial("005414123456") for one in people[:2]]
    talks += [await one.dial("005414123456") for one in people[2:]]
    for talk in talks:
        await talk.is_answered()
    # Four calls touch two seconds of the clock at most
    assert 1 <= len(paced.invites) <= 2
    assert len(paced.invites) + len(sur.invites) == 4


async def test_shares_are_kept_and_the_other_one_takes_what_fails(
    lab: AsteriskLab, carriers: CarrierMaker
) -> None:
    centro, sur = await carriers(NORTE, "centro"), await carriers(NORTE, "sur")
    centro.refuses = sur.refuses = 486
    ana = await phone(lab, "550")
    for _ in range(24):
        await (await ana.dial("005416123456")).is_over()
    assert len(centro.invites) + len(sur.invites) == 24
    assert len(centro.invites) > len(sur.invites) > 0
    centro.refuses = sur.refuses = 503
    await (await ana.dial("005416123456")).is_over()
    assert len(centro.invites) + len(sur.invites) == 26
