"""Processes known for sure: an id may be another's tomorrow; with its start time it is not."""

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

_START_TIME = 19  # of the fields after the name in /proc/PID/stat: field 22 of proc(5)
_POLL = 0.05


@dataclass(frozen=True, slots=True)
class Mark:
    """A process: its id, and when it began in clock ticks since the machine did."""

    pid: int
    began: int


def mark(pid: int) -> Mark | None:
    """The living process with this id; None for none, and for one that is only a zombie."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    fields = text.rpartition(")")[2].split()
    return None if fields[0] in "ZX" else Mark(pid, int(fields[_START_TIME]))


def alive(process: Mark | None) -> bool:
    """Whether that very process still runs."""
    return process is not None and mark(process.pid) == process


def send(process: Mark, number: signal.Signals) -> None:
    """Send a signal to the process, and to nobody who took its id over."""
    if alive(process):
        os.kill(process.pid, number)


def end(process: Mark, seconds: float) -> bool:
    """SIGTERM, then SIGKILL after `seconds`; whether it went by itself."""
    send(process, signal.SIGTERM)
    until = time.monotonic() + seconds
    while alive(process):
        if time.monotonic() > until:
            send(process, signal.SIGKILL)
            return False
        time.sleep(_POLL)
    return True
