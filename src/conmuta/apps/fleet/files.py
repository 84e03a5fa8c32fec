"""Which stored files nodes were ordered to send; and which companies are served no more."""

import re
from collections.abc import Collection, Iterator

from conmuta.apps.fleet.models import NodeCommand, Removal

_DIGEST = re.compile(r'"document":\s*"([0-9a-f]{64})"')
_SENT = "send_fax"


def files_of(slug: str) -> Iterator[str]:
    """Digests in the orders of the tenant `slug`."""
    bodies = NodeCommand.objects.filter(tenant_slug=slug, kind=_SENT)
    for body in bodies.values_list("body", flat=True):
        yield from _DIGEST.findall(body)


def files_used(digests: Collection[str], staying: Collection[str]) -> set[str]:
    """Those of `digests` that the tenants `staying` ordered to be sent."""
    bodies = NodeCommand.objects.filter(kind=_SENT, tenant_slug__in=staying)
    found: set[str] = set()
    for body in bodies.values_list("body", flat=True).iterator():
        found.update(_DIGEST.findall(body))
    return found & set(digests)


def removed() -> set[str]:
    """Slugs of what is served no more."""
    return set(Removal.objects.values_list("slug", flat=True))
