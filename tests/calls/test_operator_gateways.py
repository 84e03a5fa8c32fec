"""Gateways of every kind: registering, with passwords both ways, TLS and SRTP."""

import asyncio
from collections.abc import Iterator

import pytest
from tests.support.carrier_switch import CUSTOMER, SECRET, CarrierSwitch, carrier_switch
from tests.support.lab import AsteriskLab
from tests.support.labs import Labs
from tests.support.operators import by_operator, carrier, operator, route
from tests.support.rawsip import RawSip

from conmuta_plan.operator import OperatorGateway, OperatorPlan, RouteTable
from conmuta_plan.outside import Transport
from conmuta_plan.people import Srtp

SWITCH = "127.0.0.86"
REGISTERED = 90.0
"""Seconds: a busy carrier that missed the first try has a second after a minute."""
ACME = by_operator("acme", "59824001000")


@pytest.fixture(scope="module")
def switch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CarrierSwitch]:
    with carrier_switch(tmp_path_factory.mktemp("carrier"), SWITCH) as running:
        yield running


def by_tls(switch: CarrierSwitch, name: str, **more: object) -> OperatorGateway:
    return carrier(
        name,
        SWITCH,
        port=switch.ports[name.removesuffix("-unverified")],
        transport=Transport.TLS,
        username=CUSTOMER,
        secret=SECRET,
        from_user=CUSTOMER,
        **more,
    )


@pytest.fixture(scope="module")
def plan(switch: CarrierSwitch) -> OperatorPlan:
    known = {"username": CUSTOMER, "secret": SECRET}
    gateways = (
        carrier("registers", SWITCH, port=switch.ports["udp"], register=True, watch_seconds=1,
                from_user=CUSTOMER, **known),
        carrier("proves", "127.0.0.1", challenge=True, **known),
        by_tls(switch, "good", media_encryption=Srtp.REQUIRED),
        by_tls(switch, "unknown"),
        by_tls(switch, "other"),
        by_tls(switch, "unknown-unverified", verify_certificate=False),
    )  # fmt: skip
    prefixes = {f"541{number}": each.name for number, each in enumerate(gateways)}
    return operator(
        gateways=gateways,
        routes=tuple(route(each.name, each.name) for each in gateways),
        tables=(RouteTable(name="basic", prefixes=prefixes),),
    )


@pytest.fixture(scope="module")
def lab(labs: Labs, switch: CarrierSwitch, plan: OperatorPlan) -> AsteriskLab:
    made = AsteriskLab.prepare(
        labs.folders.mktemp("asterisk"), labs.switchboard, [ACME], operators=[plan]
    )
    etc = made.home.state / "etc"
    (etc / "authorities.pem").write_bytes(switch.authority)
    labs.running.append(made)
    made.expect("503", "Everyone is busy", "SSL", "TLS", "certificate", "unreachable", "identify")
    made.expect("Failed to", "resolve", "No matching endpoint", "authenticate", "is now")
    return made.start()


def dialled(plan: OperatorPlan, gateway: str) -> str:
    """A number that goes by this gateway."""
    names = [each.name for each in plan.gateways]
    return f"00541{names.index(gateway)}123456"


async def test_it_registers_and_calls_with_its_password(
    lab: AsteriskLab, switch: CarrierSwitch, plan: OperatorPlan
) -> None:
    assert await lab.until(switch.registered, within=REGISTERED)
    talk = await (await lab.phone("550@acme.example.test")).dial(dialled(plan, "registers"))
    await talk.is_answered()
    talk.say_tone(700)
    await talk.hears_tone(700)
    await talk.hang_up()


async def test_a_call_to_where_it_registered_finds_its_number(
    lab: AsteriskLab, switch: CarrierSwitch
) -> None:
    assert await lab.until(switch.registered, within=REGISTERED)
    ana = await lab.phone("550@acme.example.test")
    switch.home.cli("channel originate PJSIP/59824001000@norte application Echo")
    talk = await ana.picks_up()
    assert ("59824001000", "o-norte:registers") in lab.events("in")
    await talk.hang_up()


@pytest.mark.parametrize("word", [SECRET, "", "wrong"], ids=["right", "none", "wrong"])
async def test_a_carrier_that_must_prove_itself_gets_in_with_the_right_password_alone(
    lab: AsteriskLab, word: str
) -> None:
    ana = await lab.phone("550@acme.example.test")
    raw = await RawSip.open(lab.server, f"{CUSTOMER}@127.0.0.1", word)
    if word == SECRET:
        call = raw.invite(f"sip:59824001000@{lab.server.host}")
        ringing = asyncio.create_task(call)
        await ana.picks_up()
        assert (await ringing).status == 200
    else:
        assert (await raw.invite(f"sip:59824001000@{lab.server.host}")).status == 401
        await ana.stays_quiet(0.5)
    raw.close()


async def test_a_carrier_with_a_good_certificate_is_called_and_the_voice_is_encrypted(
    lab: AsteriskLab, switch: CarrierSwitch, plan: OperatorPlan
) -> None:
    talk = await (await lab.phone("550@acme.example.test")).dial(dialled(plan, "good"))
    await talk.is_answered()
    talk.say_tone(700)
    await talk.hears_tone(700)
    await talk.hang_up()
    assert await lab.until(lambda: "secure 1" in switch.heard())


@pytest.mark.parametrize("gateway", ["unknown", "other"], ids=["signed by nobody", "another name"])
async def test_a_carrier_with_a_bad_certificate_is_not_called(
    lab: AsteriskLab, switch: CarrierSwitch, plan: OperatorPlan, gateway: str
) -> None:
    before = len(lab.events("refused"))
    talk = await (await lab.phone("550@acme.example.test")).dial(dialled(plan, gateway))
    await talk.is_over(within=25)
    assert lab.events("refused")[before:] == [("gateway", dialled(plan, gateway))]
    assert "customers" not in switch.calls_up()


async def test_a_certificate_is_not_asked_for_where_the_operator_says_so(
    lab: AsteriskLab, switch: CarrierSwitch, plan: OperatorPlan
) -> None:
    number = dialled(plan, "unknown-unverified")
    talk = await (await lab.phone("550@acme.example.test")).dial(number)
    await talk.is_answered()
    await talk.hang_up()
