"""What a tenant's removal leaves in the store: noted with it, deleted by the worker."""

from collections.abc import Collection

from django.db import transaction

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
    _forget_departed(scope)
    return tenancy.delete_left_files(scope, used)


@transaction.atomic
def _forget_departed(scope: Scope) -> None:
    """What is theirs is looked at before who is here: whoever comes meanwhile loses nothing."""
    posted, removed = mail.owners(scope), fleet.removed()
    staying = tenancy.slugs(scope)
    tenancy.leave_files(mail.forget(scope, posted.difference(staying.values())))
    tenancy.leave_files(calls.forget_late(removed - staying.keys()))


def used(scope: Scope, digests: Collection[str]) -> set[str]:
    """Which of these files anybody still uses.

    What a node brought becomes a message or a mail at any moment: where a file comes from is
    looked at before where it goes.
    """
    found = fleet.files_used(digests, tenancy.slugs(scope).keys())
    found |= calls.files_used(scope, digests)
    found |= callflow.files_used(scope, digests)
    return found | mail.files_used(scope, digests)
