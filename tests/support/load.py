"""Load by SIPp: many calls at once from a carrier, and telephones or carriers that answer them."""

import asyncio
import contextlib
import csv
import tempfile
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.support.phones import Server

SCENARIOS = Path(__file__).parent / "sipp"


@dataclass(frozen=True, slots=True)
class LoadResult:
    """What SIPp counted."""

    good: int
    failed: int


@contextlib.asynccontextmanager
async def answering(host: str, port: int) -> AsyncIterator[None]:
    """Something at `host`:`port` that answers every call."""
    process = await _sipp(["-sf", str(SCENARIOS / "answer.xml"), "-i", host, "-p", str(port)])
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def many_calls(
    server: Server,
    numbers: Sequence[tuple[str, str]],
    *,
    host: str,
    port: int,
    per_second: int,
    talk_seconds: float,
) -> LoadResult:
    """Calls each (number, caller) once, from a carrier at `host`:`port`."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = folder / "numbers.csv"
        rows.write_text("SEQUENTIAL\n" + "".join(f"{n};{c}\n" for n, c in numbers))
        counted = folder / "counted.csv"
        line = ["-sf", str(SCENARIOS / "call.xml"), "-inf", str(rows), "-i", host, "-p", str(port)]
        line += ["-m", str(len(numbers)), "-l", str(len(numbers)), "-r", str(per_second)]
        line += ["-d", str(int(talk_seconds * 1000)), "-trace_stat", "-stf", str(counted)]
        line += ["-fd", "1", "-recv_timeout", "20000", f"{server.host}:{server.udp}"]
        process = await _sipp(line)
        await process.wait()
        return _result(counted)


async def _sipp(arguments: Sequence[str]) -> asyncio.subprocess.Process:
    quiet = asyncio.subprocess.DEVNULL
    return await asyncio.create_subprocess_exec(
        "sipp", *arguments, "-nostdin", stdin=quiet, stdout=quiet, stderr=quiet
    )


def _result(counted: Path) -> LoadResult:
    last = list(csv.DictReader(counted.read_text().splitlines(), delimiter=";"))[-1]
    return LoadResult(int(last["SuccessfulCall(C)"]), int(last["FailedCall(C)"]))
