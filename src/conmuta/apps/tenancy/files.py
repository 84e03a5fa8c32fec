"""Stored files that removed tenants leave behind, until the worker deletes them.

A file is kept under its digest, and others may have the same one: it is deleted only where nobody
does, and only a while later, so that whoever was about to use it has said so.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import timedelta
from itertools import islice
from typing import Final

from django.db import transaction
from django.utils import timezone

from conmuta.apps.tenancy import ports
from conmuta.apps.tenancy.models import LeftFile, Operator, TenantExport
from conmuta.platform.scope import Scope

WAIT: Final = timedelta(hours=1)
AT_ONCE: Final = 500

Used = Callable[[Scope, Collection[str]], set[str]]
"""Which of some digests anybody still uses; asked in the system's scope."""


def leave_files(digests: Iterable[str]) -> None:
    """These are deleted after a while, unless somebody else has them."""
    rows = (LeftFile(sha256=digest) for digest in digests)
    while some := list(islice(rows, AT_ONCE)):
        LeftFile.objects.bulk_create(some, ignore_conflicts=True)


def keep_file(digest: str) -> None:
    """Somebody brings the same content: it stays."""
    LeftFile.objects.filter(sha256=digest).delete()


def delete_left_files(scope: Scope, used: Used) -> int:
    """Deletes what nobody uses; how many files. Needs the system's scope.

    Killed at any moment, it goes on the next time: a row goes after its file.
    """
    deleted = 0
    while part := _part(scope, used):
        deleted += sum(part)
    return deleted


@transaction.atomic
def _part(scope: Scope, used: Used) -> list[bool]:
    due = LeftFile.objects.filter(left_at__lt=timezone.now() - WAIT).order_by("pk")
    rows = list(due.select_for_update(skip_locked=True)[:AT_ONCE])
    digests = {row.sha256 for row in rows}
    staying = used(scope, digests) | _own(scope, digests) if digests else set()
    store = ports.storage.get()()
    gone = [digest not in staying and store.delete(digest) for digest in sorted(digests)]
    LeftFile.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return gone


def _own(scope: Scope, digests: Collection[str]) -> set[str]:
    exports = TenantExport.objects.within(scope).filter(sha256__in=digests)
    logos = Operator.objects.within(scope).filter(logo__in=digests)
    return {*exports.values_list("sha256", flat=True), *logos.values_list("logo", flat=True)}
