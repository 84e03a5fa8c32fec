"""A gateway with a certificate of a private authority: called once the machine's owner believes."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.support.carrier_switch import CUSTOMER, SECRET, CarrierSwitch, carrier_switch
from tests.support.operators import by_operator, carrier, operator, route
from tests.support.ports import free_port
from tests.support_node.agents import NodeUnderTest, node_under_test
from tests.support_node.waiting import eventually

from conmuta_compiler import names
from conmuta_plan.operator import OperatorGateway, OperatorPlan, RouteTable
from conmuta_plan.outside import Transport

SWITCH = "127.0.0.87"
ACME = by_operator("acme", "59824001000")
GOOD, UNKNOWN = "00541123456", "00542123456"
"""Numbers that go by a certificate of the private authority, and by one of nobody's."""


@pytest.fixture(scope="module")
def switch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CarrierSwitch]:
    with carrier_switch(tmp_path_factory.mktemp("carrier"), SWITCH) as running:
        yield running


def plan(switch: CarrierSwitch) -> OperatorPlan:
    return operator(
        gateways=(gateway(switch, "good"), gateway(switch, "unknown")),
        routes=(route("good", "good"), route("unknown", "unknown")),
        tables=(RouteTable(name="basic", prefixes={"541": "good", "542": "unknown"}),),
    )


def gateway(switch: CarrierSwitch, name: str) -> OperatorGateway:
    return carrier(
        name,
        SWITCH,
        port=switch.ports[name],
        transport=Transport.TLS,
        username=CUSTOMER,
        secret=SECRET,
        from_user=CUSTOMER,
    )


def call_outside(node: NodeUnderTest, number: str) -> None:
    classes = names.permissions(ACME, ACME.extensions[0].classes)
    text = (
        f"Channel: Local/{number}@{names.outside(ACME, classes)}/n\nAccount: acme\n"
        "MaxRetries: 0\nWaitTime: 40\nApplication: Wait\nData: 2\n"
    )
    draft = node.state / "spool/draft.call"
    draft.write_text(text)
    draft.rename(node.state / "spool/outgoing" / f"{number}.call")


def told(node: NodeUnderTest, kind: str, number: str) -> int:
    """How often an event of that kind named the number."""
    return sum(kind in line and number in line for line in node.server.lines("cel"))


def test_its_calls_go_out_once_the_authority_is_put_there(
    tmp_path: Path, switch: CarrierSwitch
) -> None:
    with node_under_test(tmp_path / "node") as node:
        tls = {"tls_port": free_port(), "gateway_tls_port": free_port()}
        node.server.settings = replace(node.server.settings, **tls)
        node.start()
        node.server.want(plan(switch))
        wanted = node.server.want(ACME)
        eventually(lambda: node.server.in_force("acme", wanted))
        call_outside(node, GOOD)
        eventually(lambda: told(node, '"refused"', GOOD) == 1, seconds=60)
        assert "called 541123456" not in switch.heard()
        trusted = node.state / "etc/authorities"
        trusted.mkdir()
        (trusted / "carrier.pem").write_bytes(switch.authority)
        believed = node.state / "etc/authorities.pem"
        eventually(lambda: switch.authority in believed.read_bytes(), seconds=120)
        process = node.home.process()
        call_outside(node, GOOD)
        eventually(lambda: "called 541123456" in switch.heard(), seconds=60)
        call_outside(node, UNKNOWN)
        eventually(lambda: told(node, '"refused"', UNKNOWN) == 1, seconds=60)
        assert "542123456" not in switch.heard()
        assert node.home.process() == process
