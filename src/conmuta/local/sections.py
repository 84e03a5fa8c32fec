"""The checks of the source, one after another, each under a heading."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

BAR = "─" * 78


@dataclass(frozen=True, slots=True)
class Section:
    """A check: what it looks at, and the program that does."""

    title: str
    command: Sequence[str]


def of_source() -> tuple[Section, ...]:
    """Every check but the tests themselves, in order."""
    python, beside = sys.executable, Path(sys.executable).parent
    return (
        Section("Style (ruff check)", (python, "-m", "ruff", "check", ".")),
        Section("Layout (ruff format)", (python, "-m", "ruff", "format", "--check", ".")),
        Section("Types (mypy)", (python, "-m", "mypy")),
        Section("Imports between the parts (import-linter)", (str(beside / "lint-imports"),)),
        Section(
            "Migrations match the models",
            (python, "-m", "conmuta", "manage", "makemigrations", "--check", "--dry-run"),
        ),
    )


def heading(title: str) -> None:
    """A line that the eye finds in a long log."""
    print(f"{BAR}\n{title}\n{BAR}", flush=True)


def passes(section: Section, folder: Path, environment: Mapping[str, str]) -> bool:
    """Run one check in `folder`, its output as it comes; whether it passed."""
    heading(section.title)
    began = time.monotonic()
    outcome = subprocess.run(
        list(section.command), cwd=folder, env={**os.environ, **environment}, check=False
    )
    verdict = "passed" if outcome.returncode == 0 else f"FAILED (code {outcome.returncode})"
    print(f"{section.title}: {verdict} in {time.monotonic() - began:.0f} s\n", flush=True)
    return outcome.returncode == 0
