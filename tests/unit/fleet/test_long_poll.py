"""A node that waits is woken by the change, not by the clock."""

import threading

import httpx
import pytest

from conmuta.apps.fleet import api as fleet
from conmuta.apps.fleet import rest
from conmuta.apps.tenancy import api as tenancy
from conmuta.platform.scope import Scope
from conmuta_plan import decode
from conmuta_plan.node import Manifest, NodeSettings

FACTS = tenancy.TenantFacts(
    domain="gamma.example.test", title="Gamma", time_zone="UTC", language="en", country="UY"
)


@pytest.fixture
def waiting_node(server: str, monkeypatch: pytest.MonkeyPatch) -> httpx.Client:
    """Only a notification can wake it: looking again by the clock is put off for an hour."""
    monkeypatch.setattr(rest, "LOOK_AGAIN_SECONDS", 3600.0)
    with Scope.system("test").active() as scope:
        token = fleet.create_node(scope, "node-1", NodeSettings())
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.Client(base_url=f"{server}/node/v1/", headers=headers, timeout=40)


def poll_while(node: httpx.Client, have: int, change: threading.Thread) -> Manifest:
    change.start()
    answer = node.get(f"manifest?have={have}&commands=0&wait=30")
    change.join()
    return decode(answer.content, Manifest)


def test_a_change_wakes_the_waiting_node(waiting_node: httpx.Client) -> None:
    told = poll_while(waiting_node, 0, threading.Timer(0.5, create_gamma))
    assert [change.tenant for change in told.changed] == ["gamma"]


def test_a_command_wakes_the_waiting_node(waiting_node: httpx.Client) -> None:
    told = poll_while(waiting_node, 0, threading.Timer(0.5, order_fax))
    assert [command.kind for command in told.commands] == ["send_fax"]


def test_other_listening_ports_wake_the_waiting_node(waiting_node: httpx.Client) -> None:
    told = poll_while(waiting_node, 0, threading.Timer(0.5, change_settings))
    assert told.settings.udp_port == 5070


def test_with_nothing_new_the_answer_is_empty(waiting_node: httpx.Client) -> None:
    answer = waiting_node.get("manifest?have=0&wait=0")
    assert decode(answer.content, Manifest) == Manifest(revision=0, settings=NodeSettings())


def create_gamma() -> None:
    with Scope.system("test").active() as scope:
        tenancy.create_tenant(scope, "gamma", FACTS)


def order_fax() -> None:
    with Scope.system("test").active() as scope:
        fleet.command(scope, "send_fax", "gamma", "{}")


def change_settings() -> None:
    with Scope.system("test").active() as scope:
        fleet.change_node(scope, "node-1", NodeSettings(udp_port=5070))
