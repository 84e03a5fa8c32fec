"""What is done by the clock. The worker finds these by the name of this module."""

from collections.abc import Callable

import structlog
from django.utils import timezone
from procrastinate.contrib.django import app

from conmuta.apps.calls import actions
from conmuta.platform.postgres import release
from conmuta.platform.scope import Scope

log = structlog.get_logger()


@app.periodic(cron="17 3 * * *")
@app.task(name="calls.make_partitions", queueing_lock="calls.make_partitions")
def make_partitions(timestamp: int) -> None:
    """Daily: a month's partitions are there long before its first call."""
    del timestamp
    _do("made_partitions", lambda _scope: actions.make_partitions(timezone.now()))


@app.periodic(cron="* * * * *")
@app.task(name="calls.close_cut_calls", queueing_lock="calls.close_cut_calls")
def close_cut_calls(timestamp: int) -> None:
    """Every minute."""
    del timestamp
    _do("closed_cut_calls", lambda scope: actions.close_cut_calls(scope, timezone.now()))


@app.periodic(cron="*/10 * * * *")
@app.task(name="calls.release_quarantine", queueing_lock="calls.release_quarantine")
def release_quarantine(timestamp: int) -> None:
    """Every ten minutes."""
    del timestamp
    _do("released_lines", lambda scope: actions.release_quarantine(scope, timezone.now()))


def _do(what: str, verb: Callable[[Scope], int]) -> None:
    try:
        with Scope.system(f"system:calls.{what}").active() as scope:
            count = verb(scope)
    finally:
        release()
    if count:
        log.info(f"calls.{what}", count=count)
