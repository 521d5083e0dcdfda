"""The website channel: /webhooks/web/socket.io for the chat, /webhooks/web/widget.js for the script that shows it,
and /webhooks/web/privacy for the privacy text.

What was said is in the tracker store, and what must hold for several processes is asked there, under Rasa's lock;
only queues, limits and the sockets themselves are this process's own. With several processes, what is sent reaches all of
them (rooms.py), and a proxy takes a visitor to the same one, as long as it lives.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse
from socketio import AsyncServer
from socketio.exceptions import ConnectionRefusedError
from socketio.packet import BINARY_ACK, BINARY_EVENT, EVENT, Packet

from components import lengths, privacy, widget_file
from components.gate import Refused
from components.limits import counted_as
from components.origins import Origins
from components.quiet import keep_contents_out
from components.rooms import shared_rooms
from components.sentences import Sentences, language
from components.turns import Failed, Turns
from components.web_chat import NAME, Answer, Chat
from components.web_limits import MOST_SOCKETS_THERE, Limits
from components.web_sessions import Sessions
from components.web_settings import WebSettings
from knowledge.facts import load
from knowledge.records import Firm
from leads.errors import SettingsError

EVENTS = ("say", "start_over", "delete")
LONGEST_PACKET = 16 * 1024
MOST_SOCKETS = 5_000

logger = logging.getLogger(__name__)
# The socket server's own log repeats what it was sent. What goes wrong on our side is logged here instead.
silent = logging.getLogger("components.web.socket")
silent.disabled = True


class WebChannel(InputChannel):
    """The channel as named in credentials.yml."""

    def __init__(self, settings: WebSettings, firm: Firm) -> None:
        self._firm, self._proxies = firm, settings.proxies
        self._origins = Origins(settings.origins, proxied=settings.proxies > 0)
        self._sio = AsyncServer(
            async_mode="sanic",
            cors_allowed_origins=self._origins.allows,
            cors_credentials=False,  # there is no cookie
            max_http_buffer_size=LONGEST_PACKET,
            serializer=_Packet,
            client_manager=shared_rooms(),
            logger=silent,
            engineio_logger=silent,
        )
        self._routes = _Blueprint("website", __name__)
        self._chat = Chat(
            self._sio,
            lambda: self._routes.ctx.app.ctx.agent,
            Turns(lambda: self._routes.ctx.app.ctx.agent, channel="web"),
            Sessions(settings.secrets),
            Sentences(firm),
            Limits(time.monotonic),
            clock=time.time,
        )

    @classmethod
    def name(cls) -> str:
        """The name of the channel, also the last part of its address."""
        return NAME

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> WebChannel:
        """Set up by the environment; with settings at fault the server does not start, and says why."""
        try:
            return cls(WebSettings.from_environment(), load().firm)
        except SettingsError as error:
            raise SystemExit(f"The website channel cannot start: {error}.") from None

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The addresses. ``on_new_message`` is not used; why, ``turns`` says."""
        keep_contents_out()
        self._sio.on("connect", self._connect)
        self._sio.on("disconnect", self._disconnect)
        for event in EVENTS:
            self._sio.on(event, self._answering(event))
        self._routes.add_route(widget_file.serve, "/widget.js", methods=["GET", "HEAD"])

        @self._routes.get("/privacy")
        async def privacy_text(request: Request) -> HTTPResponse:
            return privacy.answer(self._firm, language(request.args.get("language")))

        @self._routes.route("/socket.io/", methods=["GET", "POST"])
        async def socket(request: Request) -> HTTPResponse:
            return await self._serve_socket(request)

        return self._routes

    async def _serve_socket(self, request: Request) -> HTTPResponse:
        forwarded = ",".join(request.headers.getall("x-forwarded-for", []))
        request.ctx.address = counted_as(request.ip, forwarded, self._proxies)
        # Twice what connect() allows: sockets that never say who they are, are counted only here.
        if "sid" not in request.args and self._is_full(request.ctx.address, 2 * MOST_SOCKETS_THERE):
            return response.text("There are too many connections.", 429)
        if (
            len(request.body) > LONGEST_PACKET
        ):  # engine.io would wait until the visitor's side hears that it hangs up
            return response.text("This is too long.", 413)
        if request.method == "POST" and not _is_talk(request.body):
            return response.text("This is no packet that a browser sends.", 400)
        try:
            return await self._sio.handle_request(request)
        except Exception as error:  # a malformed packet over a websocket
            logger.warning("A socket's request failed: %s", type(error).__name__)
            return response.empty(400)

    def _is_full(self, address: str | None, most_there: int) -> bool:
        sockets = self._sio.environ.values()
        there = sum(_address(environ) == address for environ in sockets) if address else 0
        return len(sockets) >= MOST_SOCKETS or there >= most_there

    async def _connect(self, sid: str, environ: Mapping[str, Any], auth: object = None) -> None:
        address = _address(environ)
        try:
            if self._is_full(address, MOST_SOCKETS_THERE + 1):  # this one is among them
                raise Refused("too_many_chats")
            await self._chat.connect(sid, self._origins.name(environ), address, auth)
        except Exception as error:
            wish = language(auth.get("language") if isinstance(auth, dict) else None)
            answer = self._chat.refusal(_name(error, "connect"), wish)
            raise ConnectionRefusedError(answer["error"], answer) from None

    async def _disconnect(self, sid: str, reason: object = None) -> None:
        self._chat.disconnect(sid)

    def _answering(self, event: str) -> Callable[..., Awaitable[Answer | None]]:
        """The handler of an event: nothing that a visitor sends, and nothing here that fails, gets past it."""

        async def answer(sid: str, data: object = None, *_: object) -> Answer | None:
            visitor = self._chat.visitors.get(sid)
            if visitor is None:  # gone in the meantime
                return None
            try:
                return await (
                    self._chat.say(sid, data) if event == "say" else getattr(self._chat, event)(sid)
                )
            except Exception as error:
                return self._chat.refusal(_name(error, event), visitor.language)

        return answer


