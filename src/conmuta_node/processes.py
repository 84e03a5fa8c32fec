"""Processes known by number and birth, so that a number used again is not mistaken."""

import asyncio
import contextlib
import os
import signal
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ProcessMark:
    """A process: its number, and its start in clock ticks since boot."""

    pid: int
    born: int

    def alive(self) -> bool:
        """Whether this very process still runs (a zombie does not)."""
        return born_of(self.pid) == self.born


def born_of(pid: int) -> int | None:
    """Start time of process `pid` in ticks, None where none runs (proc(5), field 22)."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    state, *fields = text.rpartition(")")[2].split()
    return None if state in "ZX" else int(fields[18])


def mark(pid: int) -> ProcessMark | None:
    """The mark of process `pid`, if it runs."""
    born = born_of(pid)
    return None if born is None else ProcessMark(pid, born)


def send_signal(process: ProcessMark, number: signal.Signals) -> None:
    """Signal that very process; nothing happens if it is gone."""
    if process.alive():
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, number)


async def ended(process: ProcessMark) -> None:
    """Return as soon as the process has ended, our child or not."""
    try:
        descriptor = os.pidfd_open(process.pid)
    except ProcessLookupError:
        return
    try:
        if process.alive():
            await _readable(descriptor)
    finally:
        os.close(descriptor)


async def _readable(descriptor: int) -> None:
    loop = asyncio.get_running_loop()
    done = asyncio.Event()
    loop.add_reader(descriptor, done.set)
    try:
        await done.wait()
    finally:
        loop.remove_reader(descriptor)
