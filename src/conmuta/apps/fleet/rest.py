"""What a node agent asks and tells, under `/node/v1/`. Who may: the bearer of a node's token."""

import asyncio
import contextlib
import zlib
from collections.abc import Callable
from functools import wraps
from typing import Any

import msgspec
from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse
from django.urls import path, register_converter
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from conmuta.adapters import storage
from conmuta.apps.fleet import actions, plans, ports, queries
from conmuta.apps.fleet.contracts import Batch
from conmuta.apps.fleet.errors import (
    BatchUnreadable,
    DiskFull,
    FileRefused,
    MessageUnreadable,
    NoSuchFile,
)
from conmuta.apps.fleet.models import Node
from conmuta.apps.tenancy import api as tenancy
from conmuta.platform.errors import NotFound, TooLarge
from conmuta.platform.listening import bell
from conmuta.platform.postgres import release
from conmuta.platform.scope import Scope
from conmuta_plan import encode
from conmuta_plan.node import Manifest, NodeReport, Stream

LONGEST_WAIT_SECONDS = 55
LOOK_AGAIN_SECONDS = 5.0  # should a notification be lost with its connection
REPORT_BYTES = 8 * 1024**2
BATCH_BYTES = 16 * 1024**2
BATCH_PLAIN_BYTES = 128 * 1024**2
NO_LONGER_KEPT = frozenset({"cdr"})
"""Streams of older agents (ADR 0099): counted, so that the agent goes on, and let go."""
_GZIP = 31

NodeView = Callable[..., HttpResponse]


def for_node(view: NodeView) -> NodeView:
    """Opens a view to the bearer of a node's token, in the system's scope."""

    @csrf_exempt
    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        node = queries.node_of_token(_token(request))
        with Scope.system(f"node:{node.pk}").active() as scope:
            return view(request, scope, node, *args, **kwargs)

    checked.door = "node"  # type: ignore[attr-defined]
    return checked


def _token(request: HttpRequest) -> str:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


@require_GET
async def manifest(request: HttpRequest) -> HttpResponse:
    """`?have=R&commands=C&wait=S`: answers when something is newer, else after S seconds."""
    loop = asyncio.get_running_loop()
    wait = min(_number(request, "wait", 0), LONGEST_WAIT_SECONDS)
    ends, settings = loop.time() + wait, None
    while True:
        rung = bell(plans.CHANNEL).arm() if wait else asyncio.Event()
        found = await sync_to_async(_look)(request)
        settings = settings or found.settings
        left = ends - loop.time()
        if left <= 0 or found.settings != settings or _says_more(found, request):
            return _answer(encode(found))
        await _either(rung, min(left, LOOK_AGAIN_SECONDS))


manifest.door = "node"  # type: ignore[attr-defined]


async def _either(rung: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await rung.wait()


def _look(request: HttpRequest) -> Manifest:
    """The manifest now. Gives its database connection back, for the wait may be long."""
    try:
        node = queries.node_of_token(_token(request))
        with Scope.system(f"node:{node.pk}").active() as scope:
            plans.render_stale(scope)
            taken = _number(request, "commands", node.commands_taken)
            found = queries.manifest(scope, node, _number(request, "have", 0), taken)
            actions.note_commands(node, found.commands, taken, kept="commands" in request.GET)
        return found
    finally:
        release()


def _says_more(found: Manifest, request: HttpRequest) -> bool:
    is_news = found.changed or found.removed or found.commands
    return bool(is_news) or found.revision != _number(request, "have", 0)


@for_node
@require_GET
def plan(_: HttpRequest, scope: Scope, node: Node, tenant: str, digest: str) -> HttpResponse:
    """A tenant's plan as canonical JSON, whose SHA-256 is `digest`."""
    del node
    return _answer(queries.plan_body(scope, tenant, digest))


@for_node
@require_GET
def media(_: HttpRequest, scope: Scope, node: Node, digest: str) -> HttpResponse:
    """A prompt, or a document to be faxed, by its SHA-256."""
    del scope, node
    try:
        with ports.storage.get()().open(digest) as file:
            return HttpResponse(file.read(), content_type="application/octet-stream")
    except storage.NotStored:
        raise NoSuchFile(digest=digest) from None


@for_node
@require_POST
def report(request: HttpRequest, scope: Scope, node: Node) -> HttpResponse:
    """A `NodeReport`."""
    try:
        told = msgspec.json.decode(_body(request, REPORT_BYTES), type=NodeReport)
    except msgspec.DecodeError as error:
        raise MessageUnreadable(reason=str(error)) from error
    actions.take_report(scope, node.pk, told)
    return _answer(b"{}")


@for_node
@require_POST
def batch(request: HttpRequest, scope: Scope, node: Node, stream: str, number: int) -> HttpResponse:
    """A gzip of one stream's lines. 409 tells the number that is expected."""
    if stream not in {*Stream, *NO_LONGER_KEPT}:
        raise NotFound(what=f"stream {stream}")
    plain = _unzipped(_body(request, BATCH_BYTES))
    if stream in NO_LONGER_KEPT:
        is_new = actions.pass_over_batch(node.pk, stream, number)
    else:
        kind = Stream(stream)
        taken = Batch(node_id=node.pk, node=node.name, stream=kind, number=number, body=plain)
        is_new = actions.take_batch(scope, taken)
    return _answer(msgspec.json.encode({"taken": number, "new": is_new}))


@for_node
@require_http_methods(["PUT"])
def file(request: HttpRequest, scope: Scope, node: Node, digest: str) -> HttpResponse:
    """A recording, mail or fax, kept under its SHA-256; sent twice, it is kept once."""
    del scope, node
    store = ports.storage.get()()
    tenancy.keep_file(digest)
    if not store.exists(digest):
        try:
            store.save(request, digest)
        except storage.TooLarge as error:
            raise TooLarge(limit=str(error)) from error
        except storage.StorageFull as error:
            raise DiskFull from error
        except storage.StorageError as error:
            raise FileRefused(reason=str(error)) from error
    return _answer(b"{}")


def _number(request: HttpRequest, name: str, default: int) -> int:
    given = request.GET.get(name, "")
    if given and not (given.isascii() and given.isdigit()):
        raise MessageUnreadable(reason=f"{name} is a number")
    return int(given) if given else default


def _body(request: HttpRequest, limit: int) -> bytes:
    read: bytes = request.read(limit + 1)
    if len(read) > limit:
        raise TooLarge(limit=limit)
    return read


def _unzipped(data: bytes) -> bytes:
    """The one gzip member in `data`, which may not grow past `BATCH_PLAIN_BYTES`."""
    reader = zlib.decompressobj(_GZIP)
    try:
        plain = reader.decompress(data, BATCH_PLAIN_BYTES + 1)
    except zlib.error as error:
        raise BatchUnreadable(reason=str(error)) from error
    if len(plain) > BATCH_PLAIN_BYTES:
        raise TooLarge(limit=BATCH_PLAIN_BYTES)
    if not reader.eof or reader.unused_data:
        raise BatchUnreadable(reason="it is cut short, or something follows it")
    return plain


def _answer(body: bytes) -> HttpResponse:
    return HttpResponse(body, content_type="application/json")


class _Digest:
    """64 hexadecimal digits."""

    regex = "[0-9a-f]{64}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(_Digest, "sha256")

urlpatterns = [
    path("manifest", manifest),
    path("plans/<slug:tenant>/<sha256:digest>", plan),
    path("media/<sha256:digest>", media),
    path("report", report),
    path("batches/<slug:stream>/<int:number>", batch),
    path("files/<sha256:digest>", file),
]
