"""Plans come into force on a real Asterisk, or leave what was there; whatever dies."""

import random
import socket
import sys
import time
from dataclasses import replace
from pathlib import Path

from tests.support.examples import example, spoken
from tests.support.ports import free_port
from tests.support_node.agents import DIED, NodeUnderTest, dies_in, knows, node_under_test
from tests.support_node.plans import extension, small_plan
from tests.support_node.waiting import eventually

from conmuta_plan.outside import InboundNumber, Target, TargetKind
from conmuta_plan.people import Mailbox, Parking
from conmuta_plan.queues import Queue

DIES_BEFORE_EXPIRY = (
    sys.executable,
    "-c",
    (
        "import os, sys\n"
        "from conmuta_node import __main__ as agent\n"
        "from conmuta_node.apply.change import Changer\n"
        f"Changer.reload = lambda *_: os._exit({DIED})\n"
        "sys.exit(agent.main(sys.argv[4:]))\n"
    ),
)
"""The agent dies when a change is in the telephones' table, and Asterisk does not know of it."""


def password(node: NodeUnderTest) -> str:
    """What Asterisk would ask of telephone 550 now, as it has it in its cache."""
    return node.home.cli("pjsip show auth 550@acme.example.test")


def test_a_change_comes_into_force_and_is_reported(tmp_path: Path) -> None:
    with node_under_test(tmp_path / "node") as node:
        node.start()
        revision = node.server.want(small_plan())
        eventually(lambda: node.server.in_force("acme", revision))
        assert knows(node, "550")
        assert not knows(node, "777")
        more = (extension("550"), extension("777"))
        revision = node.server.want(
            small_plan(extensions=more, queues=(Queue(name="sales", title="Sales"),))
        )
        eventually(lambda: node.server.in_force("acme", revision))
        assert knows(node, "777")
        assert not knows(node, "551")
        assert "acme-sales" in node.home.cli("queue show acme-sales")


def test_the_boot_camp_company_comes_into_force_while_asterisk_runs(tmp_path: Path) -> None:
    with node_under_test(tmp_path / "node") as node:
        before = node.server.want(small_plan())
        node.start()
        eventually(lambda: node.server.in_force("acme", before))
        for piece in spoken("bootcamp").values():
            node.server.keep_media(piece.wav.read_bytes())
        revision = node.server.want(example("bootcamp"))
        eventually(lambda: node.server.outcome("bootcamp"))
        assert node.server.outcome("bootcamp") == (revision, "in_force", "")


def test_a_removed_company_leaves_nothing_behind(tmp_path: Path) -> None:
    with node_under_test(tmp_path / "node") as node:
        plan = small_plan(queues=(Queue(name="sales", title="Sales"),), parking=Parking())
        node.server.want(plan)
        revision = node.server.want(small_plan("beta"))
        node.start()
        eventually(lambda: node.server.in_force("beta", revision))
        assert knows(node, "550")
        node.server.remove("acme")
        eventually(lambda: node.server.outcome("acme") is None)
        assert not knows(node, "550")
        assert knows(node, "550", "beta")
        assert "acme" not in node.home.cli("dialplan show")
        assert "acme" not in node.home.cli("queue show")
        assert "acme" not in node.home.cli("pjsip show endpoints")


def test_killed_before_it_forgot_a_removed_company_it_forgets_it_then(tmp_path: Path) -> None:
    with node_under_test(tmp_path / "node") as node:
        box = Mailbox(number="550", name="Ana", pin="482913")
        people = (extension("550", mailbox=box),)
        node.server.want(small_plan(extensions=people))
        revision = node.server.want(small_plan("beta", extensions=people))
        node.start()
        eventually(lambda: node.server.in_force("beta", revision))
        messages = [node.state / f"spool/voicemail/{slug}/550/INBOX" for slug in ("acme", "beta")]
        for place in messages:
            place.mkdir(parents=True, exist_ok=True)
            (place / "msg0000.wav").write_bytes(b"RIFF")
        node.wrapper = dies_in("_forget")
        node.kill()
        node.start()
        node.server.remove("acme")
        assert node.process is not None
        assert node.process.wait(60) == DIED
        assert messages[0].exists()
        node.wrapper = ()
        node.start()
        eventually(lambda: not messages[0].exists())
        assert (messages[1] / "msg0000.wav").exists()
        eventually(lambda: node.server.outcome("acme") is None)


