"""An operator's file, numbers and prices at the terminal."""

from pathlib import Path

import pytest
from tests.unit.documents.test_commands import run

from conmuta.apps.rating import api as rating
from conmuta.apps.tenancy import api as tenancy
from conmuta.cli import apply, export, numbers, plan, prices
from conmuta.platform.scope import Scope

EXAMPLE = str(Path(__file__).parents[4] / "examples" / "operator.yaml")
Said = pytest.CaptureFixture[str]


@pytest.fixture
def applied(db: None, capsys: Said) -> str:
    """The example, applied; what was printed."""
    assert run(apply, EXAMPLE) == 0
    return capsys.readouterr().out


def test_apply_counts_and_plan_finds_nothing_more(applied: str, capsys: Said) -> None:
    assert applied.startswith("operator: 19 creados, 0 cambiados, 0 quitados.")
    assert run(plan, EXAMPLE, "--language", "en") == 0
    assert capsys.readouterr().out == "operator is as the file says: nothing to change.\n"


def test_an_export_can_be_applied(applied: str, capsys: Said, tmp_path: Path) -> None:
    file = tmp_path / "operator.yaml"
    assert run(export, "operator", "--operator", "--output", str(file)) == 0
    assert run(plan, str(file), "--remove", "--language", "en") == 0
    assert "nothing to change" in capsys.readouterr().out
    assert run(export, "nobody", "--operator") == 1


def test_numbers_join_the_stock(applied: str, capsys: Said, tmp_path: Path) -> None:
    file = tmp_path / "more.csv"
    file.write_text("number\n2400 5000\nnonsense\n")
    assert run(numbers, "operator", str(file), "--language", "en") == 1
    said = capsys.readouterr()
    assert said.out == "more.csv: 2 rows; 1 numbers added, 0 changed, 0 as they were.\n"
    assert "line 3: `nonsense` is no telephone number." in said.err
    assert run(numbers, "operator") == 0
    assert "       100  assigned\n" in capsys.readouterr().out


def test_a_price_list_joins_a_table_and_calls_are_rated_anew(
    applied: str, capsys: Said, tmp_path: Path
) -> None:
    file = tmp_path / "list.csv"
    file.write_text("prefix,per_minute\n56,0.9\n")
    assert run(prices, "operator", "compra-mundo", str(file), "--language", "en") == 0
    assert capsys.readouterr().out == "list.csv: 1 rows; 1 prices added, 0 changed, 0 ended.\n"
    with Scope.system("test:system").active() as system:
        operator = tenancy.operator_slugs(system)["operator"]
    with Scope.for_operator(operator, "test:operator").active() as scope:
        assert rating.cost_prefixes(scope, "mundo")["56"] == 900_000
    assert run(prices, "operator", "--rate-anew", "2026-11-01") == 0  # the operator's own language
    assert "llamadas revisadas" in capsys.readouterr().out
    assert run(prices, "operator", "nothing", str(file)) == 1
    assert run(prices, "operator") == 1
