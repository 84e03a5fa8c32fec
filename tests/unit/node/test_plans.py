"""Compiled folders on the node's disk are whole or not there, whoever is killed at whatever."""

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.support_node.plans import small_plan

from conmuta_node import files
from conmuta_node.apply.plans import Compiled, PlanStore
from conmuta_plan import digest, encode

TEXTS = {"extensions.conf": "[acme-local]\n", "phones.conf": "; nobody\n"}


class Killed(BaseException):
    """The end of a process, as far as what it leaves on the disk goes."""


def written(store: PlanStore) -> str:
    plan = small_plan()
    return store.write(encode(plan), digest(plan), Compiled(plan, TEXTS))


def test_a_folder_whose_removal_was_cut_off_is_written_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = PlanStore(tmp_path)
    folder = written(store)

    def begin_to_remove(place: Path, **_: object) -> None:
        (place / "extensions.conf").unlink()
        raise Killed

    with monkeypatch.context() as cut_off:
        cut_off.setattr(shutil, "rmtree", begin_to_remove)
        with pytest.raises(Killed):
            store.sweep({})
    assert not store.has("acme", folder)
    written(store)
    assert store.texts("acme", folder) == TEXTS
    store.sweep({"acme": frozenset({folder})})
    assert [path.name for path in (tmp_path / "plans/acme").iterdir()] == [folder]


class Slowly(dict[str, bytes]):
    """Files of a folder, with something done before each is written."""

    def __init__(self, texts: dict[str, bytes], before: Callable[[str], None]) -> None:
        super().__init__(texts)
        self._before = before

    def items(self) -> Iterator[tuple[str, bytes]]:  # type: ignore[override]
        for name, data in super().items():
            self._before(name)
            yield name, data


def test_two_that_write_the_same_folder_leave_it_whole(tmp_path: Path) -> None:
    place = tmp_path / "acme/folder"
    contents = {"extensions.conf": b"one", "phones.conf": b"two"}
    half, go_on = threading.Event(), threading.Event()

    def wait_half_way(name: str) -> None:
        if name == "phones.conf":
            half.set()
            go_on.wait()

    def let_the_other_end(_: str) -> None:
        go_on.set()
        first.join()

    slow, second = Slowly(contents, wait_half_way), Slowly(contents, let_the_other_end)
    first = threading.Thread(target=files.write_folder, args=(place, slow, {}))
    first.start()
    half.wait()
    files.write_folder(place, second, {})
    assert {path.name: path.read_bytes() for path in place.iterdir()} == contents
    assert list(place.parent.iterdir()) == [place]
