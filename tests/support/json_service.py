"""A web service that answers JSON, and remembers what it was asked."""

import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SLOW = object()
"""An answer that takes longer than anyone waits."""
MOVED = {"moved": "to /elsewhere"}
"""An answer that sends on to `/elsewhere`, by status 302."""


@dataclass(frozen=True, slots=True)
class Asked:
    method: str
    path: str
    headers: Message
    body: str


@dataclass(slots=True)
class JsonService:
    url: str
    requests: list[Asked] = field(default_factory=list)


def _status(path: str, answer: object) -> int:
    if answer is None:
        return 404
    if answer is MOVED:
        return 302
    return 500 if path == "/error" else 200


@contextmanager
def json_service(answers: Mapping[str, object]) -> Iterator[JsonService]:
    """Answers each path; `/error` with status 500, unknown ones with 404."""
    service = JsonService("")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer("")

        def do_POST(self) -> None:
            length = int(self.headers["content-length"])
            self._answer(self.rfile.read(length).decode())

        def _answer(self, body: str) -> None:
            service.requests.append(Asked(self.command, self.path, self.headers, body))
            answer = answers.get(self.path.partition("?")[0])
            if answer is SLOW:
                time.sleep(3)
                return
            text = answer if isinstance(answer, str) else json.dumps(answer)
            self.send_response(_status(self.path, answer))
            self.send_header("Location", "/elsewhere")
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
