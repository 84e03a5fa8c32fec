"""Batches keep their number and their bytes until the server has them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from conmuta_node.memory import Memory
from conmuta_node.spool.outbox import FileSource, LineSource, add_lines
from conmuta_node.spool.tail import LineFile
from conmuta_plan.node import MailDone, Stream


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Memory]:
    opened = Memory(tmp_path / "agent/memory.sqlite3")
    yield opened
    opened.close()


def source_of(memory: Memory, path: Path) -> FileSource:
    return FileSource(memory, Stream.CEL, LineFile(path))


def test_a_batch_not_taken_is_the_same_bytes_after_a_death(tmp_path: Path, memory: Memory) -> None:
    path = tmp_path / "cel.csv"
    path.write_bytes(b"one\n")
    first = source_of(memory, path).next_batch()
    with path.open("ab") as file:
        file.write(b"two\n")
    again = source_of(memory, path).next_batch()
    assert first == again
    assert again is not None
    assert (again.number, again.data) == (1, b"one\n")


def test_the_next_batch_begins_where_the_last_ended(tmp_path: Path, memory: Memory) -> None:
    path = tmp_path / "cel.csv"
    path.write_bytes(b"one\n")
    source = source_of(memory, path)
    first = source.next_batch()
    assert first is not None
    source.sent(first)
    assert source.next_batch() is None
    with path.open("ab") as file:
        file.write(b"two\n")
    second = source.next_batch()
    assert second is not None
    assert (second.number, second.data) == (2, b"two\n")
    assert source.pending() == 1


def test_a_file_that_somebody_replaced_is_read_from_its_beginning(
    tmp_path: Path, memory: Memory
) -> None:
    path = tmp_path / "cel.csv"
    path.write_bytes(b"a long first line\n")
    source = source_of(memory, path)
    first = source.next_batch()
    assert first is not None
    source.sent(first)
    path.write_bytes(b"new\n")
    assert source.next_batch() is None
    second = source.next_batch()
    assert second is not None
    assert second.data == b"new\n"


def test_unsent_batches_take_the_numbers_that_the_server_expects(
    tmp_path: Path, memory: Memory
) -> None:
    path = tmp_path / "cel.csv"
    path.write_bytes(b"one\n")
    source = source_of(memory, path)
    assert source.next_batch() is not None
    source.renumber(41)
    batch = source.next_batch()
    assert batch is not None
    assert batch.number == 41
    source.sent(batch)
    path.write_bytes(b"one\ntwo\n")
    later = source.next_batch()
    assert later is not None
    assert later.number == 42


def test_lines_of_the_agents_own_go_once_the_server_has_them(memory: Memory) -> None:
    with memory.transaction() as sql:
        add_lines(sql, Stream.MAIL, [MailDone(tenant="acme", sha256="a" * 64)])
    source = LineSource(memory, Stream.MAIL)
    batch = source.next_batch()
    assert batch is not None
    assert batch == source.next_batch()
    assert b'"acme"' in batch.data
    source.sent(batch)
    assert source.next_batch() is None
    assert memory.rows("SELECT count(*) FROM lines") == [(0,)]


def add_and_fail(memory: Memory) -> None:
    with memory.transaction() as sql:
        add_lines(sql, Stream.MAIL, [MailDone(tenant="acme", sha256="a" * 64)])
        raise RuntimeError


def test_a_transaction_that_fails_leaves_nothing(memory: Memory) -> None:
    with pytest.raises(RuntimeError):
        add_and_fail(memory)
    assert LineSource(memory, Stream.MAIL).next_batch() is None
