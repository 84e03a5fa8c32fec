"""The compiled text of a few companies and of a node, as a person reviewed it.

After a change that means to alter them: UPDATE_GOLDEN=1 pytest tests/golden, then read
the difference before it is committed.
"""

import os
from pathlib import Path

import pytest
from tests.golden.plans import NODE, OPERATORS, PLANS

from conmuta_compiler import NodeSecrets, compile_node, compile_operator, compile_tenant

EXPECTED = Path(__file__).parent / "expected"


def texts(company: str) -> dict[str, str]:
    if company == "node":
        return compile_node(NODE, NodeSecrets(manager="manager-secret"))
    if company in OPERATORS:
        return _few_rows(compile_operator(OPERATORS[company]))
    return compile_tenant(PLANS[company])


def _few_rows(made: dict[str, str]) -> dict[str, str]:
    """A table has a row for each of 999 beginnings: enough are kept to see what they are."""
    rows = made["astdb.tsv"].splitlines(keepends=True)
    kept = [row for row in rows if row.split("\t")[1][:3] in {"1", "598", "882", "999"}]
    return made | {"astdb.tsv": "".join(kept)}


def written(company: str) -> dict[str, str]:
    return {path.name: path.read_text() for path in sorted((EXPECTED / company).iterdir())}


def write(company: str) -> None:
    folder = EXPECTED / company
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    for name, text in texts(company).items():
        (folder / name).write_text(text)


@pytest.mark.parametrize("company", ["node", *PLANS, *OPERATORS])
def test_the_text_is_the_one_that_was_reviewed(company: str) -> None:
    if os.environ.get("UPDATE_GOLDEN"):
        write(company)
    assert texts(company) == written(company)


@pytest.mark.parametrize("company", [*PLANS, *OPERATORS])
def test_the_same_plan_gives_the_same_text(company: str) -> None:
    assert list(texts(company).items()) == list(texts(company).items())
