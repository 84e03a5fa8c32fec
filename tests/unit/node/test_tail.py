"""Growing files of lines: cut at line ends, put aside when large, found again after a death."""

import os
from pathlib import Path

import pytest

from conmuta_node.spool import tail
from conmuta_node.spool.tail import LineFile, open_files


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cel.csv"


def test_only_whole_lines_are_read(path: Path) -> None:
    path.write_bytes(b"one\ntwo\nthr")
    chunk = LineFile(path).read(1, 0)
    assert chunk is not None
    assert (chunk.data, chunk.first, chunk.last) == (b"one\ntwo\n", 0, 8)
    assert LineFile(path).read(1, 8) is None


def test_a_batch_has_two_thousand_lines_at_most(path: Path) -> None:
    path.write_bytes(b"x\n" * 5000)
    lines = LineFile(path)
    sizes, at = [], 0
    while (chunk := lines.read(1, at)) is not None:
        sizes.append(chunk.data.count(b"\n"))
        at = chunk.last
    assert sizes == [2000, 2000, 1000]


def test_a_line_without_end_goes_in_pieces(path: Path) -> None:
    path.write_bytes(b"x" * 2_500_000)
    chunk = LineFile(path).read(1, 0)
    assert chunk is not None
    assert chunk.last == tail.MAX_BYTES


def test_a_line_left_open_is_closed_once_it_is_stale(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tail, "STALE_SECONDS", 0.0)
    path.write_bytes(b"half")
    lines = LineFile(path)
    assert lines.read(1, 0) is None  # seen
    assert lines.read(1, 0) is None  # closed
    chunk = lines.read(1, 0)
    assert chunk is not None
    assert chunk.data == b"half\n"


def test_a_large_file_is_put_aside_only_when_read_to_its_end(path: Path) -> None:
    lines = LineFile(path, rotate_bytes=10)
    path.write_bytes(b"0123456789\n")
    assert not lines.put_aside(1, 5)
    assert lines.put_aside(1, 11)
    assert path.with_name("cel.csv.1").read_bytes() == b"0123456789\n"
    path.write_bytes(b"new\n")
    assert lines.where(1).name == "cel.csv.1"
    assert lines.where(2) == path


def test_what_a_late_writer_adds_to_a_file_put_aside_is_read(path: Path) -> None:
    lines = LineFile(path, rotate_bytes=1)
    path.write_bytes(b"one\n")
    with path.open("ab") as late:
        assert lines.put_aside(1, 4)
        late.write(b"two\n")
    chunk = lines.read(1, 4)
    assert chunk is not None
    assert chunk.data == b"two\n"


def test_a_file_put_aside_is_finished_once_nobody_writes_to_it(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tail, "SETTLE_SECONDS", 0.0)
    asked: list[str] = []
    lines = LineFile(path, lambda: asked.append("reopen"), rotate_bytes=1)
    path.write_bytes(b"one\n")
    assert lines.put_aside(1, 4)
    with lines.where(1).open("ab"):
        assert not lines.finished(1, 4, open_files(os.getpid()))
    assert asked == ["reopen", "reopen"]
    assert lines.finished(1, 4, frozenset())
    lines.drop_before(2)
    assert not path.with_name("cel.csv.1").exists()


def test_the_oldest_file_on_disk_is_where_an_agent_without_memory_begins(path: Path) -> None:
    assert LineFile(path).first_number() == 1
    path.with_name("cel.csv.7").write_bytes(b"")
    path.with_name("cel.csv.8").write_bytes(b"")
    assert LineFile(path).first_number() == 7
