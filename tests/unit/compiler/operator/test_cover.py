"""A few patterns stand for thousands of numbers: those, and no others."""

from hypothesis import given
from hypothesis import strategies as some

from conmuta_compiler.operator.cover import cover
from conmuta_compiler.operator.patterns import matches

NEAR = some.sets(some.integers(0, 1200).map(lambda each: f"5982{each:04d}"), max_size=300)
ANY = some.sets(some.from_regex(r"[1-9][0-9]{2,5}", fullmatch=True), max_size=60)


def matched(pattern: str, number: str) -> bool:
    if pattern.startswith("_"):
        return matches(pattern.removeprefix("_"), number)
    return pattern == number


@given(numbers=NEAR | ANY)
def test_each_number_is_matched_once_and_nobody_elses_is(numbers: set[str]) -> None:
    patterns = cover(numbers)
    assert len(patterns) <= len(numbers)
    for number in numbers | {f"5982{each:04d}" for each in range(0, 1200, 7)}:
        found = [pattern for pattern in patterns if matched(pattern, number)]
        assert len(found) == (1 if number in numbers else 0)


def test_ranges_are_few_patterns() -> None:
    assert cover([f"59824{number:06d}" for number in range(5000)]) == ["_5982400[01234]XXX"]
    but_two = cover([f"5982400{number:04d}" for number in range(2, 10_000)])
    assert but_two == ["_5982400000N", "_598240000ZX", "_59824000ZXX", "_5982400ZXXX"]


def test_one_number_stays_as_it_is() -> None:
    assert cover(["59824001000"]) == ["59824001000"]
    assert cover([]) == []
