"""A system of the firm that takes signed leads, as the README tells its programmers to write it."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from tests.servers.loopback import Answer, LoopbackServer, Request

SECRET = "webhook-secret"


class WebhookServer(LoopbackServer):
    """``leads`` has each lead once: a known Idempotency-Key is answered 409."""

    def __init__(self) -> None:
        self.leads: dict[str, dict[str, Any]] = {}
        super().__init__()

    def serve(self, request: Request) -> Answer:
        """Checks the signature, then takes the lead if it is new."""
        if not is_signed(request):
            return Answer(401)
        key = request.headers["idempotency-key"]
        if key in self.leads:
            return Answer(409)
        self.leads[key] = request.json
        return Answer(202)


def is_signed(request: Request, secret: str = SECRET) -> bool:
    """``X-Signature: t=<seconds>,v1=<hex of HMAC-SHA256 over "t.body">``."""
    parts = dict(part.split("=", 1) for part in request.headers.get("x-signature", "t=0,v1=").split(","))
    expected = hmac.new(
        secret.encode(), parts["t"].encode() + b"." + request.body, hashlib.sha256
    ).hexdigest()
    return hmac.compare_digest(parts["v1"], expected)
