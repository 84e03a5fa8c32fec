"""An operator's plan on a node: in force, changed, killed in the middle; one owner per number."""

import random
import time
from dataclasses import replace
from pathlib import Path

from tests.support.operators import by_operator, operator
from tests.support_node.agents import NodeUnderTest, node_under_test
from tests.support_node.waiting import eventually

from conmuta_plan.operator import OperatorPlan, RouteTable

NUMBER = "59824001000"
MANY = 30_000


def rows(node: NodeUnderTest) -> dict[str, str]:
    shown = node.home.cli("database show")
    found = (line.partition(": ") for line in shown.splitlines() if line.startswith("/o-"))
    return {key.strip(): value.strip() for key, _, value in found}


def owner(node: NodeUnderTest) -> str:
    return rows(node).get(f"/o-norte-n/{NUMBER}", "")


def big(count: int, *, seed: int = 1) -> OperatorPlan:
    chance = random.Random(seed)
    prefixes = {str(chance.randrange(10**4, 10**8)): "usual" for _ in range(count)}
    return replace(
        operator(), tables=(RouteTable(name="basic", prefixes={"": "usual"} | prefixes),)
    )


def test_an_operator_and_its_companies_come_into_force(tmp_path: Path) -> None:
    with node_under_test(tmp_path / "node") as node:
        node.start()
        plan = operator()
        first = node.server.want(plan)
        second = node.server.want(by_operator("acme", NUMBER))
        eventually(lambda: node.server.in_force("o-norte", first))
        eventually(lambda: node.server.in_force("acme", second))
        eventually(lambda: owner(node) == "acme")
        assert "o-norte-gw-centro" in node.home.cli("pjsip show endpoint o-norte-gw-centro")
        states = node.server.reports[-1].gateways
        assert {(each.unit, each.gateway) for each in states} == {
            ("o-norte", "centro"),
            ("o-norte", "sur"),
        }
        node.server.remove("acme")
        node.server.remove("o-norte")
        eventually(lambda: rows(node) == {})
        eventually(lambda: "Unable" in node.home.cli("pjsip show endpoint o-norte-gw-centro"))


def test_anothers_number_is_refused_until_it_is_let_go(tmp_path: Path) -> None:
    with node_under_test(tmp_path / "node") as node:
        node.start()
        node.server.want(operator())
        first = node.server.want(by_operator("acme", NUMBER))
        eventually(lambda: node.server.in_force("acme", first))
        other = node.server.want(by_operator("taller", NUMBER))
        eventually(lambda: node.server.is_refused("taller", other))
        assert owner(node) == "acme"
        node.server.want(by_operator("acme"))
        eventually(lambda: node.server.in_force("taller", other))
        eventually(lambda: owner(node) == "taller")


def test_a_large_table_is_whole_whenever_the_agent_is_killed(tmp_path: Path) -> None:
    with node_under_test(tmp_path / "node") as node:
        node.start()
        first = node.server.want(big(MANY))
        eventually(lambda: node.server.in_force("o-norte", first), seconds=60)
        eventually(lambda: len(rows(node)) > MANY / 2, seconds=30)
        old = rows(node)
        second = node.server.want(big(MANY, seed=2))
        chance = random.Random(3)
        for _ in range(3):
            time.sleep(chance.uniform(0.5, 2.5))
            node.kill()
            assert in_use(node) <= rows(node).keys()
            node.start()
        eventually(lambda: node.server.in_force("o-norte", second), seconds=60)
        eventually(lambda: not old.keys() & rows(node).keys(), seconds=60)
        assert in_use(node) <= rows(node).keys()


def in_use(node: NodeUnderTest) -> set[str]:
    """The rows of three digits that the loaded dialplan names, one for each beginning."""
    shown = node.home.cli("dialplan show t_basic@o-norte-routes")
    root = shown.partition("${DB(")[2].partition("/$")[0]
    assert root
    return {f"/{root}/{number}" for number in range(1, 1000)}


def test_asterisk_killed_comes_back_with_its_tables(tmp_path: Path) -> None:
    with node_under_test(tmp_path / "node") as node:
        node.start()
        first = node.server.want(operator())
        eventually(lambda: node.server.in_force("o-norte", first))
        eventually(lambda: bool(rows(node)))
        before = rows(node)
        node.home.kill()
        eventually(lambda: node.home.process() is not None and rows(node) == before, seconds=30)
