"""Strangers are shut out though nothing can be written down."""

import asyncio
import contextlib
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from tests.support_node.waiting import soon

from conmuta_node.ami import AmiClient, EventStream, Message
from conmuta_node.bans.watch import BanWatch
from conmuta_node.memory import Memory
from conmuta_node.problems import Problems

BAD = "192.0.2.66"


class Told(AmiClient):
    """Asterisk, as far as it tells of strangers."""

    def __init__(self) -> None:
        super().__init__("127.0.0.1", 1, "conmuta", "")
        self.stream = EventStream(frozenset())

    @contextlib.contextmanager
    def events(self, *names: str) -> Iterator[EventStream]:
        yield self.stream

    def says(self, event: str, account: str) -> None:
        fields = {"event": event, "accountid": account, "remoteaddress": f"IPV4/UDP/{BAD}/5060"}
        self.stream.offer(Message(fields))


class Wall:
    """The machine's firewall."""

    name = "a wall"

    def __init__(self) -> None:
        self.shut: set[str] = set()

    def put(self, left: Mapping[str, float], ports: Sequence[int]) -> None:
        self.shut = set(left)

    def add(self, address: str, seconds: float) -> None:
        self.shut.add(address)

    def lift(self, address: str) -> None:
        self.shut.discard(address)

    def remove(self) -> None:
        self.shut = set()


async def test_a_stranger_is_shut_out_though_nothing_can_be_written(tmp_path: Path) -> None:
    memory, told, wall, problems = Memory(tmp_path / "memory"), Told(), Wall(), Problems()
    memory.rows("PRAGMA query_only = ON")  # as a disk that takes nothing more
    with pytest.raises(sqlite3.Error), memory.transaction() as sql:
        sql.execute("DELETE FROM bans")
    watch = BanWatch(told, memory, wall, problems, trusted=list, ports=lambda: (5060,))
    running = asyncio.create_task(watch.run())
    for number in range(60):
        told.says("InvalidAccountID", f"{1000 + number}")
    await soon(lambda: BAD in wall.shut)
    told.says("SuccessfulAuth", "550@acme.example.test")
    await soon(lambda: any("written down" in each for each in problems.sentences()))
    told.says("SuccessfulAuth", "551@acme.example.test")
    assert not running.done()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
