"""What nobody needs any more goes; what the accounts rest on stays."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tests.support.sellers import Sellers
from tests.unit.ledger.test_ledgers_of_nodes import (
    SYSTEM,
    Node,
    acme,
    entry,
    funds_told,
    leg,
    node,
    north,
    rate,
    sellers,
    send,
    work,
)

from conmuta.apps.fleet.tasks import forget_old_words
from conmuta.apps.ledger.models import Charge
from conmuta.apps.ledger.retention import KEPT, forget_charges
from conmuta.apps.rating import api as rating
from conmuta.apps.rating.contracts import MICRO, EndedLeg, Terms
from conmuta.platform.scope import Scope
from conmuta_plan.node import LedgerKind

__all__ = ["acme", "leg", "node", "north", "sellers"]

Make = Callable[..., EndedLeg]
NOW = datetime(2027, 6, 1, tzinfo=UTC)
LONG_AGO = NOW - KEPT - timedelta(days=1)
LATELY = NOW - KEPT + timedelta(days=1)


def charge(node: Node, place: int, call: EndedLeg, at: datetime = LONG_AGO) -> None:
    facts = {"leg": call.leg, "linkedid": call.linkedid, "amount": 4 * MICRO, "currency": "UYU"}
    send(node, entry(LedgerKind.CHARGE, place, at=at.isoformat(), seconds=61, **facts))


def left(acme: Scope) -> list[int]:
    """The charges that are kept, by their place in the node's ledger."""
    with SYSTEM.active():
        forget_charges(SYSTEM, NOW)
    with acme.active() as own:
        rows = Charge.objects.within(own).order_by("entry")
        return list(rows.values_list("entry", flat=True))


def test_old_charges_go_once_their_calls_are_in_the_account(
    acme: Scope, node: Node, leg: Make
) -> None:
    rated, waiting, recent, last = (replace(leg(), node=node.id) for _ in range(4))
    for place, (call, at) in enumerate(
        ((rated, LONG_AGO), (waiting, LONG_AGO), (recent, LATELY), (last, LONG_AGO)), start=1
    ):
        charge(node, place, call, at)
    rate([rated, recent, last])
    assert left(acme) == [2, 3, 4]  # 4 is the latest: nodes are told as of it
    rate([waiting])
    assert left(acme) == [3, 4]


def test_what_nodes_are_told_is_the_same_without_them(acme: Scope, node: Node, leg: Make) -> None:
    calls = [replace(leg(), node=node.id) for _ in range(3)]
    for place, call in enumerate(calls, start=1):
        charge(node, place, call)
    rate(calls)
    work()
    before = funds_told()[-1]
    assert left(acme) == [3]
    with acme.active() as own:
        rating.tell_funds(own)
    work()
    assert funds_told()[-1] == before == (88 * MICRO, 3)


def test_a_company_that_pays_later_leaves_no_charges_behind(
    acme: Scope, node: Node, sellers: Sellers, leg: Make
) -> None:
    """It has no limit, so nothing was told to nodes when its calls were rated."""
    with acme.active() as own:
        rating.save_terms(own, [Terms(prices="retail")])
    calls = [replace(leg(), node=node.id) for _ in range(2)]
    for place, call in enumerate(calls, start=1):
        charge(node, place, call)
    rate(calls)
    assert left(acme) == [2]


def test_of_the_words_on_funds_the_latest_stays(acme: Scope, node: Node, leg: Make) -> None:
    for _ in range(3):
        with acme.active() as own:
            rating.tell_funds(own)
        work()
    words = funds_told()
    assert len(words) > 1
    forget_old_words(timestamp=0)
    assert funds_told() == words[-1:]
    assert forget_old_words(timestamp=0) == 0
