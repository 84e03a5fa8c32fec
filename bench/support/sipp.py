"""SIPp from the benchmark's side: answering telephones, calling telephones and carriers."""

import csv
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SCENARIOS = Path(__file__).parent / "scenarios"
ANSWER = Path(__file__).parents[2] / "tests/support/sipp/answer.xml"


@dataclass(frozen=True, slots=True)
class Load:
    """`rate` calls a second, `calls` in all; each talks `talk_ms`."""

    scenario: str
    number: str
    rate: float
    calls: int
    talk_ms: int = 0
    host: str = "127.0.0.1"
    user: str = ""
    password: str = ""
    domain: str = ""


@dataclass(frozen=True, slots=True)
class Counted:
    """`seconds` from the first call to the end of the last; `retransmissions` of any message."""

    good: int
    failed: int
    retransmissions: int
    seconds: float

    @property
    def clean(self) -> bool:
        """No call failed, and at most one message in a hundred calls was sent twice."""
        return self.failed == 0 and self.retransmissions <= self.good / 100


@contextmanager
def answering(port: int, scenario: Path = ANSWER) -> Iterator[int]:
    """A telephone at 127.0.0.1:`port` that answers every call; its process id."""
    line = ["sipp", "-sf", str(scenario), "-i", "127.0.0.1", "-p", str(port)]
    line += ["-nostdin", "-aa"]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(line, stdin=quiet, stdout=quiet, stderr=quiet, cwd="/tmp")  # noqa: S108
    try:
        yield process.pid
    finally:
        process.kill()
        process.wait()


def call(load: Load, server: str, port: int, work: Path) -> Counted:
    """Make the calls; wait for their end."""
    counted = work / "counted.csv"
    counted.unlink(missing_ok=True)
    line = ["sipp", "-sf", str(_scenario(load, work)), "-s", load.number]
    line += ["-i", load.host, "-p", str(port), "-r", str(load.rate), "-m", str(load.calls)]
    line += ["-l", "4000", "-d", str(load.talk_ms), "-key", "user", load.user or "anonymous"]
    line += ["-key", "domain", load.domain or load.host, "-nostdin"]
    line += ["-trace_stat", "-stf", str(counted), "-fd", "1"]
    line += ["-recv_timeout", "10000", "-timeout", "120"]
    if load.user:
        line += ["-au", load.user, "-ap", load.password]
    quiet = subprocess.DEVNULL
    subprocess.run([*line, server], stdin=quiet, stdout=quiet, stderr=quiet, cwd=work, check=False)
    last = list(csv.DictReader(counted.read_text().splitlines(), delimiter=";"))[-1]
    return Counted(
        int(last["SuccessfulCall(C)"]),
        int(last["FailedCall(C)"]),
        int(last["Retransmissions(C)"]),
        _seconds(last["ElapsedTime(C)"]),
    )


def _scenario(load: Load, work: Path) -> Path:
    """SIPp waits for a message no longer than the scenario's own text says."""
    text = (SCENARIOS / f"{load.scenario}.xml").read_text()
    path = work / "calling.xml"
    path.write_text(text.replace("TALK_MS", str(load.talk_ms or 1)))
    return path


def _seconds(text: str) -> float:
    hours, minutes, rest = text.split(":")[:3]
    return int(hours) * 3600 + int(minutes) * 60 + float(rest[:2])
