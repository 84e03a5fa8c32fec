"""How much a request may carry, held before anything of it is kept.

Django writes a body to the disk before a view sees the request. So a large one is taken from those
alone who bear a node's token, and that is asked before the first byte.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

Message = Mapping[str, Any]
Connection = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Knows = Callable[[str], Awaitable[bool]]
App = Callable[[Connection, Receive, Send], Awaitable[None]]

PAGE_BYTES = 4 * 1024**2
NODE_BYTES = 16 * 1024**2
FILE_BYTES = 2 * 1024**3

STRANGER_BYTES = 64 * 1024

_REFUSALS: Mapping[int, tuple[str, str, str]] = {
    413: ("too_large", "Content Too Large", "This is larger than what is taken here."),
    401: ("fleet.node_unknown", "Unauthorized", "This token is no node's."),
    503: ("database_away", "Service Unavailable", "The database does not answer: try again."),
}
"""Code, title and sentence. The language of whoever asks is not known here yet."""


class BodyLimit:
    """Refuses a body that is announced too large, and cuts off one that grows so.

    `knows` says whether a token is a node's; `OSError` where that cannot be told now.
    """

    def __init__(self, app: App, knows: Knows) -> None:
        self._app, self._knows = app, knows

    async def __call__(self, scope: Connection, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = limit_of(scope["path"])
        status = await self._refusal(scope, limit)
        if status:
            await _refuse(send, status)
            return
        await self._app(scope, _counted(receive, limit), send)

    async def _refusal(self, scope: Connection, limit: int) -> int:
        """The status of the answer to who may not send this; 0: they may."""
        announced = _announced(scope)
        if announced > limit:
            return 413
        if not scope["path"].startswith("/node/") or announced <= STRANGER_BYTES:
            return 0
        try:
            return 0 if await self._knows(_token(scope)) else 401
        except OSError:
            return 503


def limit_of(path: str) -> int:
    if path.startswith("/node/v1/files/"):
        return FILE_BYTES
    return NODE_BYTES if path.startswith("/node/") else PAGE_BYTES


def _announced(scope: Connection) -> int:
    """What is sent in pieces, without a length, may be of any: more than a stranger's."""
    headers = dict(scope["headers"])
    length = headers.get(b"content-length", b"0")
    if b"transfer-encoding" in headers or not length.isdigit():
        return STRANGER_BYTES + 1
    return int(length)


def _token(scope: Connection) -> str:
    given = dict(scope["headers"]).get(b"authorization", b"").decode("latin-1")
    kind, _, token = given.partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def _counted(receive: Receive, limit: int) -> Receive:
    taken = 0

    async def counted() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        return {"type": "http.disconnect"} if taken > limit else message

    return counted


async def _refuse(send: Send, status: int) -> None:
    headers = [(b"content-type", b"application/problem+json"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": _problem(status)})


def _problem(status: int) -> bytes:
    """RFC 9457, as `platform.errors` has it."""
    code, title, detail = _REFUSALS[status]
    told = {"type": f"urn:conmuta:{code}", "title": title, "status": status}
    return json.dumps(told | {"detail": detail, "code": code}).encode()
