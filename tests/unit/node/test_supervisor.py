"""What keeps Asterisk down is told, and tried again; the agent lives on."""

import asyncio
import itertools
import sqlite3
from pathlib import Path

from tests.support_node.home import asterisk_root

from conmuta_node.asterisk import AsteriskHome
from conmuta_node.problems import Problems
from conmuta_node.supervisor import Supervisor


async def test_a_disk_that_is_full_when_asterisk_dies_ends_no_agent(tmp_path: Path) -> None:
    twice = asyncio.Event()
    loop, tries = asyncio.get_running_loop(), itertools.count(1)

    def before_start() -> None:
        if next(tries) > 1:
            loop.call_soon_threadsafe(twice.set)
        raise sqlite3.OperationalError("database or disk is full")

    home = AsteriskHome(tmp_path, asterisk_root(), before_start=before_start)
    problems = Problems()
    supervisor = asyncio.create_task(Supervisor(home, problems, asyncio.Lock()).run())
    tried = asyncio.create_task(twice.wait())
    await asyncio.wait({supervisor, tried}, return_when=asyncio.FIRST_COMPLETED)
    assert not supervisor.done()
    supervisor.cancel()
    assert any("disk is full" in text for text in problems.sentences())
