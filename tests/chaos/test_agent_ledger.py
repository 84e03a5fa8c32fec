"""Money on a node: right to the millionth, whatever dies, and with nobody to ask."""

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tests.support_node.agents import NodeUnderTest, node_under_test
from tests.support_node.plans import small_plan
from tests.support_node.waiting import eventually

from conmuta_node.ledger.book import FILE, Ledger
from conmuta_node.ledger.schema import SLICE_SECONDS
from conmuta_plan import TenantPlan
from conmuta_plan.node import LedgerKind
from conmuta_plan.operator import Ceilings, Guard, OperatorLink

PER_SECOND = 10_000
PRICE = f"{PER_SECOND * 60}:0:0:1:UY:0:USD"
DIALPLAN = f"""
[paid-out]
exten => _X.,1,Gosub(c-admit,s,1(acme,550,${{EXTEN}},{PRICE}))
 same => n,GotoIf(${{LEN(${{GOSUB_RETVAL}})}}?refused)
 same => n,Dial(Local/s@paid-far/n,30,U(c-answered^${{admit_id}}^${{admit_seconds}}))
 same => n,Hangup()
 same => n(refused),CELGenUserEvent(refused,${{GOSUB_RETVAL}}|${{EXTEN}})
 same => n,Hangup()
[paid-far]
exten => s,1,Answer()
 same => n,Wait(600)
"""


def paid_plan(guard: Guard | None = None) -> TenantPlan:
    link = OperatorLink(
        unit="o-test", routes="all", prices="all", prepaid=True, guard=guard or Guard()
    )
    return small_plan(operator=link)


@contextmanager
def paid_node(folder: Path) -> Iterator[NodeUnderTest]:
    """A node with a prepaid company that has no funds yet."""
    with node_under_test(folder / "node") as node:
        place = node.state / "etc/tenants/paid_calls"
        place.mkdir(parents=True)
        (place / "extensions.conf").write_text(DIALPLAN)
        node.start()
        revision = node.server.want(paid_plan())
        eventually(lambda: node.server.in_force("acme", revision))
        eventually(lambda: ledger(node).accounts() == {"acme"})
        yield node


def ledger(node: NodeUnderTest) -> Ledger:
    return Ledger(node.state / FILE)


def tell_funds(node: NodeUnderTest, amount: int) -> None:
    last = max((entry.id for entry in ledger(node).news(0)), default=0)
    body = {"amount": amount, "currency": "USD", "as_of": last}
    node.server.command("funds", "acme", body)
    eventually(lambda: ledger(node).funds_left("acme") == amount)


def call(node: NodeUnderTest) -> None:
    """A call out by the operator, answered at once."""
    text = "Channel: Local/59899123456@paid-out\nMaxRetries: 0\nApplication: Wait\nData: 600\n"
    draft = node.state / "spool/draft.call"
    draft.write_text(text)
    draft.rename(node.state / f"spool/outgoing/{time.monotonic_ns()}.call")


def is_up(node: NodeUnderTest, calls: int = 1) -> bool:
    return sum(1 for each in ledger(node).open_calls() if each.answered) == calls


def lasted(node: NodeUnderTest, least: int, of: int = 0) -> int:
    """The seconds that the only call was up, all of them paid; `of` are what the funds were for.

    Asterisk ends it when the funds end. A busy machine is late, and then it has lasted longer.
    """
    [charge] = [e for e in ledger(node).news(0) if e.kind is LedgerKind.CHARGE]
    assert least <= charge.seconds < SLICE_SECONDS  # so long it would be without their end
    assert charge.amount == charge.seconds * PER_SECOND
    left = ((of or least) - charge.seconds) * PER_SECOND
    assert ledger(node).funds_left("acme") == left
    return charge.seconds


def charges(node: NodeUnderTest) -> list[dict[str, object]]:
    """What the server has been told."""
    entries = [json.loads(line) for line in node.server.lines("ledger")]
    return [entry for entry in entries if entry["kind"] == "charge"]


def test_a_prepaid_call_ends_in_time_with_the_server_down_and_is_told_once(tmp_path: Path) -> None:
    with paid_node(tmp_path) as node:
        tell_funds(node, 8 * PER_SECOND)
        node.server.stop()
        call(node)
        eventually(lambda: is_up(node))
        assert {each.seconds for each in ledger(node).open_calls()} <= {8}
        eventually(lambda: not ledger(node).open_calls())
        seconds = lasted(node, 8)
        call(node)
        cel = node.state / "log/cel-custom/cel.csv"
        eventually(lambda: "funds|59899123456" in cel.read_text())
        node.kill()
        node.start()
        node.server.start()
        eventually(lambda: charges(node))
        assert [(each["seconds"], each["amount"]) for each in charges(node)] == [
            (seconds, seconds * PER_SECOND)
        ]


