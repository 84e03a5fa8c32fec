"""Which stored files recordings and faxes are; and those that came when their company had gone."""

import re
from collections.abc import Collection, Iterator

from conmuta.apps.calls.models import Fax, Quarantined, Recording
from conmuta.platform.scope import Scope

_STREAMS = ("recording", "mail", "fax", "prompt")
_DIGEST = re.compile(r'"(?:sha256|document)":\s*"([0-9a-f]{64})"')


def files_of(scope: Scope) -> Iterator[str]:
    """Digests of what `scope`'s tenant has."""
    recordings = Recording.objects.within(scope).values_list("sha256", flat=True)
    yield from recordings.iterator()
    faxes = Fax.objects.within(scope).exclude(document="").values_list("document", flat=True)
    yield from faxes.iterator()


def files_used(scope: Scope, digests: Collection[str]) -> set[str]:
    """Those of `digests` that `scope`, the system's, finds in use; also by what waits for its
    company, which is looked at first: it may become a recording or a fax meanwhile."""
    used: set[str] = set()
    waiting = Quarantined.objects.filter(stream__in=_STREAMS).values_list("content", flat=True)
    for content in waiting.iterator():
        used.update(_DIGEST.findall(content))
    recordings = Recording.objects.within(scope).filter(sha256__in=digests)
    faxes = Fax.objects.within(scope).filter(document__in=digests)
    used.update(recordings.values_list("sha256", flat=True))
    used.update(faxes.values_list("document", flat=True))
    return used & set(digests)


def forget_late(slugs: Collection[str]) -> set[str]:
    """Lines that came for these companies, which had gone, are forgotten; the digests of their
    files."""
    late = Quarantined.objects.filter(
        reason=Quarantined.UNKNOWN_TENANT, stream__in=_STREAMS, detail__in=slugs
    )
    found = dict(late.values_list("pk", "content"))
    Quarantined.objects.filter(pk__in=found).delete()  # these, whatever came meanwhile
    return {digest for content in found.values() for digest in _DIGEST.findall(content)}
