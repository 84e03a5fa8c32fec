"""What tenancy does by the clock."""

from procrastinate.contrib.django import app

from conmuta.apps.tenancy import states
from conmuta.platform.scope import Scope


@app.periodic(cron="13 * * * *")
@app.task(queueing_lock="tenancy.remove_ended", pass_context=False)
def remove_ended(timestamp: int) -> int:
    """Removes the tenants whose grace is over; how many."""
    del timestamp
    with Scope.system("system:tasks").active() as scope:
        return len(states.remove_ended(scope))
