"""What a tenant's removal leaves in the store: noted with it, deleted by the worker."""

from collections.abc import Collection

from conmuta.adapters.mail import files as mail
from conmuta.apps.callflow import api as callflow
from conmuta.apps.calls import api as calls
from conmuta.apps.fleet import api as fleet
from conmuta.apps.tenancy import api as tenancy
from conmuta.platform.scope import Scope


def leave(scope: Scope, slug: str) -> None:
    """The tenant of `scope` is about to be removed: its files are noted, nodes are told."""
    spoken = set(callflow.files_of(scope))
    callflow.forget_spoken(spoken)
    tenancy.leave_files(spoken)
    tenancy.leave_files(calls.files_of(scope))
    tenancy.leave_files(fleet.files_of(slug))
    fleet.withdraw(scope, slug)


def delete_left(scope: Scope) -> int:
    """Deletes the files of tenants that are gone, those too that came late; how many.

    Needs the system's scope.
    """
    staying = tenancy.slugs(scope)
    tenancy.leave_files(mail.forget_departed(scope, staying.values()))
    tenancy.leave_files(calls.forget_late(fleet.removed() - staying.keys()))
    return tenancy.delete_left_files(scope, used)


def used(scope: Scope, digests: Collection[str]) -> set[str]:
    """Which of these files anybody still uses."""
    return (
        callflow.files_used(scope, digests)
        | calls.files_used(scope, digests)
        | mail.files_used(scope, digests)
        | fleet.files_used(digests, tenancy.slugs(scope).keys())
    )
