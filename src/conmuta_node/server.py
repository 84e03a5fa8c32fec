"""The server as the node sees it: a few HTTP requests (docs/reference/node-protocol.md)."""

import asyncio
import gzip
from collections.abc import AsyncIterator
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx
import msgspec

from conmuta_node.errors import ServerAway, ServerRefused
from conmuta_plan.codec import decode, encode
from conmuta_plan.node import Manifest, NodeReport, Stream

ANSWER_SECONDS = 30.0
_PIECE = 1 << 18
_GONE_FOR_NOW = frozenset({408, 425, 429, 500, 502, 503, 504, 507})


class WrongNumber(ServerRefused):
    """The server expects another batch number."""

    def __init__(self, expected: int) -> None:
        super().__init__(f"The server expects batch {expected}.")
        self.expected = expected


class ServerClient:
    """Requests of one node. All raise `ServerAway` (try again) or `ServerRefused` (do not)."""

    def __init__(self, url: str, token: str) -> None:
        self._http = httpx.AsyncClient(
            base_url=f"{url.rstrip('/')}/node/v1/",
            headers={"Authorization": f"Bearer {token}"},
            timeout=httpx.Timeout(ANSWER_SECONDS, connect=5.0),
            limits=httpx.Limits(max_connections=16),
            trust_env=False,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._http.aclose()

    async def manifest(self, have: int, commands: int, wait: int) -> Manifest:
        """What changed after revision `have`, and the commands after the one of id `commands`.

        Where there is nothing new the server holds the answer up to `wait` seconds.
        """
        path = f"manifest?have={have}&commands={commands}&wait={wait}"
        answer = await self._ask("GET", path, timeout=wait + ANSWER_SECONDS)
        return _decoded(answer, Manifest)

    async def plan(self, tenant: str, digest: str) -> bytes:
        """The canonical JSON of a tenant's plan."""
        return (await self._ask("GET", f"plans/{tenant}/{digest}")).content

    async def media(self, digest: str) -> bytes:
        """A prompt's WAV file, or a document to send, by its SHA-256."""
        return (await self._ask("GET", f"media/{digest}")).content

    async def report(self, report: NodeReport) -> None:
        """Tell how this node is."""
        await self._ask("POST", "report", content=encode(report), kind="application/json")

    async def batch(self, stream: Stream, number: int, lines: bytes) -> None:
        """Hand over batch `number`; it is the server's once this returns.

        Raises `WrongNumber` where the server expects another one.
        """
        body = gzip.compress(lines, compresslevel=4, mtime=0)
        await self._ask("POST", f"batches/{stream}/{number}", content=body, kind="application/gzip")

    async def put_file(self, sha256: str, path: Path) -> None:
        """Hand over a file; the server keeps it under its digest."""
        await self._ask(
            "PUT",
            f"files/{sha256}",
            content=_pieces(path),
            kind="application/octet-stream",
            length=await asyncio.to_thread(_size, path),
        )

    async def _ask(
        self,
        method: str,
        path: str,
        *,
        content: bytes | AsyncIterator[bytes] | None = None,
        kind: str = "",
        length: int | None = None,
        timeout: float = ANSWER_SECONDS,  # noqa: ASYNC109 — handed to httpx
    ) -> httpx.Response:
        headers = {"Content-Type": kind} if kind else {}
        if length is not None:
            headers["Content-Length"] = str(length)
        try:
            answer = await self._http.request(
                method, path, content=content, headers=headers, timeout=timeout
            )
        except httpx.HTTPError as error:
            message = f"The server cannot be reached ({type(error).__name__})."
            raise ServerAway(message) from error
        return _checked(answer)


def _checked(answer: httpx.Response) -> httpx.Response:
    if answer.is_success:
        return answer
    told = _told(answer)
    if answer.status_code in _GONE_FOR_NOW:
        raise ServerAway(f"The server cannot answer now: {told}")
    if answer.status_code == httpx.codes.CONFLICT:
        expected = str(_problem(answer).get("expected", ""))
        if expected.isdecimal():
            raise WrongNumber(int(expected))
    raise ServerRefused(f"The server refused {answer.request.url.path}: {told}")


def _problem(answer: httpx.Response) -> dict[str, object]:
    try:
        return msgspec.json.decode(answer.content, type=dict[str, object])
    except msgspec.DecodeError:
        return {}


def _told(answer: httpx.Response) -> str:
    problem = _problem(answer)
    return str(problem.get("detail") or problem.get("title") or f"HTTP {answer.status_code}")


def _decoded(answer: httpx.Response, kind: type[Manifest]) -> Manifest:
    try:
        return decode(answer.content, kind)
    except msgspec.DecodeError as error:
        message = f"The server's answer cannot be read: {error}"
        raise ServerAway(message) from error


def _size(path: Path) -> int:
    return path.stat().st_size


async def _pieces(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece
