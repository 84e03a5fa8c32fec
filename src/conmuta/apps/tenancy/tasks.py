"""What tenancy does by the clock."""

from procrastinate.contrib.django import app

from conmuta.apps.tenancy import ports, states
from conmuta.apps.tenancy.models import Tenant
from conmuta.platform.scope import Scope


@app.periodic(cron="13 * * * *")
@app.task(queueing_lock="tenancy.remove_ended", pass_context=False)
def remove_ended(timestamp: int) -> int:
    """Removes the tenants whose grace is over; how many."""
    del timestamp
    with Scope.system("system:tasks").active() as scope:
        return len(states.remove_ended(scope))


@app.periodic(cron="23 * * * *")
@app.task(queueing_lock="tenancy.look_at_storage", pass_context=False)
def look_at_storage(timestamp: int) -> int:
    """Has the plans of tenants with a limit of storage made anew, since a full one records no
    more; how many."""
    del timestamp
    with Scope.system("system:tasks").active() as scope:
        limited = Tenant.objects.within(scope).filter(limits__has_key="storage_megabytes")
        found = list(limited.values_list("pk", flat=True))
    for tenant_id in found:
        with Scope.for_tenant(tenant_id, "system:tasks").active() as own:
            ports.changed.get()(own)
    return len(found)
