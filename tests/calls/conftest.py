"""Fixtures of the call tests: telephones for the whole run, an Asterisk for each module."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from tests.support.phones import Switchboard

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One event loop for all tests here: there is one SIP stack in a process."""
    for item in items:
        if HERE in item.path.parents and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest.fixture(scope="session", autouse=True)
def conmuta_state() -> None:
    """Calls need no server: its state is not made here."""


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
