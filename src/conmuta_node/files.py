"""Files that survive a cut of power at any instruction: written whole, then named."""

import hashlib
import os
import shutil
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

FILE_MODE = 0o600
FOLDER_MODE = 0o700
_CHUNK = 1 << 20


def make_folder(path: Path) -> Path:
    """`path` and its parents, readable by us alone."""
    for folder in (*reversed(path.parents), path):
        if not folder.is_dir():
            folder.mkdir(mode=FOLDER_MODE, exist_ok=True)
    return path


def sync_folder(path: Path) -> None:
    """Make the names inside `path` durable."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_durably(path: Path, data: bytes) -> None:
    """`path` holds all of `data` or what it held before, whatever happens meanwhile."""
    make_folder(path.parent)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        _write_synced(partial, data)
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def write_if_changed(path: Path, data: bytes) -> bool:
    """Write `data` unless `path` holds just that; say whether it was written."""
    try:
        if path.read_bytes() == data:
            return False
    except FileNotFoundError:
        pass
    write_durably(path, data)
    return True


def write_folder(path: Path, contents: Mapping[str, bytes], links: Mapping[str, str]) -> None:
    """A new folder with files (name → bytes) and symbolic links (name → target).

    It gets its name only when all is on disk; a folder of that name is left as it is.
    """
    partial = _partial_of(path)  # of its own, should two write the same
    try:
        _write_all(make_folder(partial), contents, links)
        if not path.exists():
            partial.replace(path)
            sync_folder(path.parent)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _write_all(folder: Path, contents: Mapping[str, bytes], links: Mapping[str, str]) -> None:
    for name, data in contents.items():
        _write_synced(folder / name, data)
    for name, target in links.items():
        link = folder / name
        make_folder(link.parent)
        link.symlink_to(target)
    for place in {(folder / name).parent for name in (*contents, *links)}:
        sync_folder(place)


def remove_folder(path: Path) -> None:
    """Take `path` away with all in it: it has its name until all of it goes, never a part."""
    partial = _partial_of(path)
    path.rename(partial)
    shutil.rmtree(partial, ignore_errors=True)


def _partial_of(path: Path) -> Path:
    return path.with_name(f".{path.name}.{uuid.uuid4().hex}.partial")


def _write_synced(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FILE_MODE)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def point_link(link: Path, target: str) -> None:
    """Let the symbolic link `link` say `target`, with no moment in which it is missing."""
    make_folder(link.parent)
    fresh = link.with_name(f".{link.name}.link")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target)
    fresh.replace(link)
    sync_folder(link.parent)


def open_to_append(path: Path) -> BinaryIO:
    """`path` open for appending, readable by us alone."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, FILE_MODE)
    return os.fdopen(descriptor, "ab")


def link_target(link: Path) -> str | None:
    """What `link` says, None where there is no such link."""
    try:
        return str(link.readlink())
    except OSError:
        return None


def remove_link(link: Path) -> None:
    """Take `link` away, if it is there."""
    link.unlink(missing_ok=True)
    if link.parent.exists():
        sync_folder(link.parent)


def sha256_of(path: Path) -> str:
    """The file's SHA-256 in hexadecimal, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def remove_partials(folder: Path) -> None:
    """Sweep up what a death in the middle of a write left in `folder`."""
    if not folder.is_dir():
        return
    for entry in folder.iterdir():
        if entry.name.startswith(".") and entry.name.endswith((".partial", ".link")):
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry, ignore_errors=True)
            else:
                entry.unlink(missing_ok=True)
