"""From a node's events to rated calls: which far channels are paid, and once whatever happens."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import connection
from tests.support.sellers import Sellers
from tests.unit.calls.node import Node
from tests.unit.calls.scenes import Scene, body, csv_lines
from tests.unit.rating import conftest as prices

from conmuta.apps.calls import api as calls
from conmuta.apps.rating import api as rating
from conmuta.apps.rating.contracts import MICRO, RatedView
from conmuta.platform.scope import Scope
from conmuta.wiring.rating import rate_ended
from conmuta_plan.node import Stream

CHANNEL = 5


@dataclass
class Going(Scene):
    """A call of acme's that goes out by the operator's gateways."""

    tenant: str = "acme"

    def out(self, gateway: str, number: str = "59824001000", unique: str = "") -> "Going":
        self.tell("out", f"local|2400|o-north:{gateway}|{number}", unique, number="550")
        return self

    def far(self, unique: str, channel: str, tenant: str = "acme") -> "Going":
        self.event("CHAN_START", unique, tenant=tenant)
        self.cel[-1][CHANNEL] = channel
        return self

    def talk(self, unique: str, seconds: float) -> "Going":
        self.event("ANSWER", unique)
        self.clock += seconds - 0.01
        self.event("HANGUP", unique)
        return self

    def all_over(self) -> "Going":
        self.end(self.linkedid).over()
        return self


def one_call(linkedid: str = "1795000000.10", seconds: float = 61) -> Going:
    scene = Going(linkedid=linkedid)
    scene.start(linkedid, "550")
    far = f"{linkedid}1"
    scene.out("carrier").far(far, "PJSIP/o-north-gw-carrier-0001").talk(far, seconds)
    return scene.all_over()


@pytest.fixture
def node(north: Scope) -> Node:
    """A node that serves them."""
    return Node()


def rate_now() -> int:
    with Scope.system("test:worker").active() as system:
        return rate_ended(system)


def rated(scope: Scope) -> list[RatedView]:
    day = prices.NOON.replace(month=11, day=1)
    return rating.rated_calls(scope, day, day.replace(month=12), every_version=True)


def send(node: Node, scene: Scene) -> None:
    node.send(Stream.CEL, body(csv_lines(scene.cel)))


def test_an_answered_call_is_rated_when_it_is_over(north: Scope, node: Node) -> None:
    send(node, one_call())
    assert rate_now() == 1
    (call,) = rated(north)
    assert (call.call, call.number, call.gateway) == (
        "7-1795000000.10",
        "59824001000",
        "o-north:carrier",
    )
    assert (round(call.seconds), call.amount) == (61, 4 * MICRO)
    assert rate_now() == 0


def test_a_call_in_progress_is_not_rated(north: Scope, node: Node) -> None:
    scene = one_call()
    node.send(Stream.CEL, body(csv_lines(scene.cel[:-1])))
    assert rate_now() == 0
    node.send(Stream.CEL, body(csv_lines(scene.cel[-1:])))
    assert rate_now() == 1
    assert len(rated(north)) == 1


def test_of_gateways_that_were_tried_the_one_that_answered_is_paid(
    north: Scope, node: Node
) -> None:
    scene = Going()
    scene.start(scene.linkedid, "550")
    scene.out("first").far("1.1", "PJSIP/o-north-gw-first-0001").end("1.1")
    scene.out("carrier").far("1.2", "PJSIP/o-north-gw-carrier-0002").talk("1.2", 10).all_over()
    send(node, scene)
    rate_now()
    (call,) = rated(north)
    assert (call.gateway, call.leg) == ("o-north:carrier", "1.2")


def test_a_far_channel_is_paid_to_its_own_end_though_its_caller_left(
    north: Scope, node: Node
) -> None:
    scene = Going()
    scene.start(scene.linkedid, "550")
    scene.out("carrier").far("1.1", "PJSIP/o-north-gw-carrier-0001").event("ANSWER", "1.1")
    scene.end(scene.linkedid).wait(600).end("1.1").over()
    send(node, scene)
    rate_now()
    (call,) = rated(north)
    assert 600 < call.seconds < 601


def test_two_numbers_of_one_call_are_two_rated_calls(north: Scope, node: Node) -> None:
    """A caller is sent on to two numbers at once by two channels of one call."""
    scene = Going()
    scene.start(scene.linkedid, "550").start("1.5", "551")
    scene.out("carrier", "59824001000").out("carrier", "59899123456", unique="1.5")
    scene.far("1.1", "PJSIP/o-north-gw-carrier-1").far("1.2", "PJSIP/o-north-gw-carrier-2")
    scene.talk("1.1", 10).talk("1.2", 20).all_over()
    send(node, scene)
    rate_now()
    assert {(call.number, round(call.seconds)) for call in rated(north)} == {
        ("59824001000", 10),
        ("59899123456", 20),
    }


def test_a_call_to_another_company_of_the_operator_stays_inside(north: Scope, node: Node) -> None:
    scene = Going()
    scene.start(scene.linkedid, "550").out("on-net")
    scene.far("1.1", "Local/59824001000@o-north-within-0001;1")
    scene.far("1.2", "Local/59824001000@o-north-within-0001;2", tenant="beta")
    scene.event("CHAN_START", "1.3", tenant="beta").event("ANSWER", "1.3", tenant="beta")
    scene.talk("1.1", 30).all_over()
    send(node, scene)
    rate_now()
    (call,) = rated(north)
    assert (call.tenant, call.gateway, call.amount) == ("acme", "o-north:on-net", 0)


def test_a_call_by_the_companys_own_gateway_is_none_of_ours(north: Scope, node: Node) -> None:
    scene = Going()
    scene.start(scene.linkedid, "550")
    scene.tell("out", "local|24001000|own-carrier", number="550")
    scene.far("1.1", "PJSIP/acme-gw-own-carrier-1").talk("1.1", 10).all_over()
    send(node, scene)
    assert rate_now() == 1
    assert rated(north) == []


def test_an_unanswered_call_costs_nothing(north: Scope, node: Node) -> None:
    scene = Going()
    scene.start(scene.linkedid, "550")
    scene.out("carrier").far("1.1", "PJSIP/o-north-gw-carrier-1").end("1.1").all_over()
    send(node, scene)
    rate_now()
    assert rated(north) == []


def test_a_batch_of_calls_is_settled_page_by_page(north: Scope, node: Node) -> None:
    for each in range(7):
        send(node, one_call(f"1795000000.{each + 100}", seconds=each + 1))
    with Scope.system("test:worker").active() as system:
        assert rate_ended(system, page=3) == 7
        assert calls.ended_calls(system, 10) == []
    assert len(rated(north)) == 7


KILLED = """
import os, sys
import django
django.setup()
from django.db import connection, transaction
from conmuta.apps.rating import api as rating
from conmuta.platform.scope import Scope
from conmuta.wiring import rating as wiring

