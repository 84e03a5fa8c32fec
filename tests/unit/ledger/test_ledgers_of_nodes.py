"""What nodes charge, what they are told of funds, and blocks that people hear of and lift."""

import json
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from tests.support.sellers import Sellers
from tests.unit.rating.conftest import NOON, leg, north, rate, sellers

from conmuta.adapters.mail.models import Mail
from conmuta.apps.fleet import api as fleet
from conmuta.apps.fleet.actions import take_batch
from conmuta.apps.fleet.contracts import Batch
from conmuta.apps.fleet.models import Node as NodeRow
from conmuta.apps.fleet.models import NodeCommand
from conmuta.apps.identity import api as identity
from conmuta.apps.ledger import actions
from conmuta.apps.ledger import api as ledger
from conmuta.apps.ledger.errors import NoSuchBlock
from conmuta.apps.rating import api as rating
from conmuta.apps.rating.contracts import MICRO, EndedLeg
from conmuta.platform import outbox
from conmuta.platform.scope import Scope
from conmuta.wiring.events import SUBSCRIPTIONS
from conmuta_plan.codec import encode
from conmuta_plan.node import LedgerEntry, LedgerKind, NodeSettings, Stream

__all__ = ["leg", "north", "sellers"]
SYSTEM = Scope.system("test:node")


@dataclass
class Node:
    """One node of the installation; its batches are numbered."""

    id: int
    sent: int = 0

    def send(self, content: bytes, *, again: bool = False) -> None:
        self.sent += 0 if again else 1
        batch = Batch(
            node_id=self.id, node="one", stream=Stream.LEDGER, number=self.sent, body=content
        )
        with SYSTEM.active():
            take_batch(SYSTEM, batch)


@pytest.fixture
def node(north: Scope) -> Node:
    with SYSTEM.active():
        fleet.create_node(SYSTEM, "one", NodeSettings())
        return Node(NodeRow.objects.get(name="one").pk)


@pytest.fixture
def acme(north: Scope, sellers: Sellers, node: Node) -> Scope:
    with sellers.tenant("acme").active() as scope:
        rating.top_up(scope, 100 * MICRO, "cash")
    return sellers.tenant("acme")


def entry(kind: LedgerKind, place: int, **more: object) -> LedgerEntry:
    facts: dict[str, object] = {"tenant": "acme", "at": NOON.isoformat(), "extension": "550"}
    return LedgerEntry(kind=kind, id=place, **{**facts, **more})  # type: ignore[arg-type]


def send(node: Node, *entries: LedgerEntry) -> None:
    node.send(b"".join(encode(each) + b"\n" for each in entries))
    work()


def work() -> None:
    """The worker delivers what is to be told elsewhere."""
    while outbox.deliver_due(SUBSCRIPTIONS):
        pass


def funds_told() -> list[tuple[int, int]]:
    """(amount, as of which entry) of each word on funds."""
    orders = NodeCommand.objects.filter(kind="funds").order_by("pk")
    told = [json.loads(order.body) for order in orders]
    return [(each["amount"], each["as_of"]) for each in told]


def test_a_payment_reaches_the_node(acme: Scope, node: Node) -> None:
    work()
    assert funds_told()[-1] == (100 * MICRO, 0)


def test_a_charge_is_taken_off_once_whether_rated_before_or_after(
    acme: Scope, node: Node, leg: Callable[..., EndedLeg]
) -> None:
    first, second = leg(node=node.id), leg(node=node.id)
    charge = {"currency": "UYU", "amount": 4 * MICRO, "seconds": 61}
    send(node, entry(LedgerKind.CHARGE, 1000, leg=first.leg, **charge))
    with acme.active() as scope:
        ledger.tell_funds(scope)
    assert funds_told()[-1] == (96 * MICRO, 1000)
    rate([first])
    work()
    assert funds_told()[-1] == (96 * MICRO, 1000)
    rate([second])
    work()
    assert funds_told()[-1] == (92 * MICRO, 1000)
    send(node, entry(LedgerKind.CHARGE, 1001, leg=second.leg, **charge))
    assert funds_told()[-1] == (92 * MICRO, 1001)


