"""What Asterisk's own console answers, asked the way the node runs it."""

import re
import subprocess
from pathlib import Path

SECONDS = 15


def inside(root: Path, state: Path | None, *words: str) -> str | None:
    """What Asterisk's program prints, run in the root folder; None where it fails."""
    bind = ["--bind", str(state), "/state"] if state else []
    command = ["bwrap", "--ro-bind", str(root), "/", *bind, "--proc", "/proc", "--dev", "/dev"]
    try:
        outcome = subprocess.run(
            [*command, "--tmpfs", "/tmp", "asterisk", *words],  # noqa: S108 — the sandbox's own
            capture_output=True, text=True, check=False, timeout=SECONDS, start_new_session=True,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return None
    return outcome.stdout if outcome.returncode == 0 else None


def ask(root: Path, state: Path, command: str) -> str | None:
    """What the running Asterisk of `state` answers; None where none runs."""
    if not (state / "run" / "asterisk.ctl").exists():
        return None
    return inside(root, state, "-C", "/state/etc/asterisk.conf", "-rx", command)


def calls_up(root: Path, state: Path) -> int:
    """Calls in progress; 0 where Asterisk does not run."""
    answer = ask(root, state, "core show channels count") or ""
    match = re.search(r"(\d+) active call", answer)
    return int(match[1]) if match else 0
