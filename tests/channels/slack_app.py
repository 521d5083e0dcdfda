"""The Slack channel on a real server, Slack's Web API beside it, and a parrot behind it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import requests

from components.sentences import Sentences
from components.slack import SlackChannel
from components.slack_leads import LeadDesk
from components.slack_queue import Queue
from components.slack_settings import SlackSettings
from knowledge.facts import load
from leads.crypto import Keyring, new_key
from leads.desk import Desk
from tests.channels.parrot import Parrot
from tests.servers import slack_says
from tests.servers.sanic_app import SanicApp
from tests.servers.slack import TOKEN, SlackServer

SECRET = "signing-secret"
KEY = new_key()


@lru_cache(maxsize=1)
def sentences() -> Sentences:
    """Read once: the facts take a while."""
    return Sentences(load().firm)


def no_desk() -> Desk:
    raise AssertionError("no lead was clicked")


class SlackApp:
    """All of it; ``slack`` may be shared, as when the server starts anew."""

    def __init__(
        self,
        folder: Path,
        slack: SlackServer | None = None,
        open_desk: Callable[[], Desk] = no_desk,
        app_token: str | None = None,
        parrot: Parrot | None = None,
        database: str | None = None,
    ) -> None:
        self.slack, self.parrot = slack or SlackServer(), parrot or Parrot(folder / "conversations.db")
        settings = SlackSettings(
            TOKEN, SECRET, database or str(folder / "slack.db"), app_token, self.slack.api
        )
        self.queue = Queue.at(settings.database, Keyring([KEY]), time.time)
        channel = SlackChannel(settings, self.queue, sentences(), LeadDesk(open_desk))
        self.server = SanicApp(channel, self.parrot)
        self.url = f"{self.server.url}/webhooks/slack/webhook"

    def stop(self) -> None:
        self.server.stop()
        self.queue.close()

    def post(
        self, body: bytes, content_type: str, headers: Mapping[str, str] | None = None
    ) -> requests.Response:
        """Signed now, unless other headers are given."""
        given = slack_says.signed(body, SECRET, time.time(), content_type) if headers is None else headers
        return requests.post(self.url, data=body, headers=given, timeout=20)

    def tell(self, payload: Mapping[str, Any], **headers: str) -> requests.Response:
        """An event."""
        body = json.dumps(payload).encode()
        return self.post(
            body, slack_says.JSON, slack_says.signed(body, SECRET, time.time(), slack_says.JSON) | headers
        )

    def interact(self, payload: Mapping[str, Any]) -> requests.Response:
        """A button, a shortcut, a modal."""
        return self.post(slack_says.as_form(payload), slack_says.FORM)

    def command(self, text: str) -> requests.Response:
        """/cusma."""
        return self.post(slack_says.command(text, self.slack.hook), slack_says.FORM)

    @property
    def posted(self) -> list[dict[str, Any]]:
        """The messages in Slack as they stand now."""
        return list(self.slack.messages.values())

    def until(self, count: int) -> list[dict[str, Any]]:
        """The messages, once there are so many; and nothing is left to be done."""
        until(lambda: len(self.posted) >= count and self.is_idle())
        assert len(self.posted) == count, [message["text"] for message in self.posted]
        return self.posted

    def settle(self) -> None:
        """Returns when nothing is left to be done."""
        until(self.is_idle)

    def is_idle(self) -> bool:
        return not self.queue.lines("in") and not self.queue.lines("out")


def until(true: Callable[[], bool], limit: float = 15) -> None:
    """Waits, and fails when it takes too long."""
    end = time.monotonic() + limit
    while not true():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.01)


def shown(message: Mapping[str, Any]) -> str:
    """All that can be read in a message."""
    return json.dumps(message["blocks"], ensure_ascii=False)


def buttons(message: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Its buttons, in order."""
    return [one for block in message["blocks"] if block["type"] == "actions" for one in block["elements"]]
