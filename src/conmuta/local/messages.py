"""The screens' languages: each `.po` compiled beside itself where that is not done."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

from conmuta.local.errors import MachineError
from conmuta.local.places import CHECKOUT


def compile_messages(source: Path = CHECKOUT / "src") -> int:
    """Compile what is older than its text; how many were."""
    stale = list(_stale(source))
    for path in stale:
        words = ["msgfmt", "--check-format", "-o", str(path.with_suffix(".mo")), str(path)]
        outcome = subprocess.run(words, capture_output=True, text=True, check=False)
        if outcome.returncode != 0:
            raise MachineError(f"{path} cannot be compiled:\n{outcome.stderr}")
    return len(stale)


def _stale(source: Path) -> Iterator[Path]:
    for path in sorted(source.rglob("locale/*/LC_MESSAGES/*.po")):
        made = path.with_suffix(".mo")
        if not made.exists() or made.stat().st_mtime < path.stat().st_mtime:
            yield path
