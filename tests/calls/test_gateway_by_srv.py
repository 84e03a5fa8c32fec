"""A carrier known by its domain: its switches are found by DNS, in their order (RFC 3263)."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio
from tests.support.carrier import Carrier
from tests.support.dns import TTL, NameServer, Records, Service
from tests.support.lab import AsteriskLab
from tests.support.labs import Labs
from tests.support.operators import by_operator, carrier, operator, route
from tests.support.ports import free_port

from conmuta_plan.operator import RouteTable

DOMAIN = "carrier.example"
FIRST, SECOND = "127.0.0.100", "127.0.0.101"
PORTS = {FIRST: free_port(FIRST), SECOND: free_port(SECOND)}
SERVICES = (
    Service(20, PORTS[SECOND], f"second.{DOMAIN}"),
    Service(10, PORTS[FIRST], f"first.{DOMAIN}"),
)
RECORDS: Records = {
    f"_sip._udp.{DOMAIN}": SERVICES,
    f"first.{DOMAIN}": FIRST,
    f"second.{DOMAIN}": SECOND,
}
FAR = replace(carrier("far", FIRST, addresses=(FIRST, SECOND)), host=DOMAIN, port=0)
NOWHERE = replace(carrier("nowhere", FIRST), host="nowhere.example", port=0, addresses=(SECOND,))
NORTE = operator(
    gateways=(FAR, NOWHERE),
    routes=(route("usual", "far"), route("lost", "nowhere", "far")),
    tables=(RouteTable(name="basic", prefixes={"": "usual", "541": "lost"}),),
)
ACME = by_operator("acme", "59824001000")
DNS_HOST, DNS_PORT = "127.0.0.1", free_port()


@pytest_asyncio.fixture(scope="module", loop_scope="session", autouse=True)
async def names() -> AsyncIterator[NameServer]:
    opened = await NameServer.open(DNS_HOST, DNS_PORT, RECORDS)
    yield opened
    opened.close()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def lab(labs: Labs, names: NameServer) -> AsteriskLab:
    made = AsteriskLab.prepare(
        labs.folders.mktemp("asterisk"), labs.switchboard, [ACME], operators=[NORTE]
    )
    asks = f"[general]\nhosts=system\nresolv=\nnameserver={DNS_HOST}@{DNS_PORT}\n"
    (made.home.state / "etc/resolver_unbound.conf").write_text(asks)
    labs.running.append(made)
    made.expect("503", "No response", "Everyone is busy", "resolve", "Unable to create request")
    return await asyncio.to_thread(made.start)  # it asks for names while it starts


@pytest_asyncio.fixture(loop_scope="session")
async def switches() -> AsyncIterator[tuple[Carrier, Carrier]]:
    opened = [await Carrier.open(host, port) for host, port in PORTS.items()]
    yield opened[0], opened[1]
    for each in opened:
        await each.close()


async def call_arrives(lab: AsteriskLab, at: Carrier, dialled: str = "24003333") -> None:
    talk = await (await lab.phone("550@acme.example.test")).dial(dialled)
    call = await at.gets_call(within=40)
    assert f"@{DOMAIN} " in call.invite.first_line
    await call.answer()
    await talk.is_answered()
    talk.say_tone(500)
    await call.hears_tone(500)
    await talk.hang_up()
    await call.is_over()


async def test_a_call_goes_to_the_domains_first_switch(
    lab: AsteriskLab, names: NameServer, switches: tuple[Carrier, Carrier]
) -> None:
    first, second = switches
    await call_arrives(lab, first)
    assert second.invites == []
    assert f"_sip._udp.{DOMAIN}" in names.asked


@pytest.mark.parametrize("refuses", [503, 0], ids=["out of service", "silent"])
async def test_the_domains_second_switch_gets_the_call_that_the_first_does_not_take(
    lab: AsteriskLab, switches: tuple[Carrier, Carrier], refuses: int
) -> None:
    first, second = switches
    first.refuses = refuses
    await call_arrives(lab, second)
    assert first.invites


async def test_the_order_changes_with_the_domains_records(
    lab: AsteriskLab, names: NameServer, switches: tuple[Carrier, Carrier]
) -> None:
    before = names.records
    turned = [replace(one, priority=30 - one.priority) for one in SERVICES]
    names.records = {**before, f"_sip._udp.{DOMAIN}": turned}
    await asyncio.sleep(TTL + 1)  # what was told may be remembered as long as it said
    await call_arrives(lab, switches[1])
    names.records = before
    assert switches[0].invites == []


async def test_a_domain_that_nobody_knows_fails_at_once_and_the_next_carrier_is_tried(
    lab: AsteriskLab, names: NameServer, switches: tuple[Carrier, Carrier]
) -> None:
    await asyncio.sleep(TTL + 1)
    await call_arrives(lab, switches[0], "00541123456")
    assert "_sip._udp.nowhere.example" in names.asked


async def test_a_call_from_either_switch_finds_its_number(
    lab: AsteriskLab, switches: tuple[Carrier, Carrier]
) -> None:
    ana = await lab.phone("550@acme.example.test")
    for switch in switches:
        call = await switch.calls_in("59824001000", lab.server)
        talk = await ana.picks_up()
        await call.is_answered()
        await talk.hang_up()
        await call.is_over()
