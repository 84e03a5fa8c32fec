"""Processes are kept running, and stopped in order."""

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from conmuta.local import processes
from conmuta.local.supervisor import Service, Supervisor, describe_end, end_of_log, pause_after

SLEEPS = (sys.executable, "-c", "print('up', flush=True); import time; time.sleep(60)")
DEAF_PROGRAM = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("up", flush=True)
time.sleep(60)
"""
DEAF = (sys.executable, "-c", DEAF_PROGRAM)
DIES = (sys.executable, "-c", "print('bad settings'); raise SystemExit(3)")


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.02)


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def supervisor(tmp_path: Path, told: list[str]) -> Iterator[Supervisor]:
    made = Supervisor(tmp_path / "log", told.append)
    yield made
    for name in list(made.running):
        made.stop(name, lambda: True)


def test_a_death_is_told_and_the_process_started_again(
    supervisor: Supervisor, told: list[str], tmp_path: Path
) -> None:
    supervisor.start(Service("worker", DIES))
    until(lambda: supervisor.look() and bool(supervisor.restarts()))
    assert told[0].startswith("! The worker ended with code 3 after")
    assert "Starting it again in 1 s" in told[0]
    assert told[1] == "• The worker was started again."
    assert end_of_log(tmp_path / "log", "worker").startswith("bad settings")


def test_the_pauses_between_restarts_grow_to_a_minute() -> None:
    assert [pause_after(deaths) for deaths in range(1, 9)] == [1, 2, 4, 8, 16, 32, 60, 60]


def test_a_process_that_lived_long_starts_afresh(tmp_path: Path, told: list[str]) -> None:
    now = [0.0]
    supervisor = Supervisor(tmp_path, told.append, lambda: now[0])
    supervisor.start(Service("server", DIES))
    supervisor.running["server"].deaths = 5
    supervisor.running["server"].process.wait()
    now[0] = 61.0
    supervisor.look()
    assert supervisor.running["server"].due == 62.0


def test_stopping_ends_a_process_that_listens(
    supervisor: Supervisor, told: list[str], tmp_path: Path
) -> None:
    supervisor.start(Service("server", SLEEPS))
    until(lambda: "up" in end_of_log(tmp_path / "log", "server"))
    mark = supervisor.marks()["server"]
    supervisor.stop("server")
    assert not processes.alive(mark)
    assert told == []


def test_a_second_ctrl_c_kills_what_does_not_listen(
    supervisor: Supervisor, told: list[str], tmp_path: Path
) -> None:
    supervisor.start(Service("server", DEAF, stop_seconds=300))
    until(lambda: "up" in end_of_log(tmp_path / "log", "server"))
    supervisor.stop("server", forced=lambda: True)
    assert told == ["  The server did not stop by itself: killed."]


def test_a_process_killed_from_outside_is_said_so() -> None:
    assert describe_end(-9) == "was ended by signal 9"


def test_an_id_that_another_process_took_over_is_not_ours(supervisor: Supervisor) -> None:
    supervisor.start(Service("server", SLEEPS))
    mark = supervisor.marks()["server"]
    other = processes.Mark(mark.pid, mark.began - 1)
    assert processes.alive(mark)
    assert not processes.alive(other)
    assert processes.end(other, seconds=0)
    assert processes.alive(mark)
