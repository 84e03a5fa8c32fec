"""Which stored files prompts and music are."""

from collections.abc import Collection, Iterator

from django.db.models import QuerySet

from conmuta.apps.callflow.models import Music, Prompt, PromptVersion, SpokenText
from conmuta.platform.scope import Scope


def files_of(scope: Scope) -> Iterator[str]:
    """Digests of what `scope`'s tenant has, some more than once."""
    for model in (Prompt, PromptVersion):
        rows: QuerySet[Prompt | PromptVersion, str] = model.objects.within(scope).values_list(
            "digest", flat=True
        )
        yield from rows.iterator()
    for digests in Music.objects.within(scope).values_list("digests", flat=True).iterator():
        yield from digests


def files_used(scope: Scope, digests: Collection[str]) -> set[str]:
    """Those of `digests` that `scope`, the system's, finds in use; what a voice made again, too."""
    used: set[str] = set()
    for model in (Prompt, PromptVersion):
        rows = model.objects.within(scope).filter(digest__in=digests)
        used.update(rows.values_list("digest", flat=True))
    music = Music.objects.within(scope).filter(digests__overlap=list(digests))
    for found in music.values_list("digests", flat=True):
        used.update(found)
    spoken = SpokenText.objects.filter(digest__in=digests)
    used.update(spoken.values_list("digest", flat=True))
    return used & set(digests)


def forget_spoken(digests: Collection[str]) -> None:
    """Nobody is given this audio any more for a text that it was made of: it is made anew."""
    SpokenText.objects.filter(digest__in=digests).delete()
