"""AstDB holds what the plans in force want, and a look-up never meets half a table."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.support.operators import by_operator, operator
from tests.support_node.home import running_asterisk
from tests.support_node.minimal import AMI_SECRET

from conmuta_compiler import compile_operator, compile_tenant
from conmuta_node.apply.checks import rows_faults
from conmuta_node.apply.plans import Compiled, Plan, PlanStore, unit_of
from conmuta_node.apply.tables import Tables
from conmuta_node.astdb import Account, AstDb, Rows
from conmuta_plan import digest, encode
from conmuta_plan.operator import OperatorPlan, RouteTable

NORTE = operator()


class Node:
    """A running Asterisk and the plans that its agent would link."""

    def __init__(self, state: Path, tables: Tables) -> None:
        self.state, self.tables, self.store = state, tables, tables.store

    def link(self, plan: Plan) -> None:
        texts = compile_operator(plan) if isinstance(plan, OperatorPlan) else compile_tenant(plan)
        folder = self.store.write(encode(plan), digest(plan), Compiled(plan, texts))
        self.tables.prepare(unit_of(plan), folder)
        self.store.point(unit_of(plan), folder)

    def rows(self) -> Rows:
        return self.tables.db.shown()

    def says(self, path: str) -> str:
        return self.rows().get(path, "")


@pytest.fixture(scope="module")
def asterisk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AstDb]:
    with running_asterisk(tmp_path_factory.mktemp("tables")) as (home, port):
        yield AstDb(home, lambda: Account(port, "conmuta", AMI_SECRET))


@pytest.fixture
def node(asterisk: AstDb, tmp_path: Path) -> Iterator[Node]:
    yield Node(tmp_path, Tables(PlanStore(tmp_path), asterisk))
    asterisk.change({}, asterisk.shown())


def with_prefix(plan: OperatorPlan, prefix: str, route: str) -> OperatorPlan:
    table = plan.tables[0]
    return replace(
        plan, tables=(RouteTable(name="basic", prefixes=table.prefixes | {prefix: route}),)
    )


def test_before_the_new_dialplan_is_loaded_both_tables_are_there(node: Node) -> None:
    node.link(NORTE)
    node.tables.settle()
    before = node.rows()
    node.link(with_prefix(NORTE, "59821", "mobile"))
    assert before.items() <= node.rows().items()
    node.tables.settle()
    after = node.rows()
    assert not before.items() <= after.items()
    assert [value for path, value in after.items() if path.endswith("/59821")] == ["mobile"]


def test_where_a_companys_numbers_lead_changes_with_its_dialplan(node: Node) -> None:
    node.link(by_operator("acme", "59824001000"))
    node.tables.settle()
    before = leads(node)
    node.link(by_operator("acme", "59824001000", "59824001001"))
    both = leads(node)
    assert before < both
    node.tables.settle()
    after = leads(node)
    assert after == both - before
    assert sorted(path.rpartition("/")[2] for path in after) == ["59824001000", "59824001001"]


def leads(node: Node) -> set[str]:
    """The rows that say where Acme's numbers lead."""
    return {path for path in node.rows() if path.startswith("/o-norte-t-acme/")}


def test_a_company_has_rows_of_its_own_numbers_alone() -> None:
    acme = by_operator("acme", "59824001000")
    assert list(rows_faults(acme, compile_tenant(acme)["astdb.tsv"])) == []
    starred = "o-norte-t-acme/0a1b\t59824001000\t::conference:*80#\n"
    assert list(rows_faults(acme, starred)) == []
    for family in ("o-norte-t-taller/0a1b", "o-sur-t-acme/0a1b", "o-norte-r-basic/0a1b", "o-sur-n"):
        assert len(list(rows_faults(acme, f"{family}\t59824001000\tacme\n"))) == 1


def test_what_a_number_is_said_to_be_changes_in_one_step(node: Node) -> None:
    node.link(by_operator("acme", "59824001000"))
    node.tables.settle()
    assert node.says("/o-norte-n/59824001000") == "acme"
    node.link(by_operator("acme"))
    node.link(by_operator("taller", "59824001000"))
    assert node.says("/o-norte-n/59824001000") == "acme"
    node.tables.settle()
    assert node.says("/o-norte-n/59824001000") == "taller"


def test_an_operator_that_goes_leaves_nothing(node: Node) -> None:
    node.link(NORTE)
    node.link(by_operator("acme", "59824001000"))
    node.tables.settle()
    for unit in ("o-norte", "acme"):
        node.store.point(unit, "")
    node.tables.settle()
    assert node.rows() == {}


def test_what_broke_off_in_the_middle_is_mended_by_the_next_look(node: Node) -> None:
    node.link(NORTE)
    node.tables.settle()
    whole = node.rows()
    lost = dict(list(whole.items())[::3])
    node.tables.db.change({"/o-norte-r-old/123/1": "x"}, lost)
    again = Tables(node.store, node.tables.db)
    again.settle()
    assert node.rows() == whole


def test_an_asterisk_that_starts_finds_its_rows(node: Node) -> None:
    node.link(NORTE)
    node.tables.settle()
    whole = node.rows()
    home = node.tables.db.home
    home.before_start = node.tables.fill
    home.kill()
    assert not home.running()
    home.start()
    assert node.rows() == whole
    node.tables.settle()
    assert node.rows() == whole


def test_other_rows_of_asterisk_are_left_alone(node: Node) -> None:
    node.tables.db.home.cli("database put acme-features 550 1")
    node.link(NORTE)
    node.tables.settle()
    assert "1" in node.tables.db.home.cli("database get acme-features 550")
