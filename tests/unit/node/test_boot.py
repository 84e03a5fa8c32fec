"""The agent finds an Asterisk that still boots, as one that was killed meanwhile leaves it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.ports import free_port
from tests.support_node import minimal
from tests.support_node.home import asterisk_root
from tests.support_node.plans import small_plan

from conmuta_node.apply.change import Changer, Move
from conmuta_node.apply.marker import with_marker
from conmuta_node.apply.node_files import NodeFiles
from conmuta_node.apply.plans import Compiled, PlanStore
from conmuta_node.apply.tables import Tables
from conmuta_node.astdb import AstDb
from conmuta_node.asterisk import ANSWER_SECONDS, AsteriskHome
from conmuta_node.errors import AsteriskDidNotStart
from conmuta_node.introductions import Introductions
from conmuta_node.memory import Memory
from conmuta_node.objects import PhoneObjects
from conmuta_node.problems import Problems
from conmuta_plan import digest, encode
from conmuta_plan.node import NodeSettings

_GATE = "etc/keys/gate"
"""A pipe in the place of a certificate: who reads it waits until somebody writes."""


class AtTheGate(AsteriskHome):
    """Its Asterisk boots to the end once somebody waits for that."""

    def cli(self, command: str, seconds: float = ANSWER_SECONDS) -> str:
        gate = self.state / _GATE
        if command == "core waitfullybooted" and gate.exists():
            os.close(os.open(gate, os.O_WRONLY))
            gate.unlink()
        return super().cli(command, seconds)


def texts() -> dict[str, str]:
    http = f"[general]\nenabled = yes\nbindaddr = 127.0.0.1\nbindport = {free_port()}\n"
    http += f"tlsenable = yes\ntlsbindaddr = 127.0.0.1:{free_port()}\n"
    return {
        **minimal.files(free_port()),
        "http.conf": f"{http}tlscertfile = /state/{_GATE}\n",
    }


@pytest.fixture
def booting(tmp_path: Path) -> Iterator[tuple[AsteriskHome, dict[str, str]]]:
    """An Asterisk that another agent started and left when it had come half-way."""
    files = texts()
    first = AsteriskHome(tmp_path, asterisk_root())
    first.install(files)
    os.mkfifo(tmp_path / _GATE)
    with pytest.raises(AsteriskDidNotStart):
        first.start(seconds=1.0)
    home = AtTheGate(tmp_path, asterisk_root())
    try:
        yield home, files
    finally:
        home.kill()


def test_what_it_can_do_is_asked_and_a_plan_is_judged_when_it_has_booted(
    booting: tuple[AsteriskHome, dict[str, str]],
) -> None:
    home, files = booting
    store, memory = PlanStore(home.state), Memory(home.state / "agent/memory.sqlite3")
    objects, db = PhoneObjects(home.state / "pjsip.sqlite3"), AstDb(home)
    introductions = Introductions(db, objects, memory)
    changer = Changer(home, store, memory, objects, Tables(store, db), introductions)
    node_files = NodeFiles(home, changer, lambda _: files, Problems())
    node_files.renew(NodeSettings())
    assert "dial" in node_files.abilities.applications
    plan = small_plan()
    compiled = Compiled(
        plan, with_marker("acme", {"extensions.conf": "[acme-local]\nexten => 5,1,NoOp(x)\n"})
    )
    move = Move("acme", "", store.write(encode(plan), digest(plan), compiled))
    assert changer.apply([move]).refused == {}
    assert "NoOp(x)" in home.cli("dialplan show 5@acme-local")
