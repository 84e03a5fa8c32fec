"""Two hundred calls in parallel, each connected and each with its own right record."""

import pytest
from tests.support.company import (
    MAIN_CARRIER,
    SPARE_CARRIER,
    company,
    extension,
    flow,
    gateway,
    inbound,
    step,
)
from tests.support.lab import AsteriskLab
from tests.support.labs import Labs
from tests.support.load import answering, many_calls
from tests.support.ports import free_port

from conmuta_plan.outside import CallClass, ClassKind

LOCAL = ClassKind.LOCAL
CALLS = 200
SOURCE_PORT = free_port(MAIN_CARRIER)
OUT = company(
    gateways=(
        gateway("main", MAIN_CARRIER, port=SOURCE_PORT),
        gateway("spare", SPARE_CARRIER),
    ),
    # The first gateway only calls in: what leaves goes by the other
    classes=(CallClass(name="local", kind=LOCAL, patterns=("2XXXXXXX",), gateways=("spare",)),),
    extensions=(extension("550", classes=("local",)),),
    speed_dials=(),
    flow_classes=("local",),
    flows=(flow("out", step("away", "external", number="24005555", exits={})),),
    numbers=tuple(inbound(str(24000000 + n), "out") for n in range(CALLS)),
)


@pytest.fixture(scope="module")
def lab(labs: Labs) -> AsteriskLab:
    return labs(OUT)


@pytest.mark.alone
async def test_200_calls_in_parallel_have_200_right_records(lab: AsteriskLab) -> None:
    spare = next(one for one in OUT.gateways if one.name == "spare")
    callers = [(str(24000000 + n), f"099{n:06}") for n in range(CALLS)]
    async with answering(spare.host, spare.port):
        result = await many_calls(
            lab.server,
            callers,
            host=MAIN_CARRIER,
            port=SOURCE_PORT,
            per_second=40,
            talk_seconds=8,
        )
    assert (result.good, result.failed) == (CALLS, 0)
    await lab.no_calls(within=20)
    calls = await lab.calls()
    assert sorted((call.facts.dialled, call.facts.caller) for call in calls) == sorted(callers)
    assert {call.facts.disposition for call in calls} == {"answered"}
    assert {call.tenants for call in calls} == {frozenset({"acme"})}
    legs = [leg for call in calls for leg in call.legs]
    assert sorted((leg.destination, leg.source) for leg in legs) == sorted(callers)
    assert len({leg.channel for leg in legs} | {leg.peer_channel for leg in legs}) == 2 * CALLS
    assert {leg.disposition for leg in legs} == {"ANSWERED"}
    assert all(7 <= each.talk_seconds <= 12 for each in (*legs, *(call.facts for call in calls)))
