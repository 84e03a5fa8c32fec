"""A change that something cuts off half-way is made later; no plan is blamed for what it met."""

import signal
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from tests.support_node.agents import DIED, NodeUnderTest, dies_in, knows, node_under_test
from tests.support_node.plans import extension, small_plan
from tests.support_node.waiting import eventually

from conmuta_node.processes import send_signal

IMPATIENT = (
    sys.executable,
    "-c",
    (
        "import sys\n"
        "from conmuta_node import __main__ as agent\n"
        "from conmuta_node.apply import change, manager\n"
        "change.RELOAD_SECONDS = manager._SECONDS = 0.2\n"
        "sys.exit(agent.main(sys.argv[4:]))\n"
    ),
)
"""An agent for which an Asterisk that answers late does not answer."""


def tells(node: NodeUnderTest, *words: str) -> bool:
    """Whether the last report tells of such a problem."""
    reports = node.server.reports[-1:]
    return any(all(word in p for word in words) for r in reports for p in r.problems)


def test_killed_when_asterisk_had_read_a_change_that_is_then_withdrawn_it_reads_the_old_again(
    tmp_path: Path,
) -> None:
    with node_under_test(tmp_path / "node") as node:
        old = small_plan()
        node.server.want(old)
        node.start()
        eventually(lambda: node.server.outcome("acme"))
        node.wrapper = dies_in("_judge", "change.Changer")
        node.kill()
        node.start()
        node.server.want(small_plan(extensions=(extension("550"), extension("552"))))
        assert node.process is not None
        assert node.process.wait(60) == DIED
        assert knows(node, "552")
        revision = node.server.want(old)
        node.wrapper = ()
        node.start()
        eventually(lambda: node.server.in_force("acme", revision))
        eventually(lambda: knows(node, "551") and not knows(node, "552"))
        eventually(lambda: "'552'" not in node.home.cli("dialplan show acme-local"))


def test_a_change_that_the_disk_cut_off_is_made_once_it_can_be(tmp_path: Path) -> None:
    with node_under_test(tmp_path / "node") as node:
        node.start()
        first = node.server.want(small_plan("beta"))
        eventually(lambda: node.server.in_force("beta", first))
        in_the_way = node.state / "music/.acme.link"  # written when the plan's link was swapped
        in_the_way.mkdir()
        revision = node.server.want(small_plan())
        eventually(lambda: tells(node, "Changes cannot be put in force"))
        in_the_way.rmdir()
        eventually(
            lambda: node.server.in_force("acme", revision),
            told=lambda: (node.server.outcome("acme"), node.log_tail()),
        )
        assert knows(node, "550")


def test_no_plan_is_blamed_for_an_asterisk_that_does_not_answer_for_a_while(
    tmp_path: Path,
) -> None:
    with node_under_test(tmp_path / "node") as node:
        node.wrapper = IMPATIENT
        node.start()
        before = node.server.want(small_plan())
        eventually(lambda: node.server.in_force("acme", before))
        process = node.home.process()
        assert process is not None
        send_signal(process, signal.SIGSTOP)
        try:
            revision = node.server.want(small_plan(extensions=(extension("550"), extension("552"))))
            eventually(lambda: tells(node, "Changes cannot be put in force"))
        finally:
            send_signal(process, signal.SIGCONT)
        eventually(
            lambda: node.server.in_force("acme", revision),
            told=lambda: (node.server.outcome("acme"), node.log_tail()),
        )
        assert knows(node, "552")


def test_a_refusal_that_could_not_be_written_down_is_written_once_it_can_be(
    tmp_path: Path,
) -> None:
    with node_under_test(tmp_path / "node") as node:
        node.start()
        good = node.server.want(small_plan("beta"))
        eventually(lambda: node.server.in_force("beta", good))
        with closing(sqlite3.connect(node.state / "agent/memory.sqlite3", timeout=60)) as memory:
            memory.execute(
                "CREATE TRIGGER full BEFORE INSERT ON outcomes"
                " BEGIN SELECT raise(ABORT, 'the disk is full'); END"
            )
            bad = node.server.want_bytes("acme", b'{"tenant": 7}', "0" * 64)
            eventually(lambda: tells(node, "acme", "the disk is full"))
            memory.execute("DROP TRIGGER full")
        eventually(lambda: node.server.is_refused("acme", bad))
