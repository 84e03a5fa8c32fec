"""Stored files that removed tenants leave behind, until the worker deletes them.

A file is kept under its digest, and others may have the same one: it is deleted only where nobody
does, and only a while later, so that whoever was about to use it has said so.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import timedelta
from itertools import islice
from typing import Final

import structlog
from django.db import transaction
from django.utils import timezone

from conmuta.adapters.storage import Storage, StorageError
from conmuta.apps.tenancy import ports
from conmuta.apps.tenancy.models import LeftFile, Operator, TenantExport
from conmuta.platform.scope import Scope

log = structlog.get_logger()

WAIT: Final = timedelta(hours=1)
AT_ONCE: Final = 500

Used = Callable[[Scope, Collection[str]], set[str]]
"""Which of some digests anybody still uses; asked in the system's scope."""


def leave_files(digests: Iterable[str]) -> None:
    """These are deleted a while after now, whenever they were left before, unless somebody else
    has them."""
    told = iter(digests)
    while some := sorted(set(islice(told, AT_ONCE))):
        LeftFile.objects.bulk_create(
            [LeftFile(sha256=digest) for digest in some],
            update_conflicts=True,
            unique_fields=["sha256"],
            update_fields=["left_at"],
        )


def keep_file(digest: str) -> None:
    """Somebody brings the same content: it stays."""
    LeftFile.objects.filter(sha256=digest).delete()


def delete_left_files(scope: Scope, used: Used) -> int:
    """Deletes what nobody uses; how many files. Needs the system's scope.

    Killed at any moment, it goes on the next time: a row goes after its file. One that cannot be
    deleted is tried again after a while (`stuck_files`).
    """
    deleted = 0
    while part := _part(scope, used):
        deleted += sum(part)
    return deleted


def stuck_files() -> list[tuple[str, str]]:
    """What could not be deleted: the file's digest and why, the oldest first."""
    rows = LeftFile.objects.exclude(problem="").order_by("pk")
    return list(rows.values_list("sha256", "problem"))


@transaction.atomic
def _part(scope: Scope, used: Used) -> list[bool]:
    """For each of the first that are due, whether a file went."""
    due = LeftFile.objects.filter(left_at__lt=timezone.now() - WAIT).order_by("pk")
    rows = {row.sha256: row for row in due.select_for_update(skip_locked=True)[:AT_ONCE]}
    for row in rows.values():
        row.problem = ""
    staying = used(scope, rows.keys()) | _own(scope, rows.keys()) if rows else set()
    store = ports.storage.get()()
    gone = [digest not in staying and _delete(store, row) for digest, row in rows.items()]
    stuck = [row for row in rows.values() if row.problem]
    LeftFile.objects.bulk_update(stuck, ["left_at", "problem"])
    LeftFile.objects.filter(pk__in=[row.pk for row in rows.values() if not row.problem]).delete()
    return gone


def _delete(store: Storage, row: LeftFile) -> bool:
    """Whether there was such a file. Where it cannot be deleted, `row` says why, and waits."""
    try:
        return store.delete(row.sha256)
    except (OSError, StorageError) as error:
        row.left_at, row.problem = timezone.now(), str(error)
        log.warning("tenancy.file_not_deleted", sha256=row.sha256, reason=row.problem)
        return False


def _own(scope: Scope, digests: Collection[str]) -> set[str]:
    exports = TenantExport.objects.within(scope).filter(sha256__in=digests)
    logos = Operator.objects.within(scope).filter(logo__in=digests)
    return {*exports.values_list("sha256", flat=True), *logos.values_list("logo", flat=True)}
