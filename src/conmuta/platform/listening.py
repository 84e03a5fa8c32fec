"""Hearing PostgreSQL's NOTIFY, on a connection of its own."""

import asyncio
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
import structlog
from django.db import connections
from psycopg import sql

RECONNECT_SECONDS = 1.0

log = structlog.get_logger()


def connection_arguments() -> dict[str, Any]:
    """libpq's arguments for the default database, without Django's own options."""
    held = connections["default"].settings_dict
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST"}
    given = {key: held.get(name) for key, name in names.items()} | {"port": held.get("PORT")}
    options = {key: value for key, value in held["OPTIONS"].items() if key != "pool"}
    return {key: value for key, value in given.items() if value} | options


async def listen(channel: str, ring: Callable[[], None]) -> None:
    """Calls `ring` at each notification, and after each (re)connection, for ever."""
    while True:
        try:
            await _listen_once(channel, ring)
        except (psycopg.OperationalError, OSError) as error:
            log.warning("listening.lost", channel=channel, error=type(error).__name__)
        await asyncio.sleep(RECONNECT_SECONDS)


async def _listen_once(channel: str, ring: Callable[[], None]) -> None:
    arguments = connection_arguments()
    async with await psycopg.AsyncConnection.connect(**arguments, autocommit=True) as connection:
        await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
        ring()
        async for _ in connection.notifies():
            ring()


class Bell:
    """Wakes whoever waits in one event loop when a channel is notified."""

    def __init__(self, channel: str) -> None:
        self._channel = channel
        self._rung = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def arm(self) -> asyncio.Event:
        """The event that the next ring sets. Arm before looking, so that no ring is missed."""
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(listen(self._channel, self._ring))
        return self._rung

    def _ring(self) -> None:
        self._rung.set()
        self._rung = asyncio.Event()


_bells: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, Bell]] = WeakKeyDictionary()


def bell(channel: str) -> Bell:
    """The running loop's bell of `channel`."""
    ours = _bells.setdefault(asyncio.get_running_loop(), {})
    return ours.setdefault(channel, Bell(channel))
