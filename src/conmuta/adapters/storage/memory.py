"""The store in memory: for tests and rehearsals, with the same promises."""

import hashlib
import io
from typing import BinaryIO

from conmuta.adapters.storage.port import (
    DEFAULT_LIMIT,
    DigestMismatch,
    NotStored,
    Readable,
    StorageFull,
    TooLarge,
    check_digest,
)


class MemoryStorage:
    """Files in a dictionary; `capacity` bytes in all, `limit` bytes in one."""

    def __init__(self, *, limit: int = DEFAULT_LIMIT, capacity: int | None = None) -> None:
        self._files: dict[str, bytes] = {}
        self._limit = limit
        self._capacity = capacity

    def save(self, stream: Readable, expected: str | None = None) -> str:
        """Keep the whole of `stream` and return its digest."""
        return self.save_bytes(stream.read(self._limit + 1), expected)

    def save_bytes(self, content: bytes, expected: str | None = None) -> str:
        """Keep `content`; the same promises as `save`."""
        if expected is not None:
            check_digest(expected)
        if len(content) > self._limit:
            raise TooLarge(f"A file may have {self._limit} bytes at most.")
        digest = hashlib.sha256(content).hexdigest()
        if expected is not None and digest != expected:
            raise DigestMismatch(f"{expected} was announced, but {digest} arrived.")
        self._make_room(len(content))
        self._files[digest] = content
        return digest

    def open(self, digest: str) -> BinaryIO:
        """The content, to be read and closed by the caller."""
        return io.BytesIO(self._content(digest))

    def exists(self, digest: str) -> bool:
        """Whether a file is stored under `digest`."""
        return check_digest(digest) in self._files

    def size(self, digest: str) -> int:
        """The content's length in bytes."""
        return len(self._content(digest))

    def delete(self, digest: str) -> bool:
        """Forget the file; whether there was one."""
        return self._files.pop(check_digest(digest), None) is not None

    def _content(self, digest: str) -> bytes:
        try:
            return self._files[check_digest(digest)]
        except KeyError:
            raise NotStored(f"No file is stored under {digest}.") from None

    def _make_room(self, wanted: int) -> None:
        if self._capacity is None:
            return
        if sum(map(len, self._files.values())) + wanted > self._capacity:
            raise StorageFull("The store is full.")
