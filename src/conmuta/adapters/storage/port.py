"""What the product asks of a store of files, and how a store says no.

A file's name is the SHA-256 of its content, so that saving twice keeps one copy, a file never
changes, and whoever reads it can prove that it is whole.
"""

import re
from typing import BinaryIO, Protocol

DEFAULT_LIMIT = 2 * 1024**3
"""Bytes in one file: a day of stereo Opus, with room to spare."""

_DIGEST = re.compile(r"[0-9a-f]{64}")


class StorageError(Exception):
    """A file could not be kept or found; the message is a sentence for a person."""

    code = "storage.error"


class StorageFull(StorageError):
    """The disk has no room for the file. Free space, then the sender tries again."""

    code = "storage.full"


class TooLarge(StorageError):
    """The file is larger than one file may be."""

    code = "storage.too_large"


class DigestMismatch(StorageError):
    """What arrived is not what was announced: the content has another SHA-256."""

    code = "storage.digest_mismatch"


class NotStored(StorageError):
    """No file is stored under that SHA-256."""

    code = "storage.not_stored"


class InvalidDigest(StorageError):
    """A name that is no SHA-256 in 64 lower-case hexadecimal digits."""

    code = "storage.invalid_digest"


class Readable(Protocol):
    """Anything that gives up to `size` bytes at a time, and `b""` at its end."""

    def read(self, size: int = ..., /) -> bytes: ...


class Storage(Protocol):
    """A store of immutable files. Digests are 64 lower-case hexadecimal digits."""

    def save(self, stream: Readable, expected: str | None = None) -> str:
        """Keep the whole of `stream` and return its digest.

        Nothing is kept unless everything is. Raises `DigestMismatch` where the content is not
        `expected`, `TooLarge`, `StorageFull`.
        """

    def save_bytes(self, content: bytes, expected: str | None = None) -> str:
        """Keep `content`; the same promises as `save`."""

    def open(self, digest: str) -> BinaryIO:
        """The content, to be read and closed by the caller. Raises `NotStored`."""

    def exists(self, digest: str) -> bool:
        """Whether a file is stored under `digest`."""

    def size(self, digest: str) -> int:
        """The content's length in bytes. Raises `NotStored`."""

    def delete(self, digest: str) -> bool:
        """Forget the file; whether there was one."""


def check_digest(digest: str) -> str:
    """`digest` itself, so that no other text ever becomes part of a path."""
    if not _DIGEST.fullmatch(digest):
        raise InvalidDigest(f"{digest!r} is no SHA-256 in 64 lower-case hexadecimal digits.")
    return digest
