"""Which stored files mails are; and the mails of companies that are gone."""

from collections.abc import Collection

from conmuta.adapters.mail.models import Mail, MailState
from conmuta.platform.scope import Scope


def files_used(scope: Scope, digests: Collection[str]) -> set[str]:
    """Those of `digests` that `scope`, the system's, finds in use."""
    rows = Mail.objects.within(scope).filter(sha256__in=digests)
    return set(rows.values_list("sha256", flat=True))


def forget_departed(scope: Scope, staying: Collection[int]) -> set[str]:
    """Mails of tenants that are not among `staying` are forgotten, but what is still to be sent;
    the digests of their files."""
    gone = (
        Mail.objects.within(scope)
        .filter(tenant_id__isnull=False)
        .exclude(tenant_id__in=staying)
        .exclude(state=MailState.WAITING)
    )
    found = set(gone.values_list("sha256", flat=True))
    gone.delete()
    return found
