"""Calls that leave by an operator: which carrier, with which numbers, as whom, and how many."""

from dataclasses import replace

import pytest
from tests.support.carrier import Carrier
from tests.support.lab import AsteriskLab
from tests.support.labs import CarrierMaker, Labs
from tests.support.operators import CENTRO, SUR, by_operator, carrier, operator, route
from tests.support.phones import Phone, Talk

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
        route("paced", "paced", "centro"),
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
    return made


async def phone(lab: AsteriskLab, number: str) -> Phone:
    return await lab.phone(f"{number}@acme.example.test")


async def answered_by(carrier: Carrier, talk: Talk, within: float = 10) -> None:
    call = await carrier.gets_call(within)
    call.ring()
    await call.answer()
    await talk.is_answered()
    talk.say_tone(500)
    call.say_tone(800)
    await call.hears_tone(500)
    await talk.hears_tone(800)


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
