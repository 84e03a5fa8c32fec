"""A body that is too large is cut off before it is kept."""

from typing import Any

import httpx

from conmuta.wiring.limits import FILE_BYTES, NODE_BYTES, PAGE_BYTES, BodyLimit, limit_of


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


def test_files_may_be_larger_than_batches_and_pages() -> None:
    assert limit_of("/node/v1/files/abc") == FILE_BYTES
    assert limit_of("/node/v1/batches/cdr/1") == NODE_BYTES
    assert limit_of("/accounts/login/") == PAGE_BYTES


async def test_an_announced_size_is_believed_and_refused() -> None:
    transport = httpx.ASGITransport(BodyLimit(reads_all))
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
    await BodyLimit(reads_all)(scope, receive, send)
    assert sent == []
