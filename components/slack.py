"""The Slack channel: POST /webhooks/slack/webhook, the one address for events, buttons, shortcuts and /cusma.

Off (404) without Slack's settings. Only requests with Slack's signature count, at most five minutes old. What they
tell is kept before they are answered, within a second; then it is done, in this process and after the next start.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse
from slack_sdk.signature import Clock, SignatureVerifier

from components import understanding
from components.sentences import Sentences
from components.slack_chat import NAME, Chat
from components.slack_fields import Malformed
from components.slack_intake import Intake
from components.slack_leads import LeadDesk, desk_of_the_firm
from components.slack_lines import Lines
from components.slack_queue import Queue
from components.slack_sender import Sender, web_client
from components.slack_settings import SlackSettings
from components.slack_socket import Socket
from components.turns import Turns
from knowledge.facts import load
from leads.crypto import Keyring
from leads.errors import SettingsError, StoreUnavailable
from leads.settings import Settings

LONGEST_BODY = 300_000  # Slack repeats the whole message under a button, twice, in a form
TIDY_EVERY_S = 3600.0
THREADS = 4

logger = logging.getLogger(__name__)


class SlackChannel(InputChannel):
    """The channel as named in credentials.yml. ``queue`` is what was heard and is to be said."""

    def __init__(
        self,
        settings: SlackSettings | None,
        queue: Queue | None = None,
        sentences: Sentences | None = None,
        desk: LeadDesk | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._routes = _Blueprint("slack", __name__)
        self._running: list[asyncio.Task[None]] = []
        self._verifier: SignatureVerifier | None = None
        if settings and queue and sentences:
            self._verifier = SignatureVerifier(settings.signing_secret, clock or Clock())
            self._set_up(settings, queue, sentences, desk or LeadDesk(desk_of_the_firm))

    def _set_up(self, settings: SlackSettings, queue: Queue, sentences: Sentences, desk: LeadDesk) -> None:
        working, hearing = _threads("slack-work"), _threads("slack-hear")
        client = web_client(settings.token, settings.api_url)
        sender = Sender(queue, working, client, sentences, time.time)
        self._sending = Lines("sending", lambda: working(queue.lines, "out"), sender.serve)
        turns = Turns(lambda: self._routes.ctx.app.ctx.agent, channel="slack")
        chat = Chat(queue, working, turns, sentences, desk, time.monotonic, time.time, self._sending.wake)
        self._hearing = Lines("hearing", lambda: working(queue.lines, "in"), chat.serve)
        self._intake = Intake(queue, hearing, sentences, settings.hooks, self._hearing.wake)
        self._socket = Socket(settings.app_token, client, self._intake) if settings.app_token else None
        self._tidy = lambda: working(queue.tidy)

    @classmethod
    def name(cls) -> str:
        """The name of the channel, also the last part of its address."""
        return NAME

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> SlackChannel:
        """Set up by the environment; settings at fault turn it off, and the log says so."""
        try:
            settings, common = SlackSettings.from_environment(), Settings.from_environment()
            if settings is None:
                return cls(None)
            understanding.shared()  # takes a second: now, and not while the first message waits
            keys = Keyring.load(common.keys, common.key_file)
            return cls(settings, Queue.at(settings.database, keys, time.time), Sentences(load().firm))
        except (SettingsError, StoreUnavailable) as error:
            logger.error("Slack is off: %s", error)
            return cls(None)

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The one address. ``on_new_message`` is not used; why, ``turns`` says."""

        @self._routes.post("/webhook")
        async def webhook(request: Request) -> HTTPResponse:
            return await self._answer(request)

        @self._routes.listener("after_server_start")
        async def start(app: Sanic, _loop: object) -> None:
            if self._verifier is not None:
                works = [self._hearing.run(), self._sending.run(), self._tidying()]
                works += [self._socket.run()] if self._socket else []
                self._running = [asyncio.create_task(work) for work in works]

        @self._routes.listener("before_server_stop")
        async def stop(app: Sanic, _loop: object) -> None:
            for task in self._running:
                task.cancel()
            await asyncio.gather(*self._running, return_exceptions=True)

        return self._routes

    async def _answer(self, request: Request) -> HTTPResponse:
        if self._verifier is None:
            return response.empty(404)
        if len(request.body) > LONGEST_BODY:
            return response.empty(413)
        if not _is_genuine(self._verifier, request):
            return response.empty(401)
        try:
            kind, payload = read(request.body, request.headers.get("content-type", ""))
            answer = await self._intake.hear(kind, payload)
        except Malformed:
            return response.empty(400)
        except (StoreUnavailable, asyncio.TimeoutError) as error:  # Slack sends it again
            logger.error("A message from Slack could not be kept: %s", type(error).__name__)
            return response.empty(503)
        return response.json(answer) if answer else response.empty(200)

    async def _tidying(self) -> None:
        while True:
            with suppress(StoreUnavailable):
                await self._tidy()
            await asyncio.sleep(TIDY_EVERY_S)


class _Blueprint(Blueprint):
    """Knows its app, once registered."""

    def register(self, app: Sanic, options: dict[str, Any]) -> None:
        """Registers with the app."""
        super().register(app, options)
        self.ctx.app = app


def read(body: bytes, content_type: str) -> tuple[str, dict[str, Any]]:
    """What a request carries, under the name that Socket Mode gives to its kind. Raises ``Malformed``."""
    try:
        if content_type.partition(";")[0].strip().lower() == "application/json":
            return "events_api", _object(json.loads(body))
        fields = {name: values[0] for name, values in parse_qs(body.decode(), strict_parsing=True).items()}
        if "payload" in fields:
            return "interactive", _object(json.loads(fields["payload"]))
        return "slash_commands", fields
    except (ValueError, RecursionError):
        raise Malformed from None


def _object(found: object) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise Malformed
    return found


def _is_genuine(verifier: SignatureVerifier, request: Request) -> bool:
    try:
        return bool(verifier.is_valid_request(request.body, dict(request.headers)))
    except (ValueError, TypeError):  # a timestamp that is no number, a signature or a body of odd characters
        return False


def _threads(name: str) -> Callable[..., Awaitable[Any]]:
    """Threads of their own: hearing must not wait for work, nor either for what else Rasa does in threads."""
    pool = ThreadPoolExecutor(THREADS, thread_name_prefix=name)

    def run(deed: Callable[..., Any], *arguments: Any) -> Awaitable[Any]:
        return asyncio.get_running_loop().run_in_executor(pool, deed, *arguments)

    return run
