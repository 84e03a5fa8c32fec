"""A whole machine under load, while parts of it die: calls go on, and each is recorded once."""

import asyncio
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.load import LoadResult, many_calls
from tests.support.ports import free_port
from tests.support.whole import WholeMachine, whole_machine

OUTAGE_SECONDS = float(os.environ.get("CONMUTA_TEST_OUTAGE_SECONDS", "120"))
PER_SECOND = 4
TALK_SECONDS = 2.0
CARRIER = "127.0.0.80"  # as examples/bootcamp.yaml has it
NUMBER = "24002000"  # the boot camp's menu, which answers at any hour
NEXT_CALLER = iter(range(90_000_000))


@pytest.fixture(scope="module")
def machine() -> Iterator[WholeMachine]:
    # Not pytest's own folder: PostgreSQL's user must be able to pass through its parents
    folder = Path(tempfile.mkdtemp(prefix="conmuta-whole-"))
    folder.chmod(0o755)
    with whole_machine(folder / "state") as up:
        yield up
    shutil.rmtree(folder)


def callers(count: int) -> list[str]:
    """Numbers that nobody has called from before."""
    return [f"09{next(NEXT_CALLER):07}" for _ in range(count)]


async def load(machine: WholeMachine, numbers: list[str]) -> LoadResult:
    """A call from each of these numbers, a few a second."""
    return await many_calls(
        machine.server,
        [(NUMBER, caller) for caller in numbers],
        host=CARRIER,
        port=free_port(CARRIER),
        per_second=PER_SECOND,
        talk_seconds=TALK_SECONDS,
    )


def assert_each_is_recorded_once(machine: WholeMachine, numbers: list[str]) -> None:
    wanted = set(numbers)

    def found() -> Counter[str]:
        known = (call["facts"]["caller"] for call in machine.calls("bootcamp"))
        return Counter(caller for caller in known if caller in wanted)

    machine.wait(lambda: set(found()) == wanted, seconds=120)
    assert found() == dict.fromkeys(numbers, 1)


async def test_server_and_database_are_away_and_calls_go_on(machine: WholeMachine) -> None:
    numbers = callers(int((OUTAGE_SECONDS + 6) * PER_SECOND))
    calling = asyncio.create_task(load(machine, numbers))
    await asyncio.sleep(2)
    with machine.without_server_and_database():
        await asyncio.sleep(OUTAGE_SECONDS)
    result = await calling
    assert (result.good, result.failed) == (len(numbers), 0)
    assert_each_is_recorded_once(machine, numbers)


async def test_the_agent_is_killed_again_and_again(machine: WholeMachine) -> None:
    numbers = callers(40)
    calling = asyncio.create_task(load(machine, numbers))
    for _ in range(3):
        await asyncio.sleep(2.5)
        machine.kill("node")
        await asyncio.to_thread(machine.wait, lambda: "started again" in machine.told)
    result = await calling
    assert (result.good, result.failed) == (len(numbers), 0)
    assert_each_is_recorded_once(machine, numbers)


async def test_asterisk_is_killed_and_comes_back_with_all_it_knew(machine: WholeMachine) -> None:
    before = callers(8)
    assert (await load(machine, before)).failed == 0
    dead = machine.asterisk.process()
    machine.asterisk.kill()
    assert await asyncio.to_thread(
        machine.wait, lambda: machine.asterisk.process() not in (None, dead)
    )
    await asyncio.to_thread(
        machine.wait, lambda: "fully booted" in machine.asterisk.cli("core waitfullybooted")
    )
    after = callers(8)
    result = await load(machine, after)
    assert (result.good, result.failed) == (len(after), 0)
    assert_each_is_recorded_once(machine, before + after)


async def test_the_server_is_killed_while_it_takes_records(machine: WholeMachine) -> None:
    numbers = callers(40)
    calling = asyncio.create_task(load(machine, numbers))
    for _ in range(2):
        await asyncio.sleep(3)
        machine.kill("server")
        machine.kill("worker")
    assert (await calling).failed == 0
    assert_each_is_recorded_once(machine, numbers)