def test_a_poisoned_plan_is_refused_with_a_reason_and_holds_up_nobody(tmp_path: Path) -> None:
    with node_under_test(tmp_path / "node") as node:
        good = node.server.want(small_plan())
        node.start()
        eventually(lambda: node.server.in_force("acme", good))
        nowhere = Target(kind=TargetKind.FLOW, name="there-is-no-such-flow")
        poisoned = small_plan(numbers=(InboundNumber(number="29001234", target=nowhere),))
        bad = node.server.want(poisoned)
        other = node.server.want(small_plan("beta"))
        eventually(lambda: node.server.in_force("beta", other))
        eventually(lambda: node.server.is_refused("acme", bad))
        outcome = node.server.outcome("acme")
        assert outcome is not None
        assert "there-is-no-such-flow" in outcome[2]
        assert knows(node, "551")
        mended = node.server.want(small_plan(extensions=(extension("550"), extension("552"))))
        eventually(lambda: node.server.in_force("acme", mended))
        assert knows(node, "552")


def test_of_two_companies_whose_names_would_mix_the_later_is_refused(tmp_path: Path) -> None:
    with node_under_test(tmp_path / "node") as node:
        first = node.server.want(small_plan("acme"))
        node.start()
        eventually(lambda: node.server.in_force("acme", first))
        later = node.server.want(small_plan("acme-north"))
        other = node.server.want(small_plan("acmenorth"))
        eventually(lambda: node.server.is_refused("acme-north", later))
        eventually(lambda: node.server.in_force("acmenorth", other))
        outcome = node.server.outcome("acme-north")
        assert outcome is not None
        assert "give the company another name" in outcome[2]
        again = node.server.want(small_plan(extensions=(extension("552"),)))
        eventually(lambda: node.server.in_force("acme", again))


def test_a_company_refused_for_its_name_is_served_once_the_other_is_gone(tmp_path: Path) -> None:
    with node_under_test(tmp_path / "node") as node:
        first = node.server.want(small_plan("acme"))
        node.start()
        eventually(lambda: node.server.in_force("acme", first))
        later = node.server.want(small_plan("acme-north"))
        longest = node.server.want(small_plan("acme-north-west"))
        eventually(lambda: node.server.is_refused("acme-north", later))
        eventually(lambda: node.server.is_refused("acme-north-west", longest))
        node.server.remove("acme")
        eventually(lambda: node.server.in_force("acme-north", later))
        assert knows(node, "550", "acme-north")
        assert not knows(node, "550")
        eventually(lambda: node.server.outcome("acme") is None)
        assert node.server.is_refused("acme-north-west", longest)


def test_a_company_refused_for_its_name_is_served_if_the_other_went_while_the_agent_was_dead(
    tmp_path: Path,
) -> None:
    with node_under_test(tmp_path / "node") as node:
        first = node.server.want(small_plan("acme"))
        node.start()
        eventually(lambda: node.server.in_force("acme", first))
        later = node.server.want(small_plan("acme-north"))
        eventually(lambda: node.server.is_refused("acme-north", later))
        node.kill()
        node.server.remove("acme")
        node.start()
        eventually(lambda: node.server.in_force("acme-north", later))
        assert not knows(node, "550")


def test_a_plan_that_is_no_plan_is_refused(tmp_path: Path) -> None:
    with node_under_test(tmp_path / "node") as node:
        node.start()
        bad = node.server.want_bytes("acme", b'{"tenant": 7}', "0" * 64)
        good = node.server.want(small_plan("beta"))
        eventually(lambda: node.server.in_force("beta", good))
        eventually(lambda: node.server.is_refused("acme", bad))


def test_calls_are_served_from_disk_when_the_server_is_away_at_boot(tmp_path: Path) -> None:
    with node_under_test(tmp_path / "node") as node:
        revision = node.server.want(small_plan())
        node.start()
        eventually(lambda: node.server.in_force("acme", revision))
        assert node.stop() == 0
        assert not node.home.running()
        node.server.stop()
        node.start()
        eventually(node.home.running)
        eventually(lambda: node.home.process() is not None)
        node.home.start()  # adopts, and waits for the end of the boot
        assert knows(node, "551")


def test_asterisk_that_was_killed_comes_back_and_the_report_says_so(tmp_path: Path) -> None:
    with node_under_test(tmp_path / "node") as node:
        revision = node.server.want(small_plan())
        node.start()
        eventually(lambda: node.server.in_force("acme", revision))
        before = node.home.process()
        node.home.kill()
        eventually(lambda: node.home.process() not in (None, before))
        node.home.start()
        assert knows(node, "550")
        later = node.server.want(small_plan(extensions=(extension("553"),)))
        eventually(lambda: node.server.in_force("acme", later))
        assert any("by itself" in problem for problem in node.server.reports[-1].problems)
        assert knows(node, "553")


