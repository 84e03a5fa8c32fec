"""Floods and the scanners' own tools against a whole node: good telephones notice nothing."""

import contextlib
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.chaos.test_agent_bans import BAD, GOOD, guarded_node, sender, shut_out, told
from tests.support_node.agents import NodeUnderTest
from tests.support_node.strangers import Sender
from tests.support_node.waiting import eventually

TOOLS = {
    "svmap": ("svmap", "127.0.0.1", "-m", "INVITE"),
    "svwar": ("svwar", "-e", "100-400", "127.0.0.1", "-m", "REGISTER", "--force"),
    "svcrack": ("svcrack", "-u", "550", "-r", "1000-1400", "127.0.0.1"),
}


@contextlib.contextmanager
def people_at_work(node: NodeUnderTest) -> Iterator[list[float]]:
    """A telephone registers again and again meanwhile: how long each took."""
    took: list[float] = []
    stop = threading.Event()
    phone = sender(node, GOOD, wait=5.0)
    assert phone.register("551", "s3cret-551") == 200

    def work() -> None:
        while not stop.is_set():
            began = time.monotonic()
            assert phone.register("551", "s3cret-551") == 200
            took.append(time.monotonic() - began)
            time.sleep(0.2)

    person = threading.Thread(target=work)
    person.start()
    try:
        yield took
    finally:
        stop.set()
        person.join()
        phone.close()


@pytest.mark.parametrize("method", ["REGISTER", "INVITE", "OPTIONS"])
def test_a_flood_is_shut_out_and_people_work_on(
    tmp_path: Path, method: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with guarded_node(tmp_path) as node, people_at_work(node) as took:
        process = node.home.process()
        bad = sender(node, BAD, wait=0.001)
        began, until = time.monotonic(), None
        for number in range(5000):
            bad.ask(method, str(number), to="90044207946000")
            if number % 100 == 99 and BAD in told_now(node):
                until = time.monotonic()
                break
        bad.close()
        assert until is not None, "the flood was not shut out"
        eventually(lambda: shut_out(node, BAD))
        time.sleep(1)
        assert node.home.process() == process
        with capsys.disabled():
            print(f"\nflood of {method}: shut out after {until - began:.2f} s")
        assert until - began < 10
    assert took
    assert max(took) < 5


def told_now(node: NodeUnderTest) -> str:
    """Addresses that the agent has shut out, by its log."""
    return "".join(line for line in node.log().splitlines() if "event=ban " in f"{line} ")


def everything_comes_from(address: str) -> None:
    """What does not say whence it comes: the tools ignore the address that they are told."""
    for target in ("127.0.0.0/8", "127.0.0.1"):
        line = f"ip route replace table local local {target} dev lo scope host src {address}"
        subprocess.run(line.split(), check=True)


@pytest.mark.parametrize("tool", TOOLS)
def test_the_scanners_own_tools_find_nothing_and_are_shut_out(tmp_path: Path, tool: str) -> None:
    name = shutil.which(tool) or shutil.which(f"sipvicious_{tool}")
    assert name, "the Debian package sipvicious is needed"
    with guarded_node(tmp_path) as node, people_at_work(node):
        process = node.home.process()
        everything_comes_from(BAD)
        port = str(node.server.settings.udp_port)
        line = [name, *TOOLS[tool][1:], "-p", port, "-b", BAD]
        with contextlib.suppress(subprocess.TimeoutExpired):
            subprocess.run(line, capture_output=True, text=True, timeout=20, check=False)
        eventually(lambda: told(node).get(BAD), 30)
        assert node.home.process() == process
        assert "0 active calls" in node.home.cli("core show channels count")


def test_people_are_not_disturbed_by_one_wrong_telephone(tmp_path: Path) -> None:
    with guarded_node(tmp_path) as node, people_at_work(node) as took:
        wrong: Sender = sender(node, "127.0.0.30")
        for _ in range(5):
            assert wrong.register("550", "not the password") == 401
            time.sleep(1)
        assert told(node) == {}
        wrong.close()
    assert max(took) < 5
