"""The REST channel for programs: ``POST /webhooks/rest/webhook`` with ``{"sender", "message"}`` returns a list of messages.

Whoever knows a ``sender`` leads that conversation. So it is open to programs on this machine alone, or to those that
have the token, REST_TOKEN; it is not for browsers, nor for the public.

200 · the answer, at least one message. 503 · the same form, with an apology and the firm's phone number: the message was not
answered, and may be sent again. All else is ``{"error", "text"}``: 400 (malformed), 401 and 403 (not allowed), 413 (too long),
429 (too much at once). Its text is in the language of the message, else of Accept-Language. An optional ``message_id`` makes a
message that is sent again count once.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, Sanic, response
from sanic.exceptions import PayloadTooLarge, SanicException
from sanic.request import Request
from sanic.response import HTTPResponse

from components import lengths
from components.gate import Refused
from components.quiet import keep_contents_out
from components.rest_chat import NAME, Chat, Messages
from components.rest_request import LONGEST_BODY, Asked, admit, read
from components.sentences import Sentences
from components.spoken import language_accepted, language_in
from components.turns import Failed, Turns
from knowledge.facts import load
from knowledge.records import Firm

TOKEN = "REST_TOKEN"
STATUS = {"rest_token": 401, "rest_forbidden": 403, "too_long": 413, "too_many": 429}  # all else: 400
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}

logger = logging.getLogger(__name__)


class RestChannel(InputChannel):
    """The channel as named in credentials.yml. ``token``: what a program has to show; none if empty."""

    def __init__(self, firm: Firm, token: str) -> None:
        self._token, self._sentences = token, Sentences(firm)
        self._routes = _Blueprint("rest", __name__)
        self._chat = Chat(Turns(lambda: self._routes.ctx.app.ctx.agent, channel=NAME), self._sentences)

    @classmethod
    def name(cls) -> str:
        """The name of the channel, also in its address."""
        return NAME

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> RestChannel:
        """Set up by the environment."""
        return cls(load().firm, os.environ.get(TOKEN, "").strip())

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The address. ``on_new_message`` is not used; why, ``turns`` says."""
        keep_contents_out()

        # As a stream, so that a body that is too long is refused and not read.
        @self._routes.post("/webhook", stream=True)
        async def webhook(request: Request) -> HTTPResponse:
            return await self._receive(request)

        return self._routes

    async def _receive(self, request: Request) -> HTTPResponse:
        asked: Asked | None = None
        accepted = language_accepted(request.headers.get("accept-language", ""))
        try:
            admit(request.headers, request.ip, self._token)
            asked = read(await _body(request))
            return _json(await self._chat.answer(asked, accepted), 200)
        except Refused as refused:
            return self._refusal(refused.error, language_in(asked.text, accepted) if asked else accepted)
        except Exception as error:
            if not isinstance(error, Failed):  # that one has been logged
                logger.error("A message failed: %s", type(error).__name__)
            return _json([self._apology(asked, accepted)], 503)

    def _refusal(self, error: str, language: str) -> HTTPResponse:
        reason = {"error": error.removeprefix("rest_"), "text": self._sentences.say(error, language)}
        answer = _json(reason, STATUS.get(error, 400))
        if answer.status == 401:
            answer.headers["WWW-Authenticate"] = "Bearer"
        return answer

    def _apology(self, asked: Asked | None, accepted: str) -> dict[str, str]:
        who = {"recipient_id": asked.sender} if asked else {}
        language = language_in(asked.text, accepted) if asked else accepted
        return {**who, "text": self._sentences.say("problem", language)}


class _Blueprint(Blueprint):
    """Knows its app, once registered."""

    def register(self, app: Sanic, options: dict[str, Any]) -> None:
        """Registers with the app."""
        super().register(app, options)
        lengths.guard(app)
        self.ctx.app = app


async def _body(request: Request) -> bytes:
    """The body. Raises ``Refused`` as soon as it is known to be too long."""
    stream: Any = request.stream
    stream.request_max_size = LONGEST_BODY
    try:
        await request.receive_body()
    except PayloadTooLarge:
        # The rest is thrown away as it comes, up to Sanic's own limit: many programs read the answer only after that.
        stream.request_max_size = float("inf")
        raise Refused("too_long") from None
    except SanicException:
        raise Refused("rest_json") from None
    return bytes(request.body)


def _json(body: Messages | dict[str, str], status: int) -> HTTPResponse:
    return response.json(body, status, headers=HEADERS)
