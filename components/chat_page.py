"""Serves a plain chat page at / of the Rasa server, for development. It talks to its REST channel."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

PAGE = Path(__file__).resolve().parent.parent / "widget" / "chat.html"
HEADERS = {
    # The page is one file: it loads nothing, speaks only to its own server, and no other site may frame it.
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline';"
    " img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
}


class _RootBlueprint(Blueprint):
    """A blueprint that answers GET / before Rasa's own 'Hello from Rasa' does."""

    def register(self, app: Sanic, options: dict[str, Any]) -> None:
        """Registers with the app, and the page in front of its routes."""
        super().register(app, options)
        page = PAGE.read_text(encoding="utf-8")

        async def serve(request: Request) -> HTTPResponse | None:
            if request.path == "/" and request.method == "GET":
                return response.html(page, headers=HEADERS)
            return None

        app.register_middleware(serve, "request")


class ChatPage(InputChannel):
    """The page as a channel named in credentials.yml; it takes no messages itself."""

    @classmethod
    def name(cls) -> str:
        """The name of the channel, also the last part of its address."""
        return "chat"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Only the page."""
        return _RootBlueprint("chat_page", __name__)
