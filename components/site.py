"""The demonstration site at / of the Rasa server: a law firm's pages with the chat on them. Development only.

Its Content-Security-Policy is a strict one, without inline script or style, as a careful webmaster would set.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, NamedTuple

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

DEMO = Path(__file__).resolve().parent.parent / "widget" / "demo"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
}


class _File(NamedTuple):
    name: str
    kind: str


HTML = "text/html; charset=utf-8"
FILES = {
    "/": _File("index.html", HTML),
    "/contact": _File("contact.html", HTML),
    "/demo/site.css": _File("site.css", "text/css; charset=utf-8"),
    "/demo/site.js": _File("site.js", "text/javascript; charset=utf-8"),
}


class _RootBlueprint(Blueprint):
    """Answers before Rasa's own 'Hello from Rasa' at / does."""

    def register(self, app: Sanic, options: dict[str, Any]) -> None:
        """Registers with the app, and the pages in front of its routes."""
        super().register(app, options)
        pages = {path: (DEMO / file.name).read_bytes() for path, file in FILES.items()}

        async def serve(request: Request) -> HTTPResponse | None:
            page = pages.get(request.path)
            if page is None or request.method not in ("GET", "HEAD"):
                return None
            return response.raw(page, content_type=FILES[request.path].kind, headers=HEADERS)

        app.register_middleware(serve, "request")


class DemoSite(InputChannel):
    """The pages as a channel named in credentials.yml; it takes no messages itself."""

    @classmethod
    def name(cls) -> str:
        """The name of the channel, also the last part of its address."""
        return "site"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Only the pages."""
        return _RootBlueprint("site", __name__)
