"""The worker: delivers the outbox, and runs jobs and schedules."""

import asyncio
import signal
from typing import Any

import structlog
from asgiref.sync import sync_to_async
from django.db import Error
from django.utils import timezone
from procrastinate.contrib.django import app

from conmuta.platform import outbox
from conmuta.platform.listening import bell
from conmuta.platform.postgres import release
from conmuta.wiring.events import SUBSCRIPTIONS

LOOK_AGAIN_SECONDS = 10.0
AWAY_SECONDS = 1.0  # between tries while the database is away

log = structlog.get_logger()


def main() -> int:
    """Works until SIGTERM or SIGINT; what is in hand is finished first."""
    asyncio.run(_until_stopped())
    return 0


async def _until_stopped() -> None:
    stop = asyncio.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signum, stop.set)
    log.info("worker.started")
    jobs = asyncio.create_task(_jobs())
    events = asyncio.create_task(deliver_events(stop))
    await stop.wait()
    await events
    jobs.cancel()
    await asyncio.gather(jobs, return_exceptions=True)
    log.info("worker.stopped")


async def deliver_events(stop: asyncio.Event) -> None:
    """Delivers what is due; sleeps until the next is due or one is recorded."""
    while not stop.is_set():
        rung = bell(outbox.CHANNEL).arm()
        try:
            pause = await sync_to_async(_deliver)()
        except (Error, OSError) as error:
            log.warning("worker.database_away", error=type(error).__name__)
            pause = AWAY_SECONDS
        if pause:
            await _first_of(rung, stop, pause)


def _deliver() -> float:
    """Seconds until something is due."""
    try:
        if outbox.deliver_due(SUBSCRIPTIONS):
            return 0.0
        due = outbox.next_due()
    finally:
        release()
    if due is None:
        return LOOK_AGAIN_SECONDS
    return max(0.05, min(LOOK_AGAIN_SECONDS, (due - timezone.now()).total_seconds()))


async def _first_of(rung: asyncio.Event, stop: asyncio.Event, seconds: float) -> None:
    waits = [asyncio.create_task(event.wait()) for event in (rung, stop)]
    await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    for wait in waits:
        wait.cancel()


async def _jobs() -> None:
    """Procrastinate's worker, begun anew where the database was away."""
    while True:
        try:
            await _run_jobs()
        except Exception as error:  # noqa: BLE001 — whatever ends it, jobs must go on
            log.warning("worker.jobs_interrupted", error=repr(error))
        await asyncio.sleep(AWAY_SECONDS)


async def _run_jobs() -> None:
    connector: Any = app.connector
    jobs = app.with_connector(connector.get_worker_connector())
    async with jobs.open_async():
        await jobs.run_worker_async(install_signal_handlers=False)