def stop(*_args):
    print("written", flush=True)
    import time
    time.sleep(60)

wiring.calls.settle = stop
with Scope.system("test:killed").active() as system:
    wiring.rate_ended(system, page=100)
"""


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_midst_charges_nothing_twice(
    north: Scope, node: Node, sellers: Sellers, tmp_path: Path
) -> None:
    for each in range(5):
        send(node, one_call(f"1795000000.{each + 100}"))
    worker = _worker(tmp_path)
    assert worker.stdout is not None
    assert worker.stdout.readline().strip() == b"written"
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    assert rated(north) == []
    assert _until_rated() == 5
    assert len(rated(north)) == 5
    with sellers.tenant("acme").active() as acme:
        held = rating.funds(acme)
        assert held is not None
        assert held.balance == -20 * MICRO


def _worker(folder: Path) -> "subprocess.Popen[bytes]":
    """The worker as a process of its own, on this test's database."""
    facts = connection.settings_dict
    url = f"postgresql://{facts['USER']}@/{facts['NAME']}?host={facts['HOST']}&port={facts['PORT']}"
    environment = os.environ | {
        "CONMUTA_DATABASE_URL": url,
        "CONMUTA_DATABASE_POOL": "0",
        "CONMUTA_STATE_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "conmuta.wiring.settings",
        "PYTHONPATH": "src",
    }
    return subprocess.Popen([sys.executable, "-c", KILLED], env=environment, stdout=subprocess.PIPE)


def _until_rated() -> int:
    """PostgreSQL hears of a dead client in a moment; until then its rows are locked."""
    for _ in range(100):
        count = rate_now()
        if count:
            return count
        time.sleep(0.1)
    return 0
