"""A browser tab as the server sees it: a socket.io client over HTTP polling."""

from __future__ import annotations

import time
import uuid
from threading import Event, Thread
from typing import Any

import requests
import socketio

PATH = "/webhooks/web/socket.io"
LIMIT_S = 60
Ack = dict[str, Any]
Message = dict[str, Any]


def new_id() -> str:
    """As a browser makes one."""
    return str(uuid.uuid4())


class Tab:
    """Connects at once, and remembers everything that it hears."""

    def __init__(
        self, url: str, token: object = None, headers: dict[str, str] | None = None, **auth: object
    ) -> None:
        self.messages: list[Message] = []
        self.session: dict[str, Any] = {}
        self.ended, self._greeted = Event(), Event()
        self._client = socketio.Client(reconnection=False)
        self._client.on("session", self._greet)
        self._client.on("message", self.messages.append)
        self._client.on("ended", lambda _: self.ended.set())
        self.refused: Any = None
        self._client.on("connect_error", self._refuse)
        if token is not None:
            auth["token"] = token
        self._client.connect(
            url,
            auth=auth,
            headers=headers or {},
            socketio_path=PATH,
            transports=["polling"],
            wait_timeout=LIMIT_S,
        )
        assert self._greeted.wait(LIMIT_S), "no session came"
        self.token: str = self.session["token"]

    @property
    def history(self) -> list[Message]:
        """What was said before it connected."""
        found: list[Message] = self.session["messages"]
        return found

    def say(self, text: object, name: object = None) -> Ack:
        """Types; the acknowledgement, by which all answers are there."""
        return self.emit("say", {"id": name or new_id(), "text": text})

    def press(self, message: Message, title: str, name: str | None = None) -> Ack:
        """Presses the button whose title contains these words."""
        index = next(n for n, found in enumerate(message["buttons"]) if title in found)
        return self.emit(
            "say", {"id": name or new_id(), "button": {"message": message["id"], "index": index}}
        )

    def emit(self, event: str, data: object = None) -> Ack:
        """Any event, and its acknowledgement."""
        ack: Ack = self._client.call(event, data, timeout=LIMIT_S)
        if ack["ok"]:
            self.token = ack["token"]
        return ack

    def ask(self, text: str) -> Message:
        """Types, and gives the last message of the answer."""
        ack = self.say(text)
        assert ack["ok"], ack
        return self.messages[-1]

    def answer(self, message: Message, title: str) -> Message:
        """Presses, and gives the last message of the answer."""
        ack = self.press(message, title)
        assert ack["ok"], ack
        return self.messages[-1]

    def hears(self, name: str, limit_s: float = 5) -> list[Message]:
        """The messages with this id, or in answer to it, once there is an answer."""
        until = time.monotonic() + limit_s
        while True:
            found = [m for m in self.messages if name in (m["id"], m.get("reply_to"))]
            if any(m["from"] == "assistant" for m in found) or time.monotonic() > until:
                return found
            time.sleep(0.01)

    def close(self) -> None:
        """As when the tab is closed. The client itself goes on until its open request is answered, half a minute."""
        Thread(target=self._client.disconnect, daemon=True).start()

    def __enter__(self) -> Tab:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _greet(self, session: dict[str, Any]) -> None:
        self.session = session
        self._greeted.set()

    def _refuse(self, data: Any) -> None:
        self.refused = data


class Wire:
    """The same, by hand: what no client would send."""

    def __init__(self, url: str, headers: dict[str, str] | None = None, greet: bool = True) -> None:
        self._url, self._headers = f"{url}{PATH}/", headers or {}
        self._web = requests.Session()
        self._query = {"EIO": "4", "transport": "polling"}
        self.opening = self.get()
        if self.opening.status_code == 200:
            self._query["sid"] = self.opening.text.split('"sid":"')[1].split('"')[0]
        if greet:
            self.post("40{}")

    def get(self) -> requests.Response:
        """What waits to be heard."""
        return self._web.get(self._url, params=self._query, headers=self._headers, timeout=LIMIT_S)

    def post(self, packet: str | bytes) -> int:
        """Sends one packet of engine.io; the status."""
        data = packet.encode("utf-8", "surrogatepass") if isinstance(packet, str) else packet
        sent = self._web.post(
            self._url, params=self._query, data=data, headers=self._headers, timeout=LIMIT_S
        )
        return sent.status_code

    def heard(self, until: str) -> str:
        """Everything up to and with a packet that contains these words."""
        text = ""
        while until not in text:
            reply = self.get()
            assert reply.status_code == 200, reply.text
            text += reply.text
            if "\x1e2" in f"\x1e{reply.text}":  # a ping
                self.post("3")
        return text
