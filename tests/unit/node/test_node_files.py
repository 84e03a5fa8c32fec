"""A busy node whose own files change goes on with what it has, and starts anew when it is quiet."""

import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from tests.support.ports import free_port
from tests.support_node import minimal
from tests.support_node.asked import Watched
from tests.support_node.home import asterisk_root

from conmuta_node.apply.change import Changer
from conmuta_node.apply.node_files import NodeFiles
from conmuta_node.apply.plans import PlanStore
from conmuta_node.apply.tables import Tables
from conmuta_node.astdb import Account
from conmuta_node.asterisk import AsteriskHome
from conmuta_node.introductions import Introductions
from conmuta_node.memory import Memory
from conmuta_node.objects import ChangedObjects, PhoneObjects
from conmuta_node.problems import Problems
from conmuta_node.processes import ProcessMark
from conmuta_plan.node import NodeSettings

PHONES = [f"55{number}@acme.example.test" for number in range(4)]
ALL = ChangedObjects(frozenset(("aor", name) for name in PHONES))
BEFORE = "[res_pjsip]\nendpoint = realtime,ps_endpoints\n"
AFTER = "[res_pjsip]\nendpoint = realtime,ps_endpoints,allow_unqualified_fetch=no\n"
DIALPLAN = "[busy]\nexten => 5,1,Answer()\n same => n,Wait(3600)\n"


class Agent:
    """Those parts of an agent that keep the node's own files, put together as it does."""

    def __init__(self, state: Path, port: int, sorcery: str) -> None:
        home = AsteriskHome(state, asterisk_root())
        home.prepare()
        self.home, self.problems = home, Problems()
        self.memory = Memory(state / "agent/memory.sqlite3")
        self.db = Watched(home, lambda: Account(port, "conmuta", minimal.AMI_SECRET))
        objects = PhoneObjects(state / "pjsip.sqlite3")
        objects.replace("acme", "".join(f"[{name}]\ntype=aor\n" for name in PHONES))
        self.introductions = Introductions(self.db, objects, self.memory)
        store = PlanStore(state)
        changer = Changer(
            home, store, self.memory, objects, Tables(store, self.db), self.introductions
        )
        texts = {**minimal.files(port), "sorcery.conf": sorcery, "extensions.conf": DIALPLAN}

        def compiled(_: NodeSettings) -> Mapping[str, str]:
            return texts

        self.files = NodeFiles(home, changer, compiled, self.problems)
        self.introductions.rests = self.files.reads_all

        def before_start() -> None:
            self.introductions.list_first()
            self.files.begins_anew()

        home.before_start = before_start

    def looks(self) -> ProcessMark | None:
        """One round of the agent; the Asterisk that runs then."""
        self.files.renew(NodeSettings())
        while self.introductions.go_on():
            pass
        return self.home.process()

    def met(self) -> set[str]:
        """Those whom Asterisk was told to look at."""
        said = b"".join(self.db.asked).decode()
        return {name for name in PHONES if f"qualify aor {name}" in said}

    def ends(self) -> None:
        """Its Asterisk goes on."""
        self.memory.close()


Starts = Callable[[str], Agent]


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[Starts]:
    """Agents of one node, each the next one's predecessor; which `sorcery.conf` it wants."""
    port, made = free_port(), []

    def start(sorcery: str) -> Agent:
        if made:
            made[-1].ends()
        made.append(Agent(tmp_path, port, sorcery))
        return made[-1]

    yield start
    made[-1].home.stop()
    made[-1].ends()


def until(holds: Callable[[], bool]) -> None:
    for _ in range(1200):
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError("waited in vain")


def a_call_comes(home: AsteriskHome) -> None:
    home.cli("channel originate Local/5@busy application Wait 3600")
    until(lambda: home.calls_up() > 0)


def all_calls_end(home: AsteriskHome) -> None:
    home.cli("channel request hangup all")
    until(lambda: home.calls_up() == 0)


def test_nobody_is_introduced_to_an_asterisk_that_reads_all_until_it_was_started_anew(
    agent: Starts,
) -> None:
    old = agent(BEFORE)
    first = old.looks()
    a_call_comes(old.home)
    new = agent(AFTER)
    assert new.looks() == first
    assert new.files.waits_for_quiet()
    assert any("sorcery.conf" in sentence for sentence in new.problems.sentences())
    new.introductions.change(ALL)
    assert new.looks() == first
    assert new.met() == set()
    all_calls_end(new.home)
    assert new.looks() not in {None, first}
    assert not new.files.waits_for_quiet()
    assert new.problems.sentences() == ()
    new.introductions.change(ALL)
    assert new.met() == set(PHONES)


def test_a_single_new_telephone_is_introduced_meanwhile(agent: Starts) -> None:
    old = agent(BEFORE)
    old.looks()
    a_call_comes(old.home)
    new = agent(AFTER)
    new.looks()
    new.introductions.change(ChangedObjects(frozenset({("aor", PHONES[0])})))
    assert new.met() == {PHONES[0]}


def test_the_next_agent_knows_that_asterisk_is_to_be_started_anew(agent: Starts) -> None:
    old = agent(BEFORE)
    first = old.looks()
    a_call_comes(old.home)
    agent(AFTER).looks()
    third = agent(AFTER)
    assert third.looks() == first
    assert third.met() == set()
    assert any("sorcery.conf" in sentence for sentence in third.problems.sentences())
    all_calls_end(third.home)
    second = third.looks()
    assert second not in {None, first}
    assert agent(AFTER).looks() == second


def test_an_asterisk_that_died_meanwhile_is_not_started_twice(agent: Starts) -> None:
    old = agent(BEFORE)
    old.looks()
    a_call_comes(old.home)
    new = agent(AFTER)
    new.looks()
    new.home.kill()
    second = new.home.start()
    assert new.problems.sentences() == ()
    assert new.looks() == second
