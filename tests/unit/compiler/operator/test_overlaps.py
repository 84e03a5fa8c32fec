"""Idle rules and disputed numbers in a dial plan are found and told."""

from hypothesis import given, settings
from hypothesis import strategies as st

from conmuta_compiler.operator.overlaps import findings, overlaps
from conmuta_compiler.operator.patterns import closest, matches

PIECES = st.sampled_from(["X", "Z", "N", "0", "1", "9", "[2-5]"])
PATTERNS = st.builds(
    lambda body, end: "".join(body) + end,
    st.lists(PIECES, min_size=1, max_size=4),
    st.sampled_from(["", "."]),
)


def test_a_rule_that_closer_ones_cover_is_idle() -> None:
    assert overlaps(["0X.", "0[0-4].", "0[5-9]."]).idle == ("0X.",)
    assert overlaps(["0X.", "0[0-4].", "0[5-8]."]).idle == ()


def test_a_closer_rule_within_a_wider_one_is_no_dispute() -> None:
    assert overlaps(["0.", "00.", "09XXXXXXX", "911"]).disputed == ()


def test_rules_that_cross_are_told_with_a_number_that_fits_both() -> None:
    ((first, other, number),) = overlaps(["0[24]XXXXXXX", "02."]).disputed
    assert (first, other) == ("02.", "0[24]XXXXXXX")
    assert matches(first, number)
    assert matches(other, number)


def test_both_are_told_in_words() -> None:
    rules = [("0[24]XXXXXXX", "local"), ("02.", "international"), ("0[24]XXXXXX[0-9]", "local")]
    told = [each.text("es") for each in findings("plan de Uruguay", rules)]
    assert any("entra en 02. y en 0[24]XXXXXXX" in each for each in told)
    assert [each.code for each in findings("x", [("02.", "a"), ("0[24]X.", "a")])] == []


@settings(max_examples=150, deadline=None)
@given(st.lists(PATTERNS, min_size=1, max_size=6, unique=True), st.data())
def test_an_idle_rule_decides_no_number_whatever_is_dialled(
    patterns: list[str], data: st.DataObject
) -> None:
    number = data.draw(st.text(alphabet="0123459", min_size=1, max_size=6))
    assert closest(patterns, number) not in overlaps(patterns).idle
