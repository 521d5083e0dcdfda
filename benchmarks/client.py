"""A visitor of a bot's REST channel, on a connection that stays open."""

from __future__ import annotations

import http.client
import json
import time
from typing import Any, NamedTuple

HOST = "127.0.0.1"
PATH = "/webhooks/rest/webhook"
IDLE_S = 3.0  # Rasa's server closes a connection after 5 s
LIMIT_S = 120.0
SHORTEST_NAME = 16  # of a conversation, as our REST channel has it


class Said(NamedTuple):
    """What came back, and how long it took from the first byte sent to the last one read, in seconds."""

    messages: list[dict[str, Any]]
    seconds: float

    @property
    def empty(self) -> bool:
        """Nothing to be read: an answer that was fast because none was given."""
        return not any(str(message.get("text") or "").strip() for message in self.messages)


class Client:
    """One connection; not to be shared by threads."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection(HOST, port, timeout=LIMIT_S)
        self._used = 0.0

    def say(self, sender: str, text: str) -> Said:
        """One message. Raises ``OSError`` or ``http.client.HTTPException`` when the bot is not there."""
        if time.monotonic() - self._used > IDLE_S:
            self._connection.close()
            self._connection.connect()
        body = json.dumps({"sender": conversation(sender), "message": text})
        started = time.perf_counter()
        try:
            self._connection.request("POST", PATH, body, {"Content-Type": "application/json"})
            answer = self._connection.getresponse()
            content = answer.read()
        except BaseException:
            self._connection.close()
            self._used = 0.0
            raise
        taken = time.perf_counter() - started
        self._used = time.monotonic()
        if answer.status != 200:
            raise http.client.HTTPException(f"status {answer.status}: {content[:200]!r}")
        return Said(json.loads(content), taken)

    def close(self) -> None:
        """Ends the connection."""
        self._connection.close()


def conversation(sender: str) -> str:
    """The name under which a bot knows what ``sender`` said; none of them ends in _."""
    return sender.ljust(SHORTEST_NAME, "_")
