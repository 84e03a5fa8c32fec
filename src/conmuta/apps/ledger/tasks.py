"""What is done by the clock. The worker finds these by the name of this module."""

from django.utils import timezone
from procrastinate.contrib.django import app

from conmuta.apps.ledger.retention import forget_charges
from conmuta.platform.postgres import release
from conmuta.platform.scope import Scope


@app.periodic(cron="57 3 * * *")
@app.task(name="ledger.forget_charges", queueing_lock="ledger.forget_charges")
def forget_old_charges(timestamp: int) -> int:
    """Daily: deletes charges that are in the accounts for long; how many."""
    del timestamp
    try:
        with Scope.system("system:ledger").active() as scope:
            return forget_charges(scope, timezone.now())
    finally:
        release()