def test_it_ends_in_time_without_server_and_agent_too(tmp_path: Path) -> None:
    with paid_node(tmp_path) as node:
        tell_funds(node, 5 * PER_SECOND)
        node.server.stop()
        node.kill()
        call(node)
        eventually(lambda: is_up(node))
        eventually(lambda: not ledger(node).open_calls())
        lasted(node, 5)


def test_funds_that_arrive_while_they_talk_let_them_talk_on(tmp_path: Path) -> None:
    with paid_node(tmp_path) as node:
        tell_funds(node, 10 * PER_SECOND)
        call(node)
        eventually(lambda: is_up(node))
        tell_funds(node, 16 * PER_SECOND)
        eventually(lambda: not ledger(node).open_calls())
        lasted(node, 15, of=16)  # Asterisk's manager tells time in whole seconds


def test_agent_and_asterisk_killed_in_the_middle_leave_funds_right(tmp_path: Path) -> None:
    with paid_node(tmp_path) as node:
        told = 1000 * PER_SECOND
        tell_funds(node, told)
        for _ in range(3):
            call(node)
        eventually(lambda: is_up(node, 3))
        time.sleep(5)
        node.kill()
        node.home.kill()
        node.start()
        eventually(lambda: len(charges(node)) == 3)
        assert ledger(node).open_calls() == []
        spent = sum(int(str(each["amount"])) for each in charges(node))
        assert ledger(node).funds_left("acme") == told - spent
        # Each is charged to its last sign of life: seconds short of the kill, never beyond it
        assert all(2 <= int(str(each["seconds"])) <= 8 for each in charges(node))
        call(node)
        eventually(lambda: is_up(node))


def test_asterisk_alone_killed_is_settled_by_the_agent(tmp_path: Path) -> None:
    with paid_node(tmp_path) as node:
        tell_funds(node, 1000 * PER_SECOND)
        call(node)
        eventually(lambda: is_up(node))
        time.sleep(4)
        node.home.kill()
        eventually(lambda: charges(node))
        assert 1 <= int(str(charges(node)[0]["seconds"])) <= 8
        eventually(lambda: not ledger(node).open_calls())


def test_the_agent_killed_again_and_again_charges_each_call_once(tmp_path: Path) -> None:
    with paid_node(tmp_path) as node:
        told = 1000 * PER_SECOND
        tell_funds(node, told)
        for _ in range(5):
            call(node)
            eventually(lambda: is_up(node))
            node.server.fail_after_taking = 1
            node.kill()
            node.home.cli("channel request hangup all")
            eventually(lambda: not ledger(node).open_calls())
            node.start()
            eventually(node.home.running)
        eventually(lambda: len(charges(node)) >= 5)
        assert len({each["call"] for each in charges(node)}) == 5 == len(charges(node))
        spent = sum(int(str(each["amount"])) for each in charges(node))
        assert ledger(node).funds_left("acme") == told - spent


def test_a_ledger_that_cannot_be_read_is_made_anew_and_the_status_says_so(tmp_path: Path) -> None:
    with paid_node(tmp_path) as node:
        tell_funds(node, 1000 * PER_SECOND)
        (node.state / FILE).write_bytes(b"no ledger at all" * 4096)
        eventually(lambda: any("made anew" in each for each in problems(node)))
        eventually(lambda: ledger(node).accounts() == {"acme"})
        opened = [json.loads(line)["kind"] for line in node.server.lines("ledger")]
        eventually(lambda: opened.count("opened") >= 1)
        tell_funds(node, 1000 * PER_SECOND)
        call(node)
        eventually(lambda: is_up(node))


def test_a_locked_ledger_is_told_in_words_and_no_more_once_it_is_free(tmp_path: Path) -> None:
    with paid_node(tmp_path) as node:
        with closing(sqlite3.connect(node.state / FILE, isolation_level=None)) as holder:
            holder.execute("BEGIN EXCLUSIVE")
            eventually(lambda: any("out of order" in each for each in problems(node)))
            holder.execute("ROLLBACK")
        eventually(lambda: not any("out of order" in each for each in problems(node)))


def problems(node: NodeUnderTest) -> tuple[str, ...]:
    return node.server.reports[-1].problems if node.server.reports else ()


def test_a_block_reaches_the_server_and_is_lifted_by_a_command(tmp_path: Path) -> None:
    with paid_node(tmp_path) as node:
        guard = Guard(each_extension=Ceilings(money_per_day=2 * PER_SECOND))
        revision = node.server.want(paid_plan(guard))
        eventually(lambda: node.server.in_force("acme", revision))
        eventually(lambda: ledger(node).ceiling("acme", "*") == guard.each_extension)
        tell_funds(node, 1000 * PER_SECOND)
        call(node)
        eventually(lambda: charges(node))
        call(node)
        eventually(lambda: '"kind":"block"' in "".join(node.server.lines("ledger")))
        assert [each.extension for each in ledger(node).blocks()] == ["550"]
        node.server.command("unblock", "acme", {"extension": "550"})
        eventually(lambda: not ledger(node).blocks())
        call(node)
        eventually(lambda: len(charges(node)) == 2)
