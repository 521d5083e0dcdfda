"""The other end of Slack's Socket Mode: takes a websocket, sends envelopes over it, and notes what is acknowledged.

Documented at https://docs.slack.dev/apis/events-api/using-socket-mode.
"""

from __future__ import annotations

import asyncio
import itertools
from threading import Event, Thread
from typing import Any

from aiohttp import web

from tests.servers.loopback import HOST, free_port


class SocketServer:
    """Listens from when it is made until ``stop``. ``acknowledged``: what was answered, by envelope."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"ws://{HOST}:{self.port}/link"
        self.acknowledged: dict[str, dict[str, Any]] = {}
        self.connections = 0
        self._numbers = itertools.count(1)
        self._socket: web.WebSocketResponse | None = None
        self._loop, self._ended, ready = asyncio.new_event_loop(), asyncio.Event(), Event()
        self._thread = Thread(target=lambda: self._loop.run_until_complete(self._serve(ready)), daemon=True)
        self._thread.start()
        assert ready.wait(10)

    @property
    def is_connected(self) -> bool:
        return self._socket is not None and not self._socket.closed

    def send(self, kind: str, payload: object, envelope: str = "") -> str:
        """Sends an envelope, and returns its id."""
        assert self._socket is not None
        name = envelope or f"envelope-{next(self._numbers)}"
        message = {"envelope_id": name, "type": kind, "payload": payload, "accepts_response_payload": True}
        asyncio.run_coroutine_threadsafe(self._socket.send_json(message), self._loop).result(10)
        return name

    def hang_up(self) -> None:
        """Ends the connection, as Slack does now and then."""
        assert self._socket is not None
        asyncio.run_coroutine_threadsafe(self._socket.close(), self._loop).result(10)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(10)

    async def _serve(self, ready: Event) -> None:
        app = web.Application()
        app.router.add_get("/link", self._link)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, HOST, self.port).start()
        ready.set()
        await self._ended.wait()
        await runner.cleanup()

    async def _link(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._socket, self.connections = socket, self.connections + 1
        await socket.send_json({"type": "hello", "num_connections": 1})
        async for message in socket:
            answer = message.json()
            self.acknowledged[answer["envelope_id"]] = answer
        return socket
