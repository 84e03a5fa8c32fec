"""Two operators on one node, with gateways, tables and companies' extensions of equal names.

Whatever a company's telephone or a carrier says over SIP, it meets its own operator alone.
"""

import pytest
from tests.support.lab import AsteriskLab
from tests.support.labs import CarrierMaker, Labs
from tests.support.operators import by_operator, carrier, operator
from tests.support.rawsip import RawSip

NORTE, SUR = "127.0.0.84", "127.0.0.85"
ONE = operator("norte", gateways=(carrier("centro", NORTE), carrier("sur", NORTE)), on_net=True)
OTHER = operator("este", gateways=(carrier("centro", SUR), carrier("sur", SUR)), on_net=True)
ACME = by_operator("acme", "59824001000")
RIVAL = by_operator("rival", "59824002000", unit="o-este")


@pytest.fixture(scope="module")
def lab(labs: Labs) -> AsteriskLab:
    made = labs(ACME, RIVAL, operators=(ONE, OTHER))
    made.expect(
        "503",
        "Everyone is busy",
        "No matching endpoint",
        "already DISCONNECTED",
        "Request 'INVITE' from",
    )
    return made


async def test_each_companys_call_leaves_by_its_own_operator(
    lab: AsteriskLab, carriers: CarrierMaker
) -> None:
    ours, theirs = await carriers(ONE, "centro"), await carriers(OTHER, "centro")
    talk = await (await lab.phone("550@acme.example.test")).dial("24005555")
    assert (await ours.gets_call()).caller == "59824001000"
    await talk.hang_up()
    talk = await (await lab.phone("550@rival.example.test")).dial("24005555")
    assert (await theirs.gets_call()).caller == "59824002000"
    await talk.hang_up()
    assert len(ours.invites) == len(theirs.invites) == 1


async def test_another_operators_number_is_no_call_on_net(
    lab: AsteriskLab, carriers: CarrierMaker
) -> None:
    ours = await carriers(ONE, "centro")
    rival = await lab.phone("550@rival.example.test")
    talk = await (await lab.phone("550@acme.example.test")).dial("24002000")
    assert (await ours.gets_call()).dialled == "59824002000"
    await rival.stays_quiet(0.5)
    await talk.hang_up()


async def test_a_carrier_reaches_its_own_operators_numbers_alone(
    lab: AsteriskLab, carriers: CarrierMaker
) -> None:
    theirs = await carriers(OTHER, "centro")
    ana = await lab.phone("550@acme.example.test")
    for number in ("59824001000", "24001000", "+59824001000", "550", "o-norte-out", "acme"):
        assert await (await theirs.calls_in(number, lab.server)).fails() in (404, 484)
    await ana.stays_quiet(0.5)


TRICKS = {
    "as the gateway": {"From": "<sip:o-este-gw-centro@acme.example.test>;tag=a1"},
    "as the other company": {"From": "<sip:550@rival.example.test>;tag=a1"},
    "with its number asserted": {
        "P-Asserted-Identity": "<sip:59824002000@acme.example.test>",
        "Remote-Party-ID": "<sip:59824002000@acme.example.test>;party=calling",
        "P-Preferred-Identity": "<sip:59824002000@acme.example.test>",
    },
    "with a diversion": {"Diversion": "<sip:59824002000@rival.example.test>;reason=unconditional"},
    "by a route through it": {"Route": f"<sip:{SUR}:{OTHER.gateways[0].port};lr>"},
    "with tenant headers": {"Accountcode": "rival", "X-Tenant": "rival"},
}


@pytest.mark.parametrize("trick", TRICKS.values(), ids=TRICKS.keys())
async def test_no_header_lets_a_telephone_use_the_other_operator(
    lab: AsteriskLab, carriers: CarrierMaker, trick: dict[str, str]
) -> None:
    ours, theirs = await carriers(ONE, "centro"), await carriers(OTHER, "centro")
    ours.refuses = theirs.refuses = 486
    raw = await RawSip.open(lab.server, "550@acme.example.test", "secret-acme-550")
    await raw.invite("sip:24005555@acme.example.test", trick)
    raw.close()
    assert theirs.invites == []
    for invite in ours.invites:
        text = "\n".join(f"{name}: {value}" for name, value in invite.headers)
        assert "59824002000" not in text
        assert "rival" not in text


TARGETS = (
    "sip:59824005555@rival.example.test",
    "sip:24005555@o-este-gw-centro",
    "sip:o-este-out@acme.example.test",
    "sip:59824005555@o-este-out",
    f"sip:24005555@{SUR}",
    "sip:24005555;tgrp=o-este;trunk-context=este@acme.example.test",
    "sip:24005555%40o-este-gw-centro@acme.example.test",
    "sip:24005555&PJSIP%2f1@acme.example.test",
    "sip:24005555,o-este-out@acme.example.test",
    "sip:${DB(o-este-n)}@acme.example.test",
)


@pytest.mark.parametrize("target", TARGETS)
async def test_no_address_lets_a_telephone_use_the_other_operator(
    lab: AsteriskLab, carriers: CarrierMaker, target: str
) -> None:
    ours, theirs = await carriers(ONE, "centro"), await carriers(OTHER, "centro")
    ours.refuses = theirs.refuses = 486
    raw = await RawSip.open(lab.server, "550@acme.example.test", "secret-acme-550")
    await raw.invite(target)
    raw.close()
    assert theirs.invites == []
    assert all(call.dialled.lstrip("+").isdigit() for call in ours.calls.values())


async def test_a_transfer_does_not_lead_out_by_the_other_operator(
    lab: AsteriskLab, carriers: CarrierMaker
) -> None:
    ours, theirs = await carriers(ONE, "centro"), await carriers(OTHER, "centro")
    ours.answers = True
    ana = await lab.phone("550@acme.example.test")
    diego = await lab.phone("551@acme.example.test")
    out = await ana.dial("551")
    came = await diego.picks_up()
    await out.is_answered()
    out.say_tone(600)
    await came.hears_tone(600)
    await out.transfer("24005555")
    await ours.gets_call()
    assert theirs.invites == []
