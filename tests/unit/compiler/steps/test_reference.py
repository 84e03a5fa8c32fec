"""The page that people look steps up in names all that there is."""

import re
from pathlib import Path

import pytest

from conmuta_compiler.steps import kinds
from conmuta_compiler.steps.common.cases import Operator
from conmuta_compiler.steps.common.text import BUILT_IN

PAGE = (Path(__file__).parents[4] / "docs" / "reference" / "flow-steps.md").read_text()


@pytest.mark.parametrize("kind", sorted(kinds()))
def test_a_kind_stands_in_the_reference_with_all_its_fields(kind: str) -> None:
    row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{kind}` |"))
    named = set(re.findall(r"`([a-z_]+)`", row))
    assert set(kinds()[kind].fields.__struct_fields__) <= named


def test_operators_and_variables_stand_in_the_reference() -> None:
    named = set(re.findall(r"`([a-z_]+)`", PAGE))
    assert {operator.value for operator in Operator} | set(BUILT_IN) <= named
