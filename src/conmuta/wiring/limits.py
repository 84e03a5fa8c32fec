"""How much a request may carry, held before anything of it is kept."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

Message = Mapping[str, Any]
Connection = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Connection, Receive, Send], Awaitable[None]]

PAGE_BYTES = 4 * 1024**2
NODE_BYTES = 16 * 1024**2
FILE_BYTES = 2 * 1024**3

_REFUSAL = b'{"type":"urn:conmuta:too_large","title":"Content Too Large","status":413}'


class BodyLimit:
    """Refuses a body that is announced too large, and cuts off one that grows so."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Connection, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = limit_of(scope["path"])
        if _announced(scope) > limit:
            await _refuse(send)
            return
        await self._app(scope, _counted(receive, limit), send)


def limit_of(path: str) -> int:
    if path.startswith("/node/v1/files/"):
        return FILE_BYTES
    return NODE_BYTES if path.startswith("/node/") else PAGE_BYTES


def _announced(scope: Connection) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value)
    return 0


def _counted(receive: Receive, limit: int) -> Receive:
    taken = 0

    async def counted() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        return {"type": "http.disconnect"} if taken > limit else message

    return counted


async def _refuse(send: Send) -> None:
    headers = [(b"content-type", b"application/problem+json"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": _REFUSAL})
