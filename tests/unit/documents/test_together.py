"""Two who apply to one tenant at the same time wait for each other."""

from threading import Barrier, Thread

import pytest
from django.db import connection, connections

from conmuta.apps.extensions import api as extensions
from conmuta.apps.tenancy import api as tenancy
from conmuta.documents.api import apply, read
from conmuta.platform.models import AuditEntry
from conmuta.platform.scope import Scope


@pytest.mark.django_db(transaction=True)
def test_a_new_tenant_applied_by_many_at_once_is_made_once(second: str) -> None:
    problems: list[BaseException] = []
    barrier = Barrier(4)

    def work(name: str) -> None:
        try:
            document = read(second.replace("name: Alex", f"name: {name}"))
            barrier.wait()
            with Scope.system("test:system").active() as scope:
                apply(scope, document)
        except BaseException as problem:  # noqa: BLE001 — the test tells it
            problems.append(problem)
        finally:
            connections.close_all()

    names = ["Alex", "Blake", "Casey", "Drew"]
    threads = [Thread(target=work, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    with Scope.system("test:system").active() as system:
        tenant = tenancy.tenant_by_slug(system, "second")
        with Scope.for_tenant(tenant.id, "test:system").active() as own:
            assert extensions.extensions(own)["550"].name in names
            made = AuditEntry.objects.within(own).filter(
                verb="created", subject="extensions.extension:551"
            )
            assert made.count() == 1
        tenancy.remove_tenant(system, "second")
    connection.close()
