"""The processes of one machine: started, watched, started again with a pause, stopped in order."""

import os
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from conmuta.local import processes
from conmuta.local.processes import Mark
from conmuta.local.say import Say, say

LONGEST_PAUSE = 60.0
POLL = 0.05
HEALTHY_AFTER = 60.0  # a process that lived this long starts afresh with short pauses


@dataclass(frozen=True, slots=True)
class Service:
    """A process to keep running; its output goes to `LOG/<name>.log`."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    stop_seconds: float = 15.0


@dataclass(slots=True)
class Running:
    """A service's present process and its history; `due` is when to start it again."""

    service: Service
    process: subprocess.Popen[bytes]
    began: float
    deaths: int = 0
    restarts: int = 0
    due: float | None = None


def pause_after(deaths: int) -> float:
    """Seconds to wait before starting what has died `deaths` times in a row: 1, 2, 4, … 60."""
    return min(LONGEST_PAUSE, 2.0 ** (deaths - 1))


def describe_end(code: int) -> str:
    """How a process ended, in words."""
    return f"was ended by signal {-code}" if code < 0 else f"ended with code {code}"


@dataclass(slots=True)
class Supervisor:
    """Keeps services running. One thread: call `look` now and then."""

    log: Path
    tell: Say = say
    clock: Callable[[], float] = time.monotonic
    running: dict[str, Running] = field(default_factory=dict)

    def start(self, service: Service) -> None:
        """Start a service for the first time."""
        self.running[service.name] = Running(service, self._launch(service), self.clock())

    def look(self) -> bool:
        """Notice deaths, start again what is due; whether anything changed."""
        changes = [self._look_at(each) for each in self.running.values()]
        return any(changes)

    def is_up(self, name: str) -> bool:
        """Whether the service's process lives."""
        return self.running[name].process.poll() is None

    def marks(self) -> dict[str, Mark]:
        """The living processes by name."""
        found = {name: processes.mark(each.process.pid) for name, each in self.running.items()}
        return {name: each for name, each in found.items() if each is not None}

    def restarts(self) -> dict[str, int]:
        """How often each service was started again."""
        return {name: each.restarts for name, each in self.running.items() if each.restarts}

    def stop(self, name: str, forced: Callable[[], bool] = lambda: False) -> None:
        """Stop one service, by force if it does not go; it is no longer watched."""
        running = self.running.pop(name)
        if running.process.poll() is not None:
            return
        running.process.terminate()
        until = self.clock() + running.service.stop_seconds
        while running.process.poll() is None:
            if forced() or self.clock() > until:
                self.tell(f"  The {name} did not stop by itself: killed.")
                running.process.kill()
                running.process.wait()
            time.sleep(POLL)

    def _look_at(self, running: Running) -> bool:
        if running.due is not None:
            return self.clock() >= running.due and self._start_again(running)
        code = running.process.poll()
        if code is None:
            return False
        self._note_death(running, code)
        return True

    def _note_death(self, running: Running, code: int) -> None:
        name, lived = running.service.name, self.clock() - running.began
        running.deaths = 1 if lived >= HEALTHY_AFTER else running.deaths + 1
        pause = pause_after(running.deaths)
        running.due = self.clock() + pause
        self.tell(
            f"! The {name} {describe_end(code)} after {lived:.0f} s. "
            f"Starting it again in {pause:.0f} s. Its log: {self.log / name}.log"
        )

    def _start_again(self, running: Running) -> bool:
        running.process = self._launch(running.service)
        running.began, running.due = self.clock(), None
        running.restarts += 1
        self.tell(f"• The {running.service.name} was started again.")
        return True

    def _launch(self, service: Service) -> subprocess.Popen[bytes]:
        self.log.mkdir(parents=True, exist_ok=True)
        with (self.log / f"{service.name}.log").open("ab") as log:
            return subprocess.Popen(
                list(service.command),
                env={**os.environ, **service.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is ours to hear; children stop in order
            )


def end_of_log(log: Path, name: str, lines: int = 6) -> str:
    """The last words of a service."""
    try:
        return "\n".join((log / f"{name}.log").read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return ""
