"""The server's side of the node protocol, for tests: real HTTP, all in memory.

It takes each batch number once and keeps what came, so that a test can ask what a server would
have. It can be stopped and started again on the same port with all that it has.
"""

import gzip
import hashlib
import json
import re
import threading
import time
from collections import defaultdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from conmuta_plan import TenantPlan, digest, encode
from conmuta_plan.codec import decode
from conmuta_plan.node import Command, Manifest, NodeReport, NodeSettings, TenantRevision
from conmuta_plan.operator import OperatorPlan

TOKEN = "the token of a node in tests"


class ServerDouble:
    """What the server knows, and what nodes told it."""

    def __init__(self, settings: NodeSettings, port: int = 0) -> None:
        self.settings = settings
        self.revision = 0
        self.wanted: dict[str, TenantRevision] = {}
        self.removed: dict[str, int] = {}
        self.plans: dict[tuple[str, str], bytes] = {}
        self.media: dict[str, bytes] = {}
        self.commands: list[Command] = []
        self.batches: dict[str, list[bytes]] = defaultdict(list)
        self.repeated = 0
        self.files: dict[str, bytes] = {}
        self.reports: list[NodeReport] = []
        self.fail_after_taking = 0
        """So many batches are taken, but the answer is lost."""
        self.changed = threading.Condition()
        self._port = port
        self._http: ThreadingHTTPServer | None = None

    # -- for tests --

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> "ServerDouble":
        handler = type("Handler", (_Handler,), {"double": self})
        self._http = _Http(("127.0.0.1", self._port), handler)
        self._port = self._http.server_address[1]
        threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def stop(self) -> None:
        if self._http is not None:
            self._http.shutdown()
            self._http.server_close()
            self._http = None

    def want(self, plan: TenantPlan | OperatorPlan) -> int:
        unit = plan.unit if isinstance(plan, OperatorPlan) else plan.tenant
        return self.want_bytes(unit, encode(plan), digest(plan))

    def want_bytes(self, tenant: str, data: bytes, name: str) -> int:
        with self.changed:
            self.revision += 1
            self.plans[tenant, name] = data
            self.wanted[tenant] = TenantRevision(tenant=tenant, revision=self.revision, digest=name)
            self.removed.pop(tenant, None)
            self.changed.notify_all()
            return self.revision

    def remove(self, tenant: str) -> None:
        with self.changed:
            self.revision += 1
            self.wanted.pop(tenant, None)
            self.removed[tenant] = self.revision
            self.changed.notify_all()

    def command(self, kind: str, tenant: str, body: object) -> int:
        with self.changed:
            number = len(self.commands) + 1
            order = Command(id=number, kind=kind, tenant=tenant, body=json.dumps(body))
            self.commands.append(order)
            self.changed.notify_all()
            return number

    def keep_media(self, data: bytes) -> str:
        name = hashlib.sha256(data).hexdigest()
        self.media[name] = data
        return name

    def lines(self, stream: str) -> list[str]:
        return b"".join(self.batches[stream]).decode(errors="replace").splitlines()

    def outcome(self, tenant: str) -> tuple[int, str, str] | None:
        """(revision, outcome, reason) as last reported."""
        for report in reversed(self.reports[-1:]):
            for outcome in report.outcomes:
                if outcome.tenant == tenant:
                    return outcome.revision, str(outcome.outcome), outcome.reason
        return None

    def in_force(self, tenant: str, revision: int) -> bool:
        return self.outcome(tenant) == (revision, "in_force", "")

    def is_refused(self, tenant: str, revision: int) -> bool:
        outcome = self.outcome(tenant)
        return outcome is not None and outcome[:2] == (revision, "refused")

    # -- for the handler --

    def manifest(self, have: int, commands: int, wait: float) -> Manifest:
        until = time.monotonic() + wait
        with self.changed:
            while (
                self.revision == have
                and not any(c.id > commands for c in self.commands)
                and (left := until - time.monotonic()) > 0
                and self._http is not None
            ):
                self.changed.wait(min(left, 0.5))
            after = have if have <= self.revision else 0
            return Manifest(
                revision=self.revision,
                settings=self.settings,
                changed=tuple(w for w in self.wanted.values() if w.revision > after),
                removed=tuple(t for t, r in self.removed.items() if r > after),
                commands=tuple(c for c in self.commands if c.id > commands),
            )

    def take_batch(self, stream: str, number: int, data: bytes) -> int | None:
        """None where it is taken, else the number expected."""
        with self.changed:
            have = self.batches[stream]
            if number > len(have) + 1:
                return len(have) + 1
            if number == len(have) + 1:
                have.append(data)
            else:
                self.repeated += 1
            return None


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """A node that was killed in the middle of a request is no fault here."""


class _Handler(BaseHTTPRequestHandler):
    double: ServerDouble
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 — its name above
        """Quiet."""

    def do_GET(self) -> None:
        self._route("GET")

    def do_POST(self) -> None:
        self._route("POST")

    def do_PUT(self) -> None:
        self._route("PUT")

    def _route(self, method: str) -> None:
        body = self._body()
        if self.double._http is None:
            self.close_connection = True
            return
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            self._answer(401, b'{"title": "Unknown node"}')
            return
        url = urlsplit(self.path)
        parts = url.path.removeprefix("/node/v1/").split("/")
        handler = getattr(self, f"_{method.lower()}_{parts[0]}", None)
        if handler is None:
            self._answer(404, b'{"title": "No such place"}')
            return
        handler(parts[1:], {k: v[0] for k, v in parse_qs(url.query).items()}, body)

    def _body(self) -> bytes:
        """Whole, as the real server takes it: a node killed between head and body said nothing.

        An empty body would be an empty gzip, and count as the batch of that number.
        """
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length)
        if len(body) < length:
            raise ConnectionResetError
        return body

    def _answer(self, status: int, data: bytes = b"{}") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _get_manifest(self, _: list[str], query: dict[str, str], __: bytes) -> None:
        numbers = [int(query[name]) for name in ("have", "commands", "wait")]
        self._answer(200, encode(self.double.manifest(*numbers)))

    def _get_plans(self, parts: list[str], _: dict[str, str], __: bytes) -> None:
        data = self.double.plans.get((parts[0], parts[1]))
        self._answer(200 if data is not None else 404, data or b'{"title": "No such plan"}')

    def _get_media(self, parts: list[str], _: dict[str, str], __: bytes) -> None:
        data = self.double.media.get(parts[0])
        self._answer(200 if data is not None else 404, data or b'{"title": "No such file"}')

    def _post_report(self, _: list[str], __: dict[str, str], body: bytes) -> None:
        self.double.reports.append(decode(body, NodeReport))
        self._answer(200)

    def _post_batches(self, parts: list[str], _: dict[str, str], body: bytes) -> None:
        expected = self.double.take_batch(parts[0], int(parts[1]), gzip.decompress(body))
        if expected is not None:
            self._answer(409, json.dumps({"title": "Ahead", "expected": str(expected)}).encode())
            return
        if self.double.fail_after_taking > 0:
            self.double.fail_after_taking -= 1
            self.close_connection = True
            return
        self._answer(200)

    def _put_files(self, parts: list[str], _: dict[str, str], body: bytes) -> None:
        if not re.fullmatch(r"[0-9a-f]{64}", parts[0]):
            self._answer(422, b'{"title": "No digest"}')
            return
        if hashlib.sha256(body).hexdigest() != parts[0]:
            self._answer(422, b'{"title": "Damaged"}')
            return
        self.double.files[parts[0]] = body
        self._answer(201)
