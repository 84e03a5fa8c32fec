"""The compiled text of a few companies and of a node, as a person reviewed it.

After a change that means to alter them: UPDATE_GOLDEN=1 pytest tests/golden, then read
the difference before it is committed.
"""

import os
from pathlib import Path

import pytest
from tests.golden.plans import NODE, PLANS

from conmuta_compiler import NodeSecrets, compile_node, compile_tenant

EXPECTED = Path(__file__).parent / "expected"


def texts(company: str) -> dict[str, str]:
    if company == "node":
        return compile_node(NODE, NodeSecrets(manager="manager-secret"))
    return compile_tenant(PLANS[company])


def written(company: str) -> dict[str, str]:
    return {path.name: path.read_text() for path in sorted((EXPECTED / company).iterdir())}


def write(company: str) -> None:
    folder = EXPECTED / company
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    for name, text in texts(company).items():
        (folder / name).write_text(text)


@pytest.mark.parametrize("company", ["node", *PLANS])
def test_the_text_is_the_one_that_was_reviewed(company: str) -> None:
    if os.environ.get("UPDATE_GOLDEN"):
        write(company)
    assert texts(company) == written(company)


@pytest.mark.parametrize("company", PLANS)
def test_the_same_plan_gives_the_same_text(company: str) -> None:
    assert list(texts(company).items()) == list(texts(company).items())
