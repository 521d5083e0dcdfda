"""The case in the firm's private Slack channel, with buttons. Who it is, only the claimer learns."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import tzinfo
from http.client import HTTPException

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from leads.records import Delivery, StoredLead
from leads.settings import Slack as Settings
from leads.targets import Refused, Retry
from leads.targets.posting import seconds
from leads.targets.slack_message import WORDS, Message, channel_message

TIMEOUT_S = 10
# The message itself is wrong. All else is Slack's trouble or the firm's set-up, which can be mended.
HOPELESS = frozenset(
    {"invalid_blocks", "invalid_blocks_format", "msg_too_long", "no_text", "invalid_arguments"}
)

# The client's own log repeats what it sends, once it is asked for debugging.
silent = logging.getLogger(f"{__name__}.client")
silent.setLevel(logging.CRITICAL)


class Slack:
    """``name_of``: the name of a lawyer by id."""

    name = "slack"

    def __init__(self, settings: Settings, zone: tzinfo, name_of: Callable[[str], str]) -> None:
        self._settings, self._zone, self._name_of = settings, zone, name_of
        self._client = client(settings)

    def deliver(self, lead: StoredLead, delivery: Delivery) -> str | None:
        """Posts the message, changes the one that is there, or reminds of it. Returns its ``channel/ts``."""
        try:
            if delivery.kind == "reminder":
                return self._remind(lead, delivery)
            message = channel_message(lead, delivery.kind, self._zone, self._name_of)
            if delivery.reference and self._change(delivery.reference, message):
                return delivery.reference
            reply = self._client.chat_postMessage(
                channel=self._settings.channel,
                text=message.text,
                blocks=message.blocks,
                client_msg_id=delivery.id,
                parse="none",
                unfurl_links=False,
                unfurl_media=False,
            )
        except SlackApiError as error:
            raise _fault(error) from None
        except (OSError, HTTPException):
            raise Retry("no connection") from None
        return f"{reply['channel']}/{reply['ts']}"

    def _remind(self, lead: StoredLead, delivery: Delivery) -> str | None:
        """Below the message, and for all to see; not when somebody has taken the lead meanwhile."""
        if lead.status == "new":
            channel, _, ts = (delivery.reference or self._settings.channel).partition("/")
            self._client.chat_postMessage(
                channel=channel,
                thread_ts=ts or None,
                reply_broadcast=bool(ts),
                text=WORDS["reminder"].format(number=lead.number),
                client_msg_id=delivery.id,
                parse="none",
            )
        return delivery.reference

    def _change(self, reference: str, message: Message) -> bool:
        """Changes the message in its place, and says so below it. False when somebody has deleted it."""
        channel, _, ts = reference.partition("/")
        try:
            self._client.chat_update(channel=channel, ts=ts, text=message.text, blocks=message.blocks)
        except SlackApiError as error:
            if error.response.get("error") == "message_not_found":
                return False
            raise
        self._client.chat_postMessage(channel=channel, thread_ts=ts, text=message.text, parse="none")
        return True


def client(settings: Settings) -> WebClient:
    """Slack's Web API, asked once: the outbox does the repeating."""
    url = settings.api_url.rstrip("/") + "/"
    return WebClient(settings.token, base_url=url, timeout=TIMEOUT_S, retry_handlers=[], logger=silent)


def _fault(error: SlackApiError) -> Retry | Refused:
    status = getattr(error.response, "status_code", 0)
    if status != 200:
        headers = (
            {str(name).lower(): value for name, value in error.response.headers.items()} if status else {}
        )
        return Retry(f"answered {status}", seconds(headers.get("retry-after")))
    name = str(error.response.get("error", "unknown"))
    return Refused(name) if name in HOPELESS else Retry(name)
