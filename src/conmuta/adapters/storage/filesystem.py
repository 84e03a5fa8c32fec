"""The store as a folder: `ROOT/ab/cd/abcd…`, written beside and renamed into place."""

import errno
import hashlib
import io
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
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

CHUNK = 1024 * 1024
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT}


class FileSystemStorage:
    """Files under `root`; `limit` bytes in one at most, `reserve` bytes of the disk left free.

    Safe for many processes at once: two that save the same content both succeed.
    """

    def __init__(self, root: Path, *, limit: int = DEFAULT_LIMIT, reserve: int = 0) -> None:
        self._root = root
        self._limit = limit
        self._reserve = reserve
        self._incoming = root / "incoming"
        self._incoming.mkdir(parents=True, exist_ok=True)

    def save(self, stream: Readable, expected: str | None = None) -> str:
        """Keep the whole of `stream` and return its digest."""
        if expected is not None:
            check_digest(expected)
        with self._room(), self._temporary() as (file, path):
            digest = self._copy(stream, file)
            if expected is not None and digest != expected:
                raise DigestMismatch(f"{expected} was announced, but {digest} arrived.")
            self._settle(path, self._path(digest))
        return digest

    def save_bytes(self, content: bytes, expected: str | None = None) -> str:
        """Keep `content`; the same promises as `save`."""
        return self.save(io.BytesIO(content), expected)

    def open(self, digest: str) -> BinaryIO:
        """The content, to be read and closed by the caller."""
        try:
            return self._path(digest).open("rb")
        except FileNotFoundError:
            raise NotStored(f"No file is stored under {digest}.") from None

    def exists(self, digest: str) -> bool:
        """Whether a file is stored under `digest`."""
        return self._path(digest).is_file()

    def size(self, digest: str) -> int:
        """The content's length in bytes."""
        try:
            return self._path(digest).stat().st_size
        except FileNotFoundError:
            raise NotStored(f"No file is stored under {digest}.") from None

    def delete(self, digest: str) -> bool:
        """Forget the file; whether there was one."""
        try:
            self._path(digest).unlink()
        except FileNotFoundError:
            return False
        return True

    def _path(self, digest: str) -> Path:
        check_digest(digest)
        return self._root / digest[:2] / digest[2:4] / digest

    def _copy(self, stream: Readable, file: BinaryIO) -> str:
        hashing, length = hashlib.sha256(), 0
        while chunk := stream.read(CHUNK):
            length += len(chunk)
            if length > self._limit:
                raise TooLarge(f"A file may have {self._limit} bytes at most.")
            hashing.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
        return hashing.hexdigest()

    @contextmanager
    def _room(self) -> Iterator[None]:
        if self._reserve and shutil.disk_usage(self._root).free < self._reserve:
            raise StorageFull(f"Less than {self._reserve} bytes are free under {self._root}.")
        try:
            yield
        except OSError as error:
            if error.errno in _NO_ROOM:
                raise StorageFull(f"The disk under {self._root} is full.") from error
            raise

    @contextmanager
    def _temporary(self) -> Iterator[tuple[BinaryIO, Path]]:
        handle, name = tempfile.mkstemp(dir=self._incoming)
        path = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                yield file, path
        finally:
            path.unlink(missing_ok=True)

    def _settle(self, path: Path, target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        path.replace(target)
        for folder in (target.parent, target.parent.parent, self._root):
            _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    """A rename outlives a power cut only once its folder is on the disk too."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
