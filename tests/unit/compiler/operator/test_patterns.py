"""Patterns match and are ordered as in Asterisk's own core."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conmuta_compiler.operator.patterns import by_closeness, closest, matches

PIECES = st.sampled_from(["X", "Z", "N", "0", "1", "5", "9", "*", "+", "[2-5]", "[139]", "[13-57]"])
PATTERNS = st.builds(
    lambda body, end: "".join(body) + end,
    st.lists(PIECES, min_size=1, max_size=6),
    st.sampled_from(["", ".", "!"]),
)
NUMBERS = st.text(alphabet="0123456789*+", min_size=1, max_size=9)


@pytest.mark.parametrize(
    ("pattern", "number", "does"),
    [
        ("09XXXXXXX", "094123456", True),
        ("09XXXXXXX", "09412345", False),
        ("00.", "00", False),
        ("00.", "001", True),
        ("00!", "00", True),
        ("[2-46]XX", "655", True),
        ("[2-46]XX", "555", False),
        ("2-XXX", "2600", True),
        ("911", "911", True),
        ("911", "9111", False),
        ("+.", "+59826001234", True),
        ("[]9", "9", True),
        ("[9-2]1", "51", False),
    ],
)
def test_a_pattern_matches_what_asterisk_matches(pattern: str, number: str, *, does: bool) -> None:
    assert matches(pattern, number) is does


def test_the_closest_pattern_comes_first_whatever_the_order() -> None:
    tried = by_closeness([".", "X.", "Z.", "N.", "0.", "00.", "00[1-3].", "911", "9XX", "!"])
    assert tried == ["911", "00[1-3].", "00.", "0.", "9XX", "N.", "Z.", "X.", ".", "!"]


def test_equal_sets_are_ordered_by_their_lowest_digit() -> None:
    assert by_closeness(["[35]X", "[29]X", "[34]X"]) == ["[29]X", "[34]X", "[35]X"]


def test_an_exact_number_goes_before_a_longer_pattern() -> None:
    assert closest(["9.", "9X", "91"], "91") == "91"


@given(st.lists(PATTERNS, max_size=8), NUMBERS)
def test_a_number_has_one_closest_pattern(patterns: list[str], number: str) -> None:
    found = closest(patterns, number)
    assert found == closest(reversed(patterns), number)
    assert (found is None) == (not any(matches(each, number) for each in patterns))
