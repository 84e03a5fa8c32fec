"""A body that is too large is cut off before it is kept."""

import socket
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from conmuta.apps.fleet import api as fleet
from conmuta.platform.scope import Scope
from conmuta.wiring.limits import (
    FILE_BYTES,
    NODE_BYTES,
    PAGE_BYTES,
    STRANGER_BYTES,
    BodyLimit,
    limit_of,
)
from conmuta_plan.node import NodeSettings


async def reads_all(scope: dict[str, Any], receive: Any, send: Any) -> None:
    taken, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        taken += len(message.get("body", b""))
        more = message.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(taken).encode()})


async def knows(token: str) -> bool:
    if token == "while the database is away":
        raise ConnectionError
    return token == "a-node"


def test_files_may_be_larger_than_batches_and_pages() -> None:
    assert limit_of("/node/v1/files/abc") == FILE_BYTES
    assert limit_of("/node/v1/batches/cel/1") == NODE_BYTES
    assert limit_of("/accounts/login/") == PAGE_BYTES


async def test_an_announced_size_is_believed_and_refused() -> None:
    transport = httpx.ASGITransport(BodyLimit(reads_all, knows))
    async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
        refused = await client.post("/accounts/login/", content=b"0" * (PAGE_BYTES + 1))
        taken = await client.post("/accounts/login/", content=b"0" * PAGE_BYTES)
    assert (refused.status_code, taken.status_code) == (413, 200)


async def test_a_body_that_grows_unannounced_is_cut_off() -> None:
    pieces = iter([b"0" * PAGE_BYTES, b"0"])
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": next(pieces), "more_body": True}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {"type": "http", "path": "/accounts/login/", "headers": []}
    await BodyLimit(reads_all, knows)(scope, receive, send)
    assert sent == []


@pytest.mark.parametrize(
    ("token", "size", "status"),
    [
        ("a-node", STRANGER_BYTES + 1, 200),
        ("nobody", STRANGER_BYTES + 1, 401),
        ("nobody", STRANGER_BYTES, 200),
        ("while the database is away", STRANGER_BYTES + 1, 503),
    ],
)
async def test_a_large_body_is_a_nodes(token: str, size: int, status: int) -> None:
    transport = httpx.ASGITransport(BodyLimit(reads_all, knows))
    bearer = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
        answer = await client.put("/node/v1/files/a", content=b"0" * size, headers=bearer)
    assert answer.status_code == status


async def test_pieces_without_a_length_are_a_nodes() -> None:
    async def never() -> dict[str, Any]:
        raise AssertionError("a stranger's body was read")

    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    headers = [(b"transfer-encoding", b"chunked")]
    scope = {"type": "http", "path": "/node/v1/files/a", "headers": headers}
    await BodyLimit(reads_all, knows)(scope, never, send)
    assert sent[0]["status"] == 401


def answer_to(server: str, token: str, size: int, body: bytes) -> bytes:
    """What the server says to a file that is announced, and of which `body` is sent."""
    parts = urlsplit(server)
    head = (
        f"PUT /node/v1/files/{'a' * 64} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {size}\r\n"
    )
    with socket.create_connection((parts.hostname, parts.port), timeout=20) as line:
        line.sendall(f"{head}Authorization: Bearer {token}\r\n\r\n".encode() + body)
        return line.recv(100).split(b"\r\n")[0]


def test_a_stranger_is_refused_before_a_byte_of_the_file_is_sent(server: str) -> None:
    assert b"401" in answer_to(server, "nobody", FILE_BYTES, b"")


def test_a_nodes_file_is_read_whole(server: str) -> None:
    with Scope.system("test").active() as system:
        token = fleet.create_node(system, "central", NodeSettings())
    size = STRANGER_BYTES * 4
    assert b"401" not in answer_to(server, token, size, b"0" * size)