def test_what_is_never_rated_does_not_hide_what_is(
    acme: Scope, node: Node, leg: Callable[..., EndedLeg], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Calls of which no record ever comes: as many of them as are looked at in one step."""
    monkeypatch.setattr(actions, "MOST_AT_ONCE", 2)
    charge = {"currency": "UYU", "amount": MICRO, "seconds": 61}
    for number in range(3):
        send(node, entry(LedgerKind.CHARGE, 1000 + number, leg=f"9.{number}", **charge))
    known = leg(node=node.id)
    send(node, entry(LedgerKind.CHARGE, 1003, leg=known.leg, **charge))
    with acme.active() as scope:
        ledger.tell_funds(scope)
    assert funds_told()[-1][0] == 96 * MICRO
    rate([known])
    work()
    assert funds_told()[-1][0] == 93 * MICRO  # its price, and the three that wait


def test_what_one_node_charges_the_others_hear_of_before_it_is_rated(
    acme: Scope, node: Node
) -> None:
    with SYSTEM.active():
        fleet.create_node(SYSTEM, "two", NodeSettings())
    charge = {"currency": "UYU", "amount": 4 * MICRO, "seconds": 61}
    send(node, entry(LedgerKind.CHARGE, 1000, leg="1.2", **charge))
    assert funds_told()[-2:] == [(96 * MICRO, 1000), (96 * MICRO, 0)]


def test_a_batch_that_comes_again_charges_nothing_twice(acme: Scope, node: Node) -> None:
    charge = entry(LedgerKind.CHARGE, 1000, leg="1.2", currency="UYU", amount=MICRO, seconds=1)
    send(node, charge)
    send(node, charge)
    node.send(encode(charge), again=True)
    with acme.active() as scope:
        ledger.tell_funds(scope)
    assert funds_told()[-1] == (99 * MICRO, 1000)


def test_a_new_ledger_is_told_of_everybodys_funds(acme: Scope, node: Node) -> None:
    work()
    before = len(funds_told())
    send(node, entry(LedgerKind.OPENED, 1, tenant="", extension=""))
    assert len(funds_told()) > before
    assert funds_told()[-1] == (100 * MICRO, 0)


def test_a_block_is_told_by_mail_with_its_reason_and_lifted_by_one_action(
    acme: Scope, node: Node, sellers: Sellers
) -> None:
    with sellers.north.active() as scope:
        rosa = identity.OperatorPerson(
            username="rosa",
            email="rosa@norte.example.test",
            name="Rosa",
            permissions=frozenset(),
            language="es",
        )
        identity.put_operator_person(scope, rosa)
    work()
    block = entry(LedgerKind.BLOCK, 7, reason="money", number="5352345678")
    send(node, block)
    send(node, block)
    with acme.active() as scope:
        (mail,) = Mail.objects.within(scope)
        assert mail.recipients == ["rosa@norte.example.test"]
        assert mail.subject == "El interno 550 de Acme está bloqueado"
        assert [(each.extension, each.reason) for each in ledger.blocks(scope)] == [
            ("550", "money")
        ]
        assert ledger.unblock(scope, "550")
        assert ledger.blocks(scope) == []
        with pytest.raises(NoSuchBlock):
            ledger.unblock(scope, "550")
        assert ledger.was_blocked(scope, "550")
        assert not ledger.was_blocked(scope, "551")
    (order,) = NodeCommand.objects.filter(kind="unblock")
    assert (order.tenant_slug, json.loads(order.body)) == ("acme", {"extension": "550"})


def test_an_operator_sees_the_blocks_of_its_own_companies_and_of_no_others(
    acme: Scope, node: Node, sellers: Sellers
) -> None:
    send(node, entry(LedgerKind.BLOCK, 8, extension="551", reason="minutes"))
    send(node, entry(LedgerKind.BLOCK, 9, tenant="gamma", reason="countries"))
    send(node, entry(LedgerKind.BLOCK, 10, extension="551", reason="countries"))
    with sellers.north.active() as scope:
        assert [(b.tenant, b.extension, b.reason) for b in ledger.blocks(scope)] == [
            ("acme", "551", "minutes")
        ]
    with sellers.south.active() as scope:
        assert [(b.tenant, b.extension) for b in ledger.blocks(scope)] == [("gamma", "550")]
    with SYSTEM.active():
        assert [b.tenant for b in ledger.blocks(SYSTEM)] == ["acme", "gamma"]
    with acme.active() as scope:
        assert ledger.block(scope, "551").words.startswith("The minutes that may be called")
        with pytest.raises(NoSuchBlock):
            ledger.block(scope, "550")


def test_what_is_no_entry_or_nobodys_holds_up_nothing(acme: Scope, node: Node) -> None:
    foreign = entry(LedgerKind.BLOCK, 3, tenant="nobody", reason="money")
    whole = entry(LedgerKind.BLOCK, 4, extension="", reason="minutes")
    node.send(b"no json\n" + encode(foreign) + b"\n" + encode(whole) + b"\n")
    with acme.active() as scope:
        assert [each.extension for each in ledger.blocks(scope)] == [""]