def test_calls_outlive_the_agent_and_the_next_one_adopts_asterisk(tmp_path: Path) -> None:
    with node_under_test(tmp_path / "node") as node:
        revision = node.server.want(small_plan())
        node.start()
        eventually(lambda: node.server.in_force("acme", revision))
        before = node.home.process()
        node.call("*600")
        eventually(lambda: node.home.calls_up() >= 1)
        node.kill()
        assert node.home.calls_up() >= 1
        node.start()
        later = node.server.want(small_plan(extensions=(extension("554"),)))
        eventually(lambda: node.server.in_force("acme", later))
        assert node.home.process() == before
        assert node.home.calls_up() >= 1
        assert node.server.reports[-1].calls_up >= 1


def test_killed_at_any_moment_of_many_changes_it_ends_at_what_is_wanted(tmp_path: Path) -> None:
    chance = random.Random(7)
    with node_under_test(tmp_path / "node") as node:
        node.start()
        last: dict[str, tuple[int, str]] = {}
        for turn in range(12):
            for tenant in ("acme", "beta", "gamma"):
                number = str(560 + chance.randrange(30))
                plan = small_plan(tenant, extensions=(extension("550"), extension(number)))
                last[tenant] = (node.server.want(plan), number)
            time.sleep(chance.uniform(0.0, 1.5))
            node.kill()
            if turn % 4 == 3:
                node.home.kill()
            node.start()
            links = (node.state / "etc/tenants").glob("[a-z]*")
            assert all((link / "plan.json").exists() for link in links)
        so_far = len(node.server.reports)  # by agents that are dead, of an Asterisk that is
        eventually(lambda: any(report.asterisk_up for report in node.server.reports[so_far:]))
        for tenant, (revision, number) in last.items():
            eventually(
                lambda t=tenant, r=revision: node.server.in_force(t, r),
                told=lambda t=tenant, r=revision: (r, node.server.outcome(t), node.log_tail()),
            )
            assert knows(node, number, tenant)


def test_killed_between_the_table_and_asterisks_caches_it_leaves_no_old_password_in_force(
    tmp_path: Path,
) -> None:
    with node_under_test(tmp_path / "node") as node:
        before = node.server.want(small_plan())
        node.start()
        eventually(lambda: node.server.in_force("acme", before))
        old = password(node)
        node.wrapper = DIES_BEFORE_EXPIRY
        node.kill()
        node.start()
        renewed = extension("550", secret="n3w-secret")
        revision = node.server.want(small_plan(extensions=(renewed, extension("551"))))
        assert node.process is not None
        assert node.process.wait(60) == DIED
        assert password(node) == old
        node.wrapper = ()
        node.start()
        eventually(lambda: node.server.in_force("acme", revision))
        eventually(lambda: password(node) != old)


def test_changes_in_quick_succession_are_taken_together(tmp_path: Path) -> None:
    with node_under_test(tmp_path / "node") as node:
        revision = node.server.want(small_plan())
        node.start()
        eventually(lambda: node.server.in_force("acme", revision))
        reloads = node.log().count('command="dialplan reload"')
        for number in range(20):
            revision = node.server.want(small_plan(extensions=(extension(str(560 + number)),)))
            time.sleep(0.05)
        eventually(lambda: node.server.in_force("acme", revision))
        assert node.log().count('command="dialplan reload"') - reloads <= 4
        assert knows(node, "579")


def test_a_new_port_comes_into_force_when_no_call_is_up(tmp_path: Path) -> None:
    with node_under_test(tmp_path / "node") as node:
        revision = node.server.want(small_plan())
        node.start()
        eventually(lambda: node.server.in_force("acme", revision))
        node.call("*600", seconds=600)
        eventually(lambda: node.home.calls_up() >= 1)
        before = node.home.process()
        port = free_port()
        node.server.settings = replace(node.server.settings, udp_port=port)
        node.server.want(small_plan(title="Another"))
        eventually(lambda: any("restart" in p for p in node.server.reports[-1].problems))
        assert node.home.process() == before
        node.home.cli("channel request hangup all")
        eventually(lambda: node.home.process() not in (None, before))
        node.home.start()
        assert f":{port}" in node.home.cli("pjsip show transports")
        assert knows(node, "550")


def test_a_port_that_another_program_has_is_told_to_the_server(tmp_path: Path) -> None:
    with node_under_test(tmp_path / "node") as node, socket.socket(type=socket.SOCK_DGRAM) as other:
        port = node.server.settings.udp_port
        other.bind(("127.0.0.1", port))
        node.start()
        eventually(lambda: node.server.reports and node.server.reports[-1].asterisk_up)
        assert any(f"port {port}/udp" in p for p in node.server.reports[-1].problems)
