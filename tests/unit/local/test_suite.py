"""What `./conmuta test` runs side by side, and the last lines that it writes."""

from pathlib import Path

import pytest

from conmuta.local.suite import Tally, closing, parts, tally

REPORT = """<?xml version="1.0" encoding="utf-8"?>
<testsuites><testsuite name="pytest" errors="1" failures="1" tests="3">
<testcase classname="tests.calls.test_fax" name="test_we_send" file="tests/calls/test_fax.py"/>
<testcase classname="tests.calls.test_fax" name="test_arrives[T.38]" file="tests/calls/test_fax.py">
<failure message="assert 1 == 2">told above</failure></testcase>
<testcase classname="tests.calls.test_fax" name="test_arrives[T.38]" file="tests/calls/test_fax.py">
<error message="failed on teardown">told above</error></testcase>
</testsuite></testsuites>
"""


def test_every_test_is_in_one_part_only() -> None:
    computing, calling, alone = (part.words for part in parts(cores=2))
    assert set(computing) >= {"--ignore=tests/calls", "--ignore=tests/chaos", "not alone"}
    assert set(calling) >= {"tests/calls", "tests/chaos", "not alone"}
    assert tuple(alone) == ("-m", "alone")


@pytest.mark.parametrize(
    ("cores", "at_once"), [(1, ("2", "2")), (2, ("2", "5")), (64, ("10", "10"))]
)
def test_calls_go_side_by_side_as_they_mostly_wait(cores: int, at_once: tuple[str, str]) -> None:
    computing, calling, _ = (part.words for part in parts(cores))
    assert (computing[computing.index("-n") + 1], calling[calling.index("-n") + 1]) == at_once


def test_the_failures_of_all_parts_are_told_at_the_end(tmp_path: Path) -> None:
    report = tmp_path / "tests-1.xml"
    report.write_text(REPORT)
    told = tally([report, tmp_path / "never-written.xml"])
    assert closing(told, 61.5, well=False) == [
        "",
        "FAILED tests/calls/test_fax.py::test_arrives[T.38]",
        "1 failed, 1 passed, 1 errors in 61.50s (0:01:01)",
    ]


def test_all_is_well() -> None:
    assert closing(Tally(passed=1240), 700, well=True) == ["", "1240 passed in 700.00s (0:11:40)"]


def test_a_run_that_was_cut_is_not_called_good() -> None:
    assert closing(Tally(passed=7), 3, well=False)[-1].startswith("Failed")
