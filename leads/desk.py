"""Where clicks in Slack become claims, and what everybody is shown of it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from http.client import HTTPException

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import (
    ConnectionErrorRetryHandler,
    RateLimitErrorRetryHandler,
    ServerErrorRetryHandler,
)

from knowledge.records import Firm
from leads.claims import Click, Shown, press
from leads.errors import LeadsError
from leads.settings import Slack
from leads.store import LeadStore
from leads.targets.slack import client
from leads.targets.slack_message import WORDS, Message, note

logger = logging.getLogger(__name__)


class Desk:
    """Does what a click asks for. Safe to use from many threads."""

    def __init__(self, store: LeadStore, firm: Firm, slack: WebClient, now: Callable[[], datetime]) -> None:
        self._store, self._firm, self._slack, self._now = store, firm, slack, now

    def serve(self, click: Click) -> None:
        """Claims or refuses, and shows it. Of trouble, whoever pressed is told, and may press again."""
        shown = self._press(click)
        self._say(self._slack.chat_postEphemeral, shown.alone, channel=click.channel, user=click.user)
        if shown.channel:
            self._say(self._slack.chat_update, shown.channel, channel=click.channel, ts=click.ts)

    def _press(self, click: Click) -> Shown:
        try:
            return press(click, self._store, self._firm, self._now())
        except LeadsError as error:
            logger.error("a click on lead %s failed: %s", click.number, error)
            return Shown(note(WORDS["trouble"]))

    def _say(self, method: Callable[..., object], message: Message, **where: str) -> None:
        try:
            method(text=message.text, blocks=message.blocks, **where)
        except SlackApiError as error:
            logger.error("Slack did not show the outcome of a click: %s", error.response.get("error"))
        except (OSError, HTTPException) as error:
            logger.error("Slack could not be reached after a click: %s", type(error).__name__)


def patient(settings: Slack) -> WebClient:
    """Slack's Web API, asked again when it is busy: what a click leads to may be shown twice without harm."""
    slack = client(settings)
    slack.retry_handlers.extend(
        (
            ConnectionErrorRetryHandler(max_retry_count=2),
            RateLimitErrorRetryHandler(max_retry_count=2),
            ServerErrorRetryHandler(max_retry_count=2),
        )
    )
    return slack
