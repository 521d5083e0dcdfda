"""Visitors who lead whole conversations at once, over REST and over websockets, and what became of each turn.

A visitor's side sends a message again, under the same id, when it could not be delivered or the answer was "problem", as
the widget does: client.ts, outbox.ts. Who reads an apology as the answer says it again. A turn has failed when there is no
answer within ``PATIENCE_S``, or not the right one.
"""

from __future__ import annotations

import asyncio
import http.client
import re
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Protocol

import socketio
from socketio.exceptions import SocketIOError

from leads.numbers import ALPHABET
from tests.channels.rest_client import ask, new_id
from tests.channels.tab import PATH
from tests.cluster.running import TOKEN

PATIENCE_S, AGAIN_S, TURN_S = 30.0, 0.5, 8.0
NUMBER = re.compile(rf"\b[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}\b")
APOLOGY = "we have a technical problem"
# What is typed, and what must be in the answer to it.
TALK = (
    ("Can a pharmacist from Mexico get a permit?", "harmacist"),
    ("I want to talk to someone", "read this"),
    ("Yes, I agree", "full name"),
    ("Ana Ruiz", "e-mail or phone"),
    ("{mail}", "good time"),
    ("Mornings", "about"),
    ("work permit for a job in Toronto", "employer"),
    ("Skip", "deadline"),
    ("No date", "{mail}"),
)


class Line(Protocol):
    """How a visitor writes. ``sender``: the name of the conversation."""

    sender: str
    refusals: list[Any]

    def try_once(self, name: str, text: str) -> str | None:
        """The answer to this message; None: not now. Raises ``OSError`` and the like."""

    def pause(self, seconds: float) -> None:
        """Thinks."""

    def close(self) -> None:
        """Is gone."""


class Rest:
    """A program, which knows the token."""

    def __init__(self, url: str) -> None:
        self._url, self.sender = url, new_id()
        self.refusals: list[Any] = []

    def try_once(self, name: str, text: str) -> str | None:
        reply = ask(self._url, self.sender, text, {"Authorization": f"Bearer {TOKEN}"}, message_id=name)
        if reply.status == 200:
            return reply.text
        self.refusals.append((reply.status, reply.text))
        return None

    def pause(self, seconds: float) -> None:
        time.sleep(seconds)

    def close(self) -> None:
        """Every message had a connection of its own."""


class Socket:
    """A browser's tab with a websocket, which connects again with its token."""

    def __init__(self, url: str) -> None:
        self._url, self._loop = url, asyncio.new_event_loop()
        self._client: socketio.AsyncClient | None = None
        self._token: str | None = None
        self._messages: dict[str, dict[str, Any]] = {}
        self.connects, self.refusals = 0, list[Any]()
        self.sender = ""

    def try_once(self, name: str, text: str) -> str | None:
        return self._loop.run_until_complete(self._say(name, text))

    def pause(self, seconds: float) -> None:
        self._loop.run_until_complete(asyncio.sleep(seconds))

    def close(self) -> None:
        with suppress(SocketIOError, OSError):
            self._loop.run_until_complete(self._client.disconnect() if self._client else asyncio.sleep(0))
        self._loop.close()

    async def _say(self, name: str, text: str) -> str | None:
        if self._client is None or not self._client.connected:
            await asyncio.wait_for(self._connect(), TURN_S)
        assert self._client
        ack = await self._client.call("say", {"id": name, "text": text}, timeout=TURN_S)
        if not ack["ok"]:
            return None
        self._token = ack["token"]
        return "\n".join(m["text"] for m in self._messages.values() if m.get("reply_to") == name)

    async def _connect(self) -> None:
        client = socketio.AsyncClient(reconnection=False)
        greeted = asyncio.Event()

        def greet(session: dict[str, Any]) -> None:
            self._token = session["token"]
            self._messages |= {message["id"]: message for message in session["messages"]}
            greeted.set()

        client.on("session", greet)
        client.on("connect_error", self.refusals.append)
        client.on("message", lambda message: self._messages.update({message["id"]: message}))
        await client.connect(
            self._url,
            auth={"token": self._token} if self._token else {"language": "en"},
            socketio_path=PATH,
            transports=["websocket"],
            wait_timeout=TURN_S,
        )
        await greeted.wait()
        if self._client:
            await self._client.disconnect()
        self._client, self.connects = client, self.connects + 1


@dataclass
class Crowd:
    """Writes until ``finish``. ``seconds``: how long each turn took, tries and all. ``failed``: the turns that failed.
    ``receipts``: the number that each conversation was told, with the e-mail address it gave.
    """

    url: str
    think_s: float
    talk: tuple[tuple[str, str], ...] = TALK
    send: bool = True
    seconds: list[float] = field(default_factory=list)
    again: int = 0
    apologies: int = 0
    failed: list[str] = field(default_factory=list)
    receipts: dict[str, str] = field(default_factory=dict)
    kinds: list[Callable[[str], Line]] = field(default_factory=list)
    _done: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self, rest: int, sockets: int = 0) -> Crowd:
        """So many of each."""
        self.kinds = [Rest] * rest + [Socket] * sockets
        for kind in self.kinds:
            self._threads.append(threading.Thread(target=self._visit, args=(kind,), daemon=True))
            self._threads[-1].start()
        return self

    def finish(self) -> None:
        """Lets each end the conversation it is in."""
        self._done.set()
        for thread in self._threads:
            thread.join(2 * PATIENCE_S)
            if thread.is_alive():
                self.failed.append("a visitor still waits")

    def _visit(self, kind: Callable[[str], Line]) -> None:
        while not self._done.is_set():
            line = kind(self.url)
            try:
                self._converse(line)
            except Exception as error:  # told by who waits for the crowd
                self.failed.append(f"{kind}: {type(error).__name__}: {error}")
            finally:
                line.close()

    def _converse(self, line: Line) -> None:
        mail = f"{uuid.uuid4().hex[:12]}@example.com"
        for text, expected in self.talk:
            if not self._turn(line, text.format(mail=mail), expected.format(mail=mail)):
                return
            line.pause(self.think_s)
        if self.send:
            first = self._send(line, "Sent")
            again = self._send(line, "")
            if first and again != first:
                self.failed.append(f"told {first}, and then {again}")
            if first:
                self.receipts[mail] = first

    def _send(self, line: Line, expected: str) -> str:
        reply = self._turn(line, "Send it", expected)
        found = NUMBER.search(reply or "")
        if not found:
            self.failed.append(f"no receipt in: {reply!r}")
        return found.group() if found else ""

    def _turn(self, line: Line, text: str, expected: str) -> str:
        """The answer; empty if the turn failed."""
        name, started, reply, trouble, tries = new_id(), time.monotonic(), None, "", 0
        while reply is None and time.monotonic() - started < PATIENCE_S:
            try:
                tries += 1
                reply = line.try_once(name, text)
            except (OSError, http.client.HTTPException, SocketIOError, asyncio.TimeoutError) as error:
                trouble = type(error).__name__
            if reply and APOLOGY in reply:
                self.apologies += 1
                name, reply = new_id(), None
            if reply is None:
                self.again += 1
                line.pause(AGAIN_S)
        self.seconds.append(time.monotonic() - started)
        if reply is None or expected not in reply:
            when = time.strftime("%H:%M:%S", time.gmtime())
            told = line.refusals[-3:]
            self.failed.append(f"{when} {type(line).__name__} {text!r}: {reply!r} {trouble} {tries} {told}")
            return ""
        return reply or " "
