"""All tests, in three parts: what computes, what waits for real calls, what needs the machine.

Tests that compute keep each core busy with one process. Calls mostly wait, for speech and for
ringing, so that several files of them go side by side. A load test comes last and alone.
"""

import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from conmuta.local.places import CHECKOUT
from conmuta.local.sections import heading

WAITING = ("tests/calls", "tests/chaos")
"""Folders whose tests wait for Asterisk, telephones and processes."""
SIDE_BY_SIDE = ("--dist", "loadfile", "--no-loadscope-reorder")
CALLS_PER_CORE = 2.5
MOST_AT_ONCE = 10  # each has a stretch of ports to itself, and there are twelve
NO_TESTS = 5
FAULTS = ("failure", "error", "skipped")


@dataclass(frozen=True, slots=True)
class Part:
    """Tests that run together, and pytest's words for them."""

    title: str
    words: Sequence[str]


@dataclass(frozen=True, slots=True)
class Tally:
    """What pytest counted, over all parts; `failures` are the tests' names."""

    passed: int = 0
    failed: int = 0
    errors: int = 0
    failures: tuple[str, ...] = ()


def parts(cores: int) -> tuple[Part, ...]:
    """All tests, for a machine with so many cores."""
    computing = str(min(max(cores, 2), MOST_AT_ONCE))
    calling = str(min(max(int(cores * CALLS_PER_CORE), 2), MOST_AT_ONCE))
    apart = [f"--ignore={folder}" for folder in WAITING]
    return (
        Part(
            f"Tests that compute, {computing} at once",
            (*apart, "-m", "not alone", "-n", computing, *SIDE_BY_SIDE),
        ),
        Part(
            f"Calls heard, and failures outlived: {calling} files at once",
            (*WAITING, "-m", "not alone", "-n", calling, *SIDE_BY_SIDE),
        ),
        Part("Tests that need the machine to themselves", ("-m", "alone")),
    )


def passes(these: Sequence[Part], folder: Path, environment: Mapping[str, str]) -> bool:
    """Run the parts one after another, then tell the failures of all; whether all passed.

    Their reports go to `folder`.
    """
    began = time.monotonic()
    reports = [folder / f"tests-{number}.xml" for number in range(len(these))]
    codes = {_run(part, report, environment) for part, report in zip(these, reports, strict=True)}
    well, told = codes <= {0, NO_TESTS}, tally(reports)
    print("\n".join(closing(told, time.monotonic() - began, well=well)), flush=True)
    return well


def _run(part: Part, report: Path, environment: Mapping[str, str]) -> int:
    heading(part.title)
    command = [sys.executable, "-m", "pytest", *part.words, f"--junitxml={report}"]
    command += ["-o", "junit_family=xunit1"]  # which names files
    outcome = subprocess.run(command, cwd=CHECKOUT, env={**os.environ, **environment}, check=False)
    return outcome.returncode


def tally(reports: Iterable[Path]) -> Tally:
    """What the reports say together; one that was never written says nothing."""
    cases = [
        case
        for report in reports
        if report.exists()
        for case in ET.parse(report).getroot().iter("testcase")  # noqa: S314 — pytest's own
    ]
    failed = [case for case in cases if case.find("failure") is not None]
    errors = [case for case in cases if case.find("error") is not None]
    named = dict.fromkeys(_name(case) for case in (*failed, *errors))
    well = [case for case in cases if all(case.find(fault) is None for fault in FAULTS)]
    return Tally(len(well), len(failed), len(errors), tuple(named))


def _name(case: ET.Element) -> str:
    return f"{case.get('file', '')}::{case.get('name', '')}"


def closing(told: Tally, seconds: float, *, well: bool) -> list[str]:
    """The last lines, as pytest writes them."""
    if not well and not told.failures:
        return ["Failed: pytest did not come to its end; the reason stands above."]
    counts = {"failed": told.failed, "passed": told.passed, "errors": told.errors}
    words = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
    clock = str(timedelta(seconds=int(seconds)))
    return [
        "",
        *(f"FAILED {name}" for name in told.failures),
        f"{words or 'no tests ran'} in {seconds:.2f}s ({clock})",
    ]
