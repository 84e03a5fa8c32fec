"""A change that Asterisk refuses leaves what was there, for its tenant alone."""

import sqlite3
from collections.abc import Iterator, Mapping

import pytest
from tests.support_node.home import running_asterisk
from tests.support_node.minimal import AMI_SECRET
from tests.support_node.plans import small_plan

from conmuta_node.apply.change import Changer, Move, renewals
from conmuta_node.apply.marker import marker_of, with_marker
from conmuta_node.apply.plans import Compiled, PlanStore
from conmuta_node.apply.tables import Tables
from conmuta_node.astdb import Account, AstDb
from conmuta_node.asterisk import AsteriskHome
from conmuta_node.introductions import Introductions
from conmuta_node.memory import Memory
from conmuta_node.objects import ChangedObjects, PhoneObjects
from conmuta_plan import digest, encode


class Node:
    """A running Asterisk and what changes it, with dialplans written by hand."""

    def __init__(self, home: AsteriskHome, port: int) -> None:
        self.home = home
        self.store = PlanStore(home.state)
        self.memory = Memory(home.state / "agent/memory.sqlite3")
        objects = PhoneObjects(home.state / "pjsip.sqlite3")
        account = Account(port, "conmuta", AMI_SECRET)
        db = AstDb(home, lambda: account)
        tables = Tables(self.store, db)
        introductions = Introductions(db, objects, self.memory)
        self.changer = Changer(home, self.store, self.memory, objects, tables, introductions)

    def write(self, tenant: str, dialplan: str, **others: str) -> Move:
        plan = small_plan(tenant, title=dialplan + str(others))
        files = {f"{name}.conf": text for name, text in others.items()}
        texts: Mapping[str, str] = {"extensions.conf": dialplan, **files}
        compiled = Compiled(plan, with_marker(tenant, texts))
        folder = self.store.write(encode(plan), digest(plan), compiled)
        return Move(tenant, self.store.linked(tenant), folder)

    def hears(self, tenant: str) -> str:
        """What extension 5 of the tenant says, by the dialplan that is loaded."""
        shown = self.home.cli(f"dialplan show 5@{tenant}-local")
        return shown.partition("NoOp(")[2].partition(")")[0]

    def pins(self, tenant: str) -> dict[str, str]:
        """Mailbox → PIN, as Asterisk reads them."""
        with sqlite3.connect(self.home.state / "pjsip.sqlite3") as database:
            rows = database.execute(
                "SELECT mailbox, password FROM voicemail WHERE context = ?", (tenant,)
            )
            return dict(rows.fetchall())


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    with running_asterisk(tmp_path_factory.mktemp("change")) as (home, port):
        yield Node(home, port)


def dialplan(tenant: str, word: str) -> str:
    return f"[{tenant}-local]\nexten => 5,1,NoOp({word})\n"


def test_what_asterisk_complains_of_is_put_back_with_its_words(node: Node) -> None:
    assert not node.changer.apply([node.write("acme", dialplan("acme", "old"))]).refused
    twice = dialplan("acme", "new") + "exten => 5,1,NoOp(again)\n"
    verdict = node.changer.apply([node.write("acme", twice)])
    assert "already in use" in verdict.refused["acme"]
    assert node.hears("acme") == "old"


def test_a_file_that_stops_all_others_is_found_out(node: Node) -> None:
    node.changer.apply([node.write("acme", dialplan("acme", "old"))])
    broken = node.write("acme", dialplan("acme", "new") + "[acme-open\nexten => 6,1,NoOp()\n")
    good = node.write("beta", dialplan("beta", "hello"))
    verdict = node.changer.apply([broken, good])
    assert "acme" in verdict.refused or verdict.whole
    assert "beta" not in verdict.refused
    assert node.hears("acme") == "old"
    assert not node.changer.apply([node.write("beta", dialplan("beta", "hello"))]).refused
    assert node.hears("beta") == "hello"


def test_a_queue_that_is_not_taken_is_refused(node: Node) -> None:
    move = node.write("gamma", dialplan("gamma", "x"), queues="[gamma-sales]\nstrategy=rrmemory\n")
    assert not node.changer.apply([move]).refused
    assert "gamma-sales" in node.home.cli("queue show gamma-sales")


def test_a_death_in_the_middle_of_a_change_ends_with_the_old_links(node: Node) -> None:
    node.changer.apply([node.write("delta", dialplan("delta", "old"))])
    move = node.write("delta", dialplan("delta", "new"))
    node.memory.set_fact("trying", f'{{"delta": "{move.old}"}}')
    node.store.point("delta", move.new)
    node.changer.recover()
    assert node.store.linked("delta") == move.old
    assert node.memory.fact("trying") == ""


def test_a_tenant_that_goes_is_missed_by_nobody(node: Node) -> None:
    node.changer.apply([node.write("omega", dialplan("omega", "x"))])
    assert node.hears("omega") == "x"
    node.changer.apply([Move("omega", node.store.linked("omega"), "")])
    assert node.hears("omega") == ""
    assert "omega" not in node.store.tenants()


def test_a_name_in_a_comment_is_no_other_dialplan() -> None:
    one = with_marker("acme", {"extensions.conf": "; Ana\n[acme-local]\n"})
    other = with_marker("acme", {"extensions.conf": "; Eva\n[acme-local]\n"})
    assert marker_of(one["extensions.conf"]) == marker_of(other["extensions.conf"]) != ""


def test_a_mailbox_comes_and_goes_with_its_tenant(node: Node) -> None:
    box = "[5@sigma]\ntype=mailbox\ncontext=sigma\nmailbox=5\npin=4321\nfullname=Eva\n"
    move = node.write("sigma", dialplan("sigma", "x"), mailboxes=box)
    assert not node.changer.apply([move]).refused
    assert node.pins("sigma") == {"5": "4321"}
    node.changer.apply([Move("sigma", node.store.linked("sigma"), "")])
    assert node.pins("sigma") == {}


def test_a_telephones_pin_is_in_the_table_made_at_the_start(node: Node) -> None:
    box = "[5@tau]\ntype=mailbox\ncontext=tau\nmailbox=5\npin=4321\n"
    node.changer.apply([node.write("tau", dialplan("tau", "x"), mailboxes=box)])
    secret = node.home.state / "spool/voicemail/tau/5/secret.conf"
    secret.parent.mkdir(parents=True)
    secret.write_text("[general]\npassword = 8642\n")
    node.changer.fill_objects()
    assert node.pins("tau") == {"5": "8642"}


def test_a_gateway_with_a_new_secret_registers_also_when_hundreds_of_telephones_change() -> None:
    phones = frozenset(("endpoint", f"{n}@acme.example.test") for n in range(1000))
    ways = "[beta-gw-carrier-registration]\ntype=registration\n"
    secret = ChangedObjects(frozenset({("auth", "beta-gw-carrier")}))
    commands = renewals([(ChangedObjects(phones), ""), (secret, ways)])
    assert commands[-1] == "pjsip send register beta-gw-carrier-registration"
    assert len(commands) < 10
