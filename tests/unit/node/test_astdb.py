"""What Asterisk's manager interface answers is heard whole, however the network cuts it."""

import socket
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support_node.home import running_asterisk
from tests.support_node.minimal import AMI_SECRET

from conmuta_node.astdb import AstDb, _answers

ACTIONS = (
    f"Action: Login\r\nUsername: conmuta\r\nSecret: {AMI_SECRET}\r\nEvents: off\r\n\r\n".encode(),
    AstDb.put("/o-norte-r-1/598/24", "2/3/centro"),
    b"Action: Command\r\nCommand: database show\r\n\r\n",
    AstDb.delete("/o-norte-r-1/598/24"),
    AstDb.delete("/o-norte-r-1/nobody"),
)
END = b"\r\n\r\n"


class Cut:
    """A connection on which answers come in these pieces, and then no more."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces: Iterator[bytes] = iter(pieces)

    def recv(self, _: int) -> bytes:
        return next(self._pieces, b"")


def heard(pieces: Iterable[bytes]) -> bytes:
    return _answers(cast("socket.socket", Cut(pieces)), len(ACTIONS))


def cut(stream: bytes, places: Iterable[int]) -> list[bytes]:
    ends = [0, *sorted(places), len(stream)]
    return [stream[begin:end] for begin, end in pairwise(ends) if begin < end]


@pytest.fixture(scope="module")
def stream(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """What a real Asterisk answers to these actions."""
    with (
        running_asterisk(tmp_path_factory.mktemp("astdb")) as (_, port),
        socket.create_connection(("127.0.0.1", port), timeout=60) as session,
    ):
        told = b""
        for number, action in enumerate(ACTIONS, 1):
            session.sendall(action)
            while told.count(END) < number:
                told += session.recv(1 << 16)
    assert told.endswith(END)
    assert told.count(b"Response: Error") == 1
    return told


def test_a_stream_cut_at_any_two_places_is_heard_whole(stream: bytes) -> None:
    near_ends = [
        place + off
        for place in range(len(stream))
        if stream.startswith(END, place)
        for off in range(6)
    ]
    for first in range(len(stream)):
        assert heard(cut(stream, [first])) == stream
    for first in near_ends:
        for second in near_ends:
            assert heard(cut(stream, {first, min(second, len(stream))})) == stream


def test_a_stream_of_single_bytes_is_heard_whole(stream: bytes) -> None:
    assert heard(cut(stream, range(len(stream)))) == stream


@settings(
    max_examples=300,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_a_stream_in_any_pieces_is_heard_whole(stream: bytes, data: st.DataObject) -> None:
    sizes = data.draw(st.lists(st.integers(1, 4) | st.integers(1, 200), max_size=len(stream)))
    places, here = [], 0
    for size in sizes:
        here = min(here + size, len(stream))
        places.append(here)
    assert heard(cut(stream, places)) == stream


def test_a_connection_that_ends_too_early_is_told(stream: bytes) -> None:
    with pytest.raises(ConnectionResetError):
        heard([stream[:-1]])
