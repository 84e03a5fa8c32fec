"""Whoever is to be introduced to Asterisk is, whatever comes between."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.ports import free_port
from tests.support_node.asked import Watched
from tests.support_node.home import asterisk_root, running_asterisk
from tests.support_node.minimal import AMI_SECRET

from conmuta_node.astdb import Account, AstDb
from conmuta_node.asterisk import AsteriskHome
from conmuta_node.introductions import Introductions
from conmuta_node.memory import Memory
from conmuta_node.objects import ChangedObjects, PhoneObjects

PHONE = "550@acme.example.test"
TEXT = f"[{PHONE}]\ntype=aor\nmax_contacts=1\n"
FACT = "introduced"


@pytest.fixture(scope="module")
def asterisk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    with running_asterisk(tmp_path_factory.mktemp("introductions")) as (home, port):
        yield Watched(home, lambda: Account(port, "conmuta", AMI_SECRET))


def objects_in(folder: Path) -> PhoneObjects:
    made = PhoneObjects(folder / "pjsip.sqlite3")
    made.replace("acme", TEXT)
    return made


class Interrupted(Memory):
    """Somebody types `pjsip reload` just when it was read that all are introduced."""

    introductions: Introductions | None = None

    def fact(self, name: str, default: str = "") -> str:
        found = super().fact(name, default)
        if self.introductions is not None:
            now, self.introductions = self.introductions, None
            now.again()
        return found


def test_a_reload_at_the_worst_moment_is_not_lost(asterisk: Watched, tmp_path: Path) -> None:
    memory = Interrupted(tmp_path / "memory.sqlite3")
    process = asterisk.home.process()
    assert process is not None
    memory.set_fact(FACT, f"{process.pid}:{process.born}")
    introductions = Introductions(asterisk, objects_in(tmp_path), memory)
    memory.introductions = introductions
    introductions.go_on()
    introductions.go_on()
    assert any(PHONE.encode() in action for action in asterisk.asked)
    assert memory.fact(FACT) == f"{process.pid}:{process.born}"
    memory.close()


def test_a_change_that_asterisk_was_too_busy_for_outlives_the_agent(tmp_path: Path) -> None:
    home, nobody = AsteriskHome(tmp_path, asterisk_root()), free_port()
    memory = Memory(tmp_path / "memory.sqlite3")
    memory.set_fact(FACT, "1:1")
    db = AstDb(home, lambda: Account(nobody, "conmuta", AMI_SECRET))
    introductions = Introductions(db, objects_in(tmp_path), memory)
    introductions.change(ChangedObjects(frozenset({("aor", PHONE)})))
    assert memory.fact(FACT) == ""
    memory.close()


def test_asterisk_starts_though_the_list_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "db/astdb.sqlite3").mkdir(parents=True)
    db = AstDb(AsteriskHome(tmp_path, asterisk_root()))
    memory = Memory(tmp_path / "memory.sqlite3")
    Introductions(db, objects_in(tmp_path), memory).list_first()
    memory.close()
