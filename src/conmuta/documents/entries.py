"""What a file says where it is not what an app keeps: audio by its file, people, one's facts."""

from collections.abc import Iterator
from dataclasses import dataclass

from conmuta.apps.callflow.contracts import Music, Prompt
from conmuta.platform.forms import named
from conmuta.platform.nouns import Fault
from conmuta.platform.sentences import said


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantEntry:
    """The tenant's own facts."""

    slug: str
    domain: str
    title: str
    time_zone: str
    language: str
    country: str
    max_calls: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileEntry:
    """An access profile: what its people may do."""

    name: str
    permissions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UserEntry:
    """A person, by the short name that the company uses. `monitors` are departments."""

    username: str
    name: str
    email: str
    profile: str
    language: str = ""
    active: bool = True
    monitors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptEntry(Prompt):
    """A prompt; `file` is an audio file beside the tenant's file."""

    file: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MusicEntry(Music):
    """Music on hold; `files` are audio files beside the tenant's file."""

    digests: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


def prompt_faults(entry: PromptEntry) -> Iterator[Fault]:
    """A prompt has a text, a file or a digest."""
    yield from named("name", entry.name)
    if entry.file and entry.digest:
        yield Fault(("digest",), said("and `file` both give the audio; keep one."))
    if not (entry.file or entry.digest or entry.text.strip()):
        yield Fault(("text",), said("is missing: write what the voice says, or give a `file`."))


def music_faults(entry: MusicEntry) -> Iterator[Fault]:
    """Music has files or digests."""
    yield from named("name", entry.name)
    if bool(entry.files) == bool(entry.digests):
        yield Fault(("files",), said("gives the audio files of this music, at least one."))
