"""Which stored files mails are; and the mails of companies that are gone."""

from collections.abc import Collection

from conmuta.adapters.mail.models import Mail, MailState
from conmuta.platform.scope import Scope


def files_used(scope: Scope, digests: Collection[str]) -> set[str]:
    """Those of `digests` that `scope`, the system's, finds in use."""
    rows = Mail.objects.within(scope).filter(sha256__in=digests)
    return set(rows.values_list("sha256", flat=True))


def owners(scope: Scope) -> set[int]:
    """Ids of the tenants, also of those that are gone, that mails are kept of."""
    owned = Mail.objects.within(scope).filter(tenant_id__isnull=False).order_by()
    return {pk for pk in owned.values_list("tenant_id", flat=True).distinct() if pk is not None}


def forget(scope: Scope, tenants: Collection[int]) -> set[str]:
    """Mails of these tenants, which are gone, are forgotten, but what is still to be sent; the
    digests of their files."""
    mails = Mail.objects.within(scope)
    gone = mails.filter(tenant_id__in=tenants).exclude(state=MailState.WAITING)
    found = dict(gone.values_list("pk", "sha256"))
    mails.filter(pk__in=found).delete()
    return set(found.values())
