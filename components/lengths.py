"""Refuses requests that misstate the length of their body, before Sanic works with it.

Sanic 22.6 reads on for ever at a negative Content-Length, in a loop that lets nobody else in: one such request, to whatever
address, stops the whole server. At one that is no number it answers 500. Of two lengths that differ a proxy may believe the
other one (RFC 9112, 6.3), so that is no request either.
"""

from __future__ import annotations

import re

from sanic import Sanic
from sanic.exceptions import InvalidUsage

_LENGTH = re.compile(rb"[0-9]{1,15}")
_GUARDED = "lengths_are_checked"


def guard(app: Sanic) -> None:
    """From now on, for all addresses of the app; more than once does no harm."""
    if hasattr(app.ctx, _GUARDED):
        return
    setattr(app.ctx, _GUARDED, True)

    @app.signal("http.lifecycle.read_head")
    async def check_head(head: bytes) -> None:
        check(head)


def check(head: bytes) -> None:
    """``head``: of a request, as it came. Raises ``InvalidUsage``."""
    lengths, codings = [], []
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        match name.strip().lower():
            case b"content-length":
                lengths.append(value.strip())
            case b"transfer-encoding":
                codings.append(value.strip().lower())
    if lengths and (codings or len(lengths) > 1 or not _LENGTH.fullmatch(lengths[0])):
        raise InvalidUsage("The length of the body is misstated")
    if codings not in ([], [b"chunked"]):
        raise InvalidUsage("Only chunked bodies are read")
