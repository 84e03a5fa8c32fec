"""What is done by the clock and concerns several apps. The worker finds these by the name of this
module."""

import structlog
from django.utils import timezone
from procrastinate.contrib.django import app

from conmuta.apps.rating import api as rating
from conmuta.platform.postgres import release
from conmuta.platform.scope import Scope
from conmuta.wiring import leavings
from conmuta.wiring.rating import rate_ended

log = structlog.get_logger()


@app.periodic(cron="* * * * *")
@app.task(name="wiring.rate_ended", queueing_lock="wiring.rate_ended")
def rate_ended_calls(timestamp: int) -> None:
    """Every minute: what has ended since costs what it costs."""
    del timestamp
    try:
        with Scope.system("system:rating").active() as scope:
            count = rate_ended(scope)
    finally:
        release()
    if count:
        log.info("rating.looked_at_calls", count=count)


@app.periodic(cron="*/5 * * * *")
@app.task(name="wiring.turn_prices", queueing_lock="wiring.turn_prices")
def turn_prices(timestamp: int) -> None:
    """Every five minutes: where a day has begun, its prices hold."""
    del timestamp
    try:
        with Scope.system("system:rating").active() as scope:
            count = rating.turn_prices(scope, timezone.now())
    finally:
        release()
    if count:
        log.info("rating.turned_prices", operators=count)


@app.periodic(cron="43 * * * *")
@app.task(name="wiring.delete_left_files", queueing_lock="wiring.delete_left_files")
def delete_left_files(timestamp: int) -> None:
    """Every hour: what removed tenants left in the store goes."""
    del timestamp
    try:
        with Scope.system("system:tasks").active() as scope:
            count = leavings.delete_left(scope)
    finally:
        release()
    if count:
        log.info("tenancy.deleted_left_files", count=count)