class _Packet(Packet):
    """Text alone: binary attachments, for which the server would wait without a limit, and events that are not ours
    are malformed. engine.io drops a malformed packet and goes on.
    """

    uses_binary_events = False

    def decode(self, encoded_packet: Any) -> int:
        count = super().decode(encoded_packet if isinstance(encoded_packet, str) else "")
        if self.packet_type in (BINARY_EVENT, BINARY_ACK) or count:
            raise ValueError("binary")
        named = isinstance(self.data, list) and self.data and self.data[0] in EVENTS
        if self.packet_type == EVENT and not named:
            raise ValueError("no event of ours")
        return 0


class _Blueprint(Blueprint):
    """Knows its app, once registered."""

    def register(self, app: Sanic, options: dict[str, Any]) -> None:
        """Registers with the app, and lets it take websockets."""
        super().register(app, options)
        lengths.guard(app)
        app.enable_websocket()
        self.ctx.app = app


def _is_talk(body: bytes) -> bool:
    """Whether it is made of closings, answers to a ping and messages. Of others engine.io hangs up, and answers them only once
    the visitor's side has heard so, a minute later or never.
    """
    return all(packet[:1] in (b"1", b"3", b"4") for packet in body.split(b"\x1e"))


def _name(error: Exception, event: str) -> str:
    """What the visitor's side is told; of our own trouble the kind is logged, never the contents."""
    if isinstance(error, Refused):
        return error.error
    if not isinstance(error, Failed):  # that one has been logged
        logger.error("%s failed: %s", event, type(error).__name__)
    return "problem"


def _address(environ: Mapping[str, Any]) -> str | None:
    address: str | None = environ["sanic.request"].ctx.address
    return address
