"""Strangers are shut out within seconds, and nobody else; in networks of the tests' own."""

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.support_node.agents import NodeUnderTest, node_under_test
from tests.support_node.own_network import own_network
from tests.support_node.plans import small_plan
from tests.support_node.strangers import Sender
from tests.support_node.waiting import eventually

from conmuta_plan.outside import Gateway

GOOD, BAD, CARRIER = "127.0.0.20", "127.0.0.66", "127.0.0.80"
WITHIN_SECONDS = 5.0


@contextmanager
def guarded_node(folder: Path, *wrapper: str) -> Iterator[NodeUnderTest]:
    """A node in a network of its own, with one company and one carrier."""
    gateway = Gateway(name="main", host=CARRIER, addresses=(CARRIER,), watch_seconds=0)
    with own_network(), node_under_test(folder / "node") as node:
        node.wrapper = wrapper
        node.start()
        revision = node.server.want(small_plan(gateways=(gateway,)))
        eventually(lambda: node.server.in_force("acme", revision))
        eventually(lambda: "bans.by" in node.log())
        eventually(lambda: "conmuta" in node.home.cli("manager show connected"))
        yield node


def sender(node: NodeUnderTest, address: str, **more: object) -> Sender:
    return Sender(address, node.server.settings.udp_port, **more)  # type: ignore[arg-type]


def told(node: NodeUnderTest) -> dict[str, str]:
    """Address → reason, as the last report says."""
    reports = node.server.reports
    return {ban.address: ban.reason for ban in reports[-1].bans} if reports else {}


def shut_out(node: NodeUnderTest, address: str) -> bool:
    """Whether Asterisk answers that address no more."""
    one = sender(node, address, wait=0.3)
    answer = one.ask("OPTIONS", "551")
    one.close()
    return answer == "" or answer.startswith("SIP/2.0 403")


def deeds(node: NodeUnderTest, kind: str) -> None:
    """What scanners and thieves do."""
    agent = "friendly-scanner" if kind == "scanner's name" else "Phone 1.0"
    bad = sender(node, BAD, agent=agent, wait=0.05)
    for number in range(60):
        if kind == "guessed passwords":
            bad.wait = 0.3
            bad.register("550", f"guess{number}")
        elif kind == "many accounts":
            bad.ask("REGISTER", str(1000 + number))
        elif kind == "calls of a stranger":
            bad.ask("INVITE", "100", to=f"90044207946{number:04}")
        else:
            bad.ask("OPTIONS", "100")
            break
    bad.close()


KINDS = {
    "guessed passwords": "passwords",
    "many accounts": "scanner",
    "calls of a stranger": "strangers",
    "scanner's name": "scanner",
}


@pytest.mark.parametrize("kind", KINDS)
def test_they_are_shut_out_within_seconds(tmp_path: Path, kind: str) -> None:
    with guarded_node(tmp_path) as node:
        good = sender(node, GOOD)
        assert good.register("551", "s3cret-551") == 200
        deeds(node, kind)
        eventually(lambda: shut_out(node, BAD), WITHIN_SECONDS)
        assert good.register("551", "s3cret-551") == 200
        eventually(lambda: told(node) == {BAD: KINDS[kind]})
        node.server.command("unban", "", {"address": BAD})
        eventually(lambda: not shut_out(node, BAD))
        good.close()


def test_a_telephone_with_one_wrong_password_is_not_shut_out_and_is_told_of(
    tmp_path: Path,
) -> None:
    with guarded_node(tmp_path) as node:
        phone = sender(node, GOOD)
        for _ in range(25):
            assert phone.register("550", "one wrong password") == 401
            time.sleep(0.6)
        assert told(node) == {}
        assert phone.register("550", "s3cret-550") == 200
        phone.close()


def test_carriers_and_networks_of_good_telephones_are_never_shut_out(tmp_path: Path) -> None:
    with guarded_node(tmp_path) as node:
        office = sender(node, GOOD, wait=0.3)
        assert office.register("551", "s3cret-551") == 200
        for address in (GOOD, CARRIER):
            one = sender(node, address, wait=0.3)
            for number in range(60):
                one.register("550", f"guess{number}")
            one.close()
        time.sleep(1)
        assert not shut_out(node, GOOD)
        assert not shut_out(node, CARRIER)
        assert told(node) == {}
        eventually(lambda: any("is trusted" in each for each in node.server.reports[-1].problems))
        office.close()


def test_bans_outlive_the_agent_with_what_is_left_of_their_time(tmp_path: Path) -> None:
    with guarded_node(tmp_path) as node:
        deeds(node, "scanner's name")
        eventually(lambda: shut_out(node, BAD), WITHIN_SECONDS)
        time.sleep(3)
        node.kill()
        assert shut_out(node, BAD)
        node.start()
        eventually(lambda: left(node) is not None and node.log().count("bans.by") == 2)
        assert shut_out(node, BAD)
        eventually(lambda: 3000 < (left(node) or 0) < 3598)
        assert node.stop() == 0
        assert "conmuta_" not in tables()


def left(node: NodeUnderTest) -> float | None:
    """Seconds that the kernel will still keep the stranger out."""
    shown = json.loads(_nft("-j", "list", "ruleset"))
    for part in shown["nftables"]:
        for element in part.get("set", {}).get("elem", []):
            if element["elem"]["val"] == BAD:
                return float(element["elem"]["expires"])
    return None


def tables() -> str:
    return _nft("list", "tables")


def _nft(*words: str) -> str:
    return subprocess.run(["nft", *words], capture_output=True, text=True, check=True).stdout


def test_without_the_kernels_tables_asterisk_refuses_them_itself(tmp_path: Path) -> None:
    """As on a machine where the agent may not touch them."""
    drop = ("setpriv", "--bounding-set=-net_admin", "--inh-caps=-net_admin")
    with guarded_node(tmp_path, *drop) as node:
        assert "ACL" in node.log()
        good = sender(node, GOOD)
        deeds(node, "scanner's name")
        eventually(lambda: shut_out(node, BAD), WITHIN_SECONDS)
        assert good.register("551", "s3cret-551") == 200
        node.server.command("unban", "", {"address": BAD})
        eventually(lambda: not shut_out(node, BAD))
        good.close()
