"""A carrier that is reached by a proxy at its edge: what is sent to it passes there."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from tests.support.carrier import Carrier
from tests.support.lab import AsteriskLab
from tests.support.labs import Labs
from tests.support.operators import by_operator, carrier, operator, route
from tests.support.ports import free_port
from tests.support.rawsip import Message, parse

from conmuta_plan.operator import RouteTable

REGISTRAR, EDGE = "127.0.0.97", "127.0.0.98"
OURS = "59824001000"
EDGE_PORT = free_port(EDGE)
FAR = carrier(
    "far",
    REGISTRAR,
    addresses=(EDGE,),
    outbound_proxy=f"{EDGE}:{EDGE_PORT}",
    register=True,
    username="norte",
    secret="a-carrier's-word",
    watch_seconds=1,
)
NORTE = operator(
    gateways=(FAR,),
    routes=(route("usual", "far"),),
    tables=(RouteTable(name="basic", prefixes={"": "usual"}),),
)
ACME = by_operator("acme", OURS)


class Host(Carrier):
    """A switch that keeps every request it hears."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(host, port)
        self.requests: list[Message] = []

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.requests.append(parse(data))
        super().datagram_received(data, addr)

    def heard(self, method: str) -> list[Message]:
        return [one for one in self.requests if one.method == method]


@pytest_asyncio.fixture(loop_scope="session")
async def edge() -> AsyncIterator[Host]:
    opened = await Host.open(EDGE, EDGE_PORT)
    assert isinstance(opened, Host)
    yield opened
    await opened.close()


@pytest_asyncio.fixture(loop_scope="session", autouse=True)
async def registrar() -> AsyncIterator[Host]:
    """Behind the edge: nothing may come to it straight from us."""
    opened = await Host.open(REGISTRAR, FAR.port)
    assert isinstance(opened, Host)
    yield opened
    assert opened.requests == []
    await opened.close()


@pytest.fixture(scope="module")
def lab(labs: Labs) -> AsteriskLab:
    made = labs(ACME, operators=(NORTE,))
    made.expect("No response received", "is now")  # the edge is not up before the first test
    return made


def passes(request: Message, user: str = "") -> None:
    """It is meant for the registrar, and goes by way of the edge, which routes loosely."""
    whom = f"{user}@" if user else ""
    assert f"sip:{whom}{REGISTRAR}:{FAR.port}" in request.first_line
    assert request.header("Route").replace(" ", "") == f"<sip:{EDGE}:{EDGE_PORT};lr>"


async def test_the_registration_goes_by_the_proxy(lab: AsteriskLab, edge: Host) -> None:
    lab.cli("pjsip send register *all")
    assert await lab.until(lambda: edge.heard("REGISTER"), 15)
    passes(edge.heard("REGISTER")[0])
    assert "sip:norte@" in edge.heard("REGISTER")[0].header("To")


async def test_a_call_goes_by_the_proxy_and_is_heard(lab: AsteriskLab, edge: Host) -> None:
    talk = await (await lab.phone("550@acme.example.test")).dial("24003333")
    call = await edge.gets_call()
    passes(call.invite, "59824003333")
    await call.answer()
    await talk.is_answered()
    talk.say_tone(500)
    await call.hears_tone(500)
    await talk.hang_up()
    await call.is_over()


async def test_the_gateway_is_watched_by_way_of_the_proxy(lab: AsteriskLab, edge: Host) -> None:
    assert await lab.until(lambda: edge.heard("OPTIONS"), 15)
    passes(edge.heard("OPTIONS")[0])
    assert await lab.until(lambda: "Avail" in lab.cli("pjsip show contacts"), 15)


async def test_a_call_from_the_proxy_finds_its_number(lab: AsteriskLab, edge: Host) -> None:
    ana = await lab.phone("550@acme.example.test")
    call = await edge.calls_in(OURS, lab.server)
    await ana.picks_up()
    await call.is_answered()
    await call.hang_up()
