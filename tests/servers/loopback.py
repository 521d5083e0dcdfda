"""A small HTTP server that can be taken down, put up again, told to fail, or to lose its replies."""

from __future__ import annotations

import json
import socket
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, TypeVar

HOST = "127.0.0.1"
Me = TypeVar("Me", bound="LoopbackServer")


@dataclass(frozen=True)
class Request:
    """What somebody sent; the names of the headers are in lower case."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body read as JSON."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Answer:
    """What goes back."""

    status: int = 200
    body: bytes = b"{}"
    headers: Mapping[str, str] = field(default_factory=dict)


class _Service(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


class LoopbackServer:
    """Keeps its port while it goes down and up. ``received`` has every request that it served or refused."""

    def __init__(self) -> None:
        self.received: list[Request] = []
        self._refusals: deque[Answer] = deque()
        self._replies_to_lose = 0
        self._lock = threading.Lock()
        self._service: _Service | None = None
        self.port = 0
        self.up()

    @property
    def url(self) -> str:
        """Its address, without a slash at the end."""
        return f"http://{HOST}:{self.port}"

    def serve(self, request: Request) -> Answer:
        """The answer of a server in good health."""
        return Answer()

    def refuse_next(self, *answers: Answer) -> None:
        """Each of these answers one request, which is not served."""
        self._refusals.extend(answers)

    def lose_replies(self, count: int) -> None:
        """Serves the next requests and hangs up without a word, as when a cable breaks in between."""
        self._replies_to_lose = count

    def up(self) -> None:
        """Listens, on the same port as before."""
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                server._handle(self)

            do_GET = do_POST

            def log_message(self, format: str, *args: Any) -> None:
                """Says nothing."""

        self._service = _Service((HOST, self.port), Handler)
        self.port = self._service.server_address[1]
        threading.Thread(target=self._service.serve_forever, args=(0.01,), daemon=True).start()

    def down(self) -> None:
        """Connections are refused from now on."""
        if self._service is not None:
            self._service.shutdown()
            self._service.server_close()
            self._service = None

    def _handle(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in handler.headers.items()}
        request = Request(handler.path, headers, body)
        with self._lock:
            self.received.append(request)
            answer = self._refusals.popleft() if self._refusals else self.serve(request)
            lost, self._replies_to_lose = self._replies_to_lose > 0, max(0, self._replies_to_lose - 1)
        if not lost:
            _send(handler, answer)

    def __enter__(self: Me) -> Me:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.down()


def _send(handler: BaseHTTPRequestHandler, answer: Answer) -> None:
    handler.send_response(answer.status)
    for name, value in {"Content-Type": "application/json", **answer.headers}.items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(answer.body)))
    handler.end_headers()
    handler.wfile.write(answer.body)


@contextmanager
def silent_port() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        listener.listen(64)
        yield listener.getsockname()[1]


def free_port() -> int:
    """A port where nobody listens now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
