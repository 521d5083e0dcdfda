"""A channel of ours on a real Sanic server, in a thread of this process, with or without an agent behind it."""

from __future__ import annotations

import asyncio
from threading import Event, Thread
from uuid import uuid4

from rasa.core.channels.channel import InputChannel, register
from sanic import Sanic

from tests.servers.loopback import HOST, free_port


class SanicApp:
    """Listens from when it is made until ``stop``."""

    def __init__(self, channel: InputChannel, agent: object = None, port: int = 0) -> None:
        self.port = port or free_port()
        self.url = f"http://{HOST}:{self.port}"
        self._app = Sanic(f"app_{uuid4().hex}", configure_logging=False)
        self._app.config.TOUCHUP = False  # it rewrites Sanic's classes, once a process
        self._app.ctx.agent = agent
        register([channel], self._app, route="/webhooks/")
        self._loop, self._ended, ready = asyncio.new_event_loop(), asyncio.Event(), Event()
        self._thread = Thread(target=self._run, args=(ready,), daemon=True)
        self._thread.start()
        assert ready.wait(10)

    def stop(self) -> None:
        """Ends as a server does that is told to."""
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(10)

    def _run(self, ready: Event) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve(ready))

    async def _serve(self, ready: Event) -> None:
        server = await self._app.create_server(HOST, self.port, return_asyncio_server=True, access_log=False)
        await server.startup()
        await server.before_start()
        await server.after_start()
        ready.set()
        await self._ended.wait()
        await server.before_stop()
        server.close()
        await server.wait_closed()
