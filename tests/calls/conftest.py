"""Fixtures of the call tests: telephones for the whole run, an Asterisk for each module."""

import contextlib
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from tests.support.carrier import Carrier
from tests.support.company import gateway_of
from tests.support.labs import CarrierMaker, Labs
from tests.support.phones import Switchboard

from conmuta_plan import TenantPlan
from conmuta_plan.operator import OperatorPlan

HERE = Path(__file__).parent
AHEAD = -10


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One event loop for all tests here: there is one SIP stack in a process."""
    for item in items:
        if HERE in item.path.parents and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest.fixture(scope="session", autouse=True)
def conmuta_state() -> None:
    """Calls need no server: its state is not made here."""


@pytest.fixture(scope="session", autouse=True)
def before_others() -> None:
    """Speech cannot wait: telephones and their Asterisks go before what computes meanwhile."""
    with contextlib.suppress(OSError):  # only root may
        os.setpriority(os.PRIO_PROCESS, 0, AHEAD)
        # Where the kernel shares by session first, as it does on desktops: sched(7)
        Path("/proc/self/autogroup").write_text(str(AHEAD))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def switchboard() -> AsyncIterator[Switchboard]:
    board = await Switchboard().start()
    yield board
    await board.stop()


@pytest_asyncio.fixture(autouse=True, loop_scope="session")
async def switched_off(switchboard: Switchboard) -> AsyncIterator[None]:
    """After each test every telephone is off."""
    yield
    await switchboard.clear()


@pytest.fixture(scope="module")
def labs(tmp_path_factory: pytest.TempPathFactory, switchboard: Switchboard) -> Iterator[Labs]:
    made = Labs(tmp_path_factory, switchboard)
    yield made
    made.stop()


@pytest_asyncio.fixture(autouse=True, loop_scope="session")
async def no_complaints(request: pytest.FixtureRequest, switched_off: None) -> AsyncIterator[None]:
    """Asterisk warns of nothing during a test but of what the test expects."""
    yield
    if "labs" in request.fixturenames:
        for lab in request.getfixturevalue("labs").running:
            assert lab.complaints() == []


@pytest_asyncio.fixture(loop_scope="session")
async def carriers() -> AsyncIterator[CarrierMaker]:
    """Makes the carrier that a plan's gateway names."""
    made: list[Carrier] = []

    async def make(plan: TenantPlan | OperatorPlan, name: str) -> Carrier:
        gateway = gateway_of(plan, name)
        made.append(await Carrier.open(gateway.host, gateway.port))
        return made[-1]

    yield make
    for carrier in made:
        await carrier.close()
