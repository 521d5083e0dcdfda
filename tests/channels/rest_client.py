"""A program that asks over REST, as it is seen on the wire."""

from __future__ import annotations

import http.client
import json
import time
import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

PATH = "/webhooks/rest/webhook"
LIMIT_S = 30.0
JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Reply:
    """What came back, and how many seconds after the request."""

    status: int
    body: Any
    headers: dict[str, str]
    seconds: float

    @property
    def text(self) -> str:
        """All texts of an answer, or the reason why there is none."""
        messages = self.body if isinstance(self.body, list) else [self.body]
        return "\n".join(message.get("text") or "" for message in messages)

    @property
    def buttons(self) -> list[dict[str, str]]:
        return [button for message in self.body for button in message.get("buttons", [])]


def new_id() -> str:
    return f"test-{uuid.uuid4().hex}"


def send(url: str, body: bytes, headers: dict[str, str] | None = None, path: str = PATH) -> Reply:
    """Any bytes. Raises ``OSError`` or ``http.client.HTTPException`` when there is no answer."""
    host = urlsplit(url)
    connection = http.client.HTTPConnection(str(host.hostname), host.port, timeout=LIMIT_S)
    started = time.monotonic()
    try:
        connection.request("POST", path, body, headers or JSON)
        answer = connection.getresponse()
        content = answer.read()
    finally:
        connection.close()
    seconds = time.monotonic() - started
    found = {name.lower(): value for name, value in answer.getheaders()}
    kind = found.get("content-type", "")
    return Reply(answer.status, json.loads(content) if "json" in kind else content, found, seconds)


def ask(url: str, sender: object, message: object, headers: dict[str, str] | None = None, **more: object) -> Reply:
    """One message."""
    return send(url, json.dumps({"sender": sender, "message": message, **more}).encode(), {**JSON, **(headers or {})})
