"""What the platform does by the clock."""

from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from conmuta.platform.models import OutboxEvent
from conmuta.platform.scope import Scope

KEPT = timedelta(days=30)  # told events, for people who look for what happened


@app.periodic(cron="17 3 * * *")
@app.task(queueing_lock="platform.forget_told_events", pass_context=False)
def forget_told_events(timestamp: int) -> int:
    """Deletes events that everybody heard long ago; how many."""
    del timestamp
    with Scope.system("system:tasks").active() as scope:
        old = OutboxEvent.objects.within(scope).filter(done_at__lt=timezone.now() - KEPT)
        return old.delete()[0]
