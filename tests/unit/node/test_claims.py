"""One number and one address belong to one unit of a node; who came first keeps them."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.support.company import company, gateway
from tests.support.operators import by_operator, carrier, operator

from conmuta_node.apply.change import Move
from conmuta_node.apply.claims import TAKEN, Claims
from conmuta_node.apply.plans import Compiled, Plan, PlanStore, unit_of
from conmuta_plan import digest, encode

NUMBER = "59824001000"


class Node:
    def __init__(self, state: Path) -> None:
        self.store = PlanStore(state)
        self.claims = Claims(self.store)

    def move(self, plan: Plan) -> Move:
        unit = unit_of(plan)
        folder = self.store.write(encode(plan), digest(plan), Compiled(plan, {}))
        return Move(unit, self.store.linked(unit), folder)

    def have(self, *plans: Plan) -> None:
        for plan in plans:
            self.store.point(unit_of(plan), self.move(plan).new)

    def refused(self, *plans: Plan) -> dict[str, str]:
        """Unit → who has what it wants."""
        found = self.claims.clashes([self.move(plan) for plan in plans])
        assert all(TAKEN in clash.reason for clash in found.values())
        return {unit: clash.holder for unit, clash in found.items()}


@pytest.fixture
def node(tmp_path: Path) -> Node:
    return Node(tmp_path)


def test_anothers_number_is_refused(node: Node) -> None:
    node.have(operator(), by_operator("acme", NUMBER))
    assert node.refused(by_operator("taller", NUMBER)) == {"taller": "acme"}


def test_a_number_changes_hands_in_one_go(node: Node) -> None:
    node.have(by_operator("acme", NUMBER))
    assert node.refused(by_operator("acme"), by_operator("taller", NUMBER)) == {}


def test_two_who_want_one_number_at_once_do_not_both_get_it(node: Node) -> None:
    assert node.refused(by_operator("acme", NUMBER), by_operator("taller", NUMBER)) == {
        "taller": "acme"
    }


def test_two_operators_may_have_the_same_digits(node: Node) -> None:
    node.have(by_operator("acme", NUMBER))
    assert node.refused(by_operator("taller", NUMBER, unit="o-sur")) == {}


@pytest.mark.parametrize("host", ["127.0.0.80", "127.0.0.0/24", "::ffff:127.0.0.80"])
def test_an_address_from_which_anothers_calls_come_is_refused(node: Node, host: str) -> None:
    node.have(company("acme", gateways=(gateway("main", "127.0.0.80"),)))
    plan = operator(gateways=(replace(carrier("x", "127.0.0.9"), addresses=(host,)),), routes=())
    assert node.refused(plan) == {"o-norte": "acme"}


def test_ones_own_gateways_may_share_an_address(node: Node) -> None:
    twins = (carrier("one", "127.0.0.80"), carrier("two", "127.0.0.80"))
    assert node.refused(operator(gateways=twins)) == {}


def test_who_changes_keeps_what_it_has(node: Node) -> None:
    node.have(operator(), by_operator("acme", NUMBER))
    assert node.refused(operator(title="Other"), by_operator("acme", NUMBER, title="Other")) == {}
