"""Slack's buttons under a lead: POST /webhooks/lead_buttons/interactive, the app's Interactivity Request URL.

Off (404) without Slack's settings. Only requests with Slack's signature count, at most five minutes old. They
are answered at once, since Slack waits three seconds; the work is done in another thread.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from threading import Lock
from typing import Any

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse
from slack_sdk.signature import Clock, SignatureVerifier

from knowledge.facts import load
from leads.claims import Click, read
from leads.desk import Desk, patient
from leads.errors import LeadsError, SettingsError
from leads.settings import Settings, Slack
from leads.store import LeadStore

LONGEST_FORM = 100_000  # Slack repeats the whole message in it
THREADS = 4

logger = logging.getLogger(__name__)


class LeadButtons(InputChannel):
    """The endpoint as a channel named in credentials.yml; it takes no messages itself.

    ``open_desk`` is called at the first click, and again at the next one if it failed.
    """

    def __init__(
        self, settings: Slack | None, open_desk: Callable[[], Desk], clock: Clock | None = None
    ) -> None:
        self._verifier = SignatureVerifier(settings.signing_secret, clock or Clock()) if settings else None
        self._open_desk, self._opening = open_desk, Lock()
        self._desk: Desk | None = None
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="lead-buttons")

    @classmethod
    def name(cls) -> str:
        """The name of the channel, also the last part of its address."""
        return "lead_buttons"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> LeadButtons:
        """Set up by the environment; settings at fault turn it off, and the log says so."""
        try:
            settings = Settings.from_environment().slack
        except SettingsError as error:
            logger.error("The buttons under leads in Slack are off: %s", error)
            settings = None
        return cls(settings, lambda: _desk_of(settings))

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The one address."""
        routes = Blueprint("lead_buttons", __name__)

        @routes.post("/interactive")
        async def interactive(request: Request) -> HTTPResponse:
            return self._answer(request)

        return routes

    def _answer(self, request: Request) -> HTTPResponse:
        if self._verifier is None:
            return response.empty(404)
        if len(request.body) > LONGEST_FORM:
            return response.empty(413)
        if not _is_genuine(self._verifier, request):
            return response.empty(401)
        click = read(request.body)
        if click is None:
            return response.empty(400)
        self._threads.submit(self._serve, click)
        return response.empty(200)

    def _serve(self, click: Click) -> None:
        try:
            self._the_desk().serve(click)
        except LeadsError as error:
            logger.error("A click on lead %s failed: %s", click.number, error)
        except Exception as error:  # a thread of a pool would swallow it, and a traceback could tell contents
            logger.error("A click on lead %s failed: %s", click.number, type(error).__name__)

    def _the_desk(self) -> Desk:
        with self._opening:
            self._desk = self._desk or self._open_desk()
            return self._desk


def _desk_of(settings: Slack | None) -> Desk:
    assert settings is not None  # without settings no click gets here
    return Desk(LeadStore.open(), load().firm, patient(settings), lambda: datetime.now(timezone.utc))


def _is_genuine(verifier: SignatureVerifier, request: Request) -> bool:
    try:
        return bool(verifier.is_valid_request(request.body, dict(request.headers)))
    except (ValueError, TypeError):  # a timestamp that is no number, a signature or a body of odd characters
        return False
