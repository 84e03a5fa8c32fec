"""What is done by the clock. The worker finds these by the name of this module."""

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from conmuta.apps.rating import partitions
from conmuta.platform.monthly import months_ahead
from conmuta.platform.postgres import release
from conmuta.platform.scope import Scope


@app.periodic(cron="19 3 * * *")
@app.task(name="rating.make_partitions", queueing_lock="rating.make_partitions")
def make_partitions(timestamp: int) -> int:
    """Daily: a month's partitions are there long before its first call; how many were made."""
    del timestamp
    try:
        with Scope.system("system:rating").active(), transaction.atomic():
            return partitions.ensure(months_ahead(timezone.now()))
    finally:
        release()
