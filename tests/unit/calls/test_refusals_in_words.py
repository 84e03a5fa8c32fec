"""Whatever an operator refuses a call for, its story tells in words."""

import pytest

from conmuta.apps.calls.timeline.ours import REFUSED
from conmuta_compiler.operator.decision import Refusal

BY_THE_NODE = ("funds", "money", "minutes", "rate", "countries", "blocked")


@pytest.mark.parametrize("code", [*(each.value for each in Refusal), *BY_THE_NODE])
def test_a_refusal_is_told_in_both_languages(code: str) -> None:
    told = {REFUSED[code].text(language) for language in ("es", "en")}
    assert len(told) == 2
    assert code not in told
