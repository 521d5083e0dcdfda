"""The script that shows the chat on the firm's pages: widget/dist/widget.js, as `make widget` builds it."""

from __future__ import annotations

import gzip
import hashlib
from functools import lru_cache
from pathlib import Path

from sanic import response
from sanic.request import Request
from sanic.response import HTTPResponse

FILE = Path(__file__).resolve().parent.parent / "widget" / "dist" / "widget.js"
HEADERS = {
    "Cache-Control": "no-cache",  # asked for each time, and sent only when it has changed
    "Vary": "Accept-Encoding",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "cross-origin",  # the firm's site may ask for it under any policy of its own
}


async def serve(request: Request) -> HTTPResponse:
    """The script, or that the browser has it; compressed for those who take it so."""
    try:
        script = FILE.read_bytes()
    except FileNotFoundError:
        return response.text("The widget has not been built yet: run `make widget`.", 404)
    tag, packed = _packed(script)
    headers = {**HEADERS, "ETag": tag}
    if tag in request.headers.get("if-none-match", ""):
        return response.empty(304, headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        script, headers["Content-Encoding"] = packed, "gzip"
    return response.raw(script, headers=headers, content_type="text/javascript; charset=utf-8")


@lru_cache(maxsize=1)
def _packed(script: bytes) -> tuple[str, bytes]:
    """Its tag, weak as both forms share it, and the script compressed."""
    return f'W/"{hashlib.sha256(script).hexdigest()[:32]}"', gzip.compress(script, mtime=0)
