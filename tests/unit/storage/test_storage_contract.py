"""What every store of files promises, asked of each of them."""

import hashlib
import io
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from conmuta.adapters.storage import (
    DigestMismatch,
    FileSystemStorage,
    InvalidDigest,
    MemoryStorage,
    NotStored,
    Storage,
    StorageFull,
    TooLarge,
)

VOICE = b"OggS" + bytes(range(256)) * 5000
VOICE_DIGEST = hashlib.sha256(VOICE).hexdigest()
NOBODY = "0" * 64
LIMIT = 2_000_000


@pytest.fixture(params=["filesystem", "memory"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    makers: dict[str, Callable[[], Storage]] = {
        "filesystem": lambda: FileSystemStorage(tmp_path / "files", limit=LIMIT),
        "memory": lambda: MemoryStorage(limit=LIMIT),
    }
    return makers[request.param]()


def kept_files(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


def test_a_recording_is_found_again_whole_under_its_checksum(storage: Storage) -> None:
    digest = storage.save(io.BytesIO(VOICE))
    assert digest == VOICE_DIGEST
    assert storage.exists(digest)
    assert storage.size(digest) == len(VOICE)
    with storage.open(digest) as file:
        assert file.read() == VOICE


def test_the_same_file_sent_twice_is_one_file(storage: Storage) -> None:
    assert storage.save_bytes(VOICE) == storage.save(io.BytesIO(VOICE), VOICE_DIGEST)
    assert storage.delete(VOICE_DIGEST)
    assert not storage.exists(VOICE_DIGEST)


def test_an_empty_file_is_a_file(storage: Storage) -> None:
    digest = storage.save_bytes(b"")
    assert storage.size(digest) == 0


def test_a_file_broken_on_its_way_is_refused_and_nothing_is_kept(storage: Storage) -> None:
    with pytest.raises(DigestMismatch):
        storage.save(io.BytesIO(VOICE[:-1]), VOICE_DIGEST)
    assert not storage.exists(VOICE_DIGEST)
    assert not storage.exists(hashlib.sha256(VOICE[:-1]).hexdigest())


def test_a_file_beyond_the_limit_is_refused(storage: Storage) -> None:
    with pytest.raises(TooLarge):
        storage.save(io.BytesIO(b"x" * (LIMIT + 1)))


def test_what_was_never_stored_is_not_found(storage: Storage) -> None:
    assert not storage.exists(NOBODY)
    assert not storage.delete(NOBODY)
    with pytest.raises(NotStored):
        storage.open(NOBODY)
    with pytest.raises(NotStored):
        storage.size(NOBODY)


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "ABCD" * 16, "0" * 63, "0" * 64 + "\n"])
def test_only_a_checksum_is_a_name(storage: Storage, name: str) -> None:
    for ask in (storage.exists, storage.open, storage.size, storage.delete):
        with pytest.raises(InvalidDigest):
            ask(name)
    with pytest.raises(InvalidDigest):
        storage.save_bytes(b"x", name)


def test_a_full_store_says_so_and_keeps_what_it_had(tmp_path: Path) -> None:
    full = MemoryStorage(capacity=10)
    first = full.save_bytes(b"12345")
    with pytest.raises(StorageFull):
        full.save_bytes(b"1234567")
    assert full.exists(first)


def test_a_disk_is_never_filled_beyond_its_reserve(tmp_path: Path) -> None:
    free = shutil.disk_usage(tmp_path).free
    store = FileSystemStorage(tmp_path / "files", reserve=free * 2)
    with pytest.raises(StorageFull):
        store.save_bytes(b"x")


def test_nothing_half_written_stays_behind(tmp_path: Path) -> None:
    class Broken:
        def __init__(self) -> None:
            self.reads = 0

        def read(self, size: int = -1, /) -> bytes:
            self.reads += 1
            if self.reads > 1:
                raise ConnectionResetError
            return b"half"

    store = FileSystemStorage(tmp_path / "files")
    with pytest.raises(ConnectionResetError):
        store.save(Broken())
    assert kept_files(tmp_path) == []


def test_many_processes_may_save_the_same_file_at_once(tmp_path: Path) -> None:
    store = FileSystemStorage(tmp_path / "files")
    with ThreadPoolExecutor(8) as pool:
        digests = set(pool.map(store.save_bytes, [VOICE] * 16))
    assert digests == {VOICE_DIGEST}
    assert len(kept_files(tmp_path)) == 1


FILL = """
import os, sys
from pathlib import Path
from conmuta.adapters.storage import FileSystemStorage, StorageFull
store = FileSystemStorage(Path("/media/files"))
first = store.save_bytes(b"a" * 100_000)
try:
    store.save_bytes(os.urandom(2_000_000))
except StorageFull as error:
    left = [p for p in Path("/media/files").rglob("*") if p.is_file()]
    print(error.code, len(left), store.size(first))
"""


def test_a_real_disk_that_is_full_is_told_apart_and_left_clean() -> None:
    source = Path(__file__).resolve().parents[3] / "src"
    sandbox = ["bwrap", "--ro-bind", "/", "/", "--dev", "/dev", "--size", "1048576"]
    done = subprocess.run(
        [
            *sandbox,
            "--tmpfs",
            "/media",
            "--setenv",
            "PYTHONPATH",
            str(source),
            sys.executable,
            "-c",
            FILL,
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["storage.full", "1", "100000"]
