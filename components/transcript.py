"""A conversation as the people in it see it, read from the events that Rasa keeps of it.

What is shown live and what is shown after a reload are both made here, so that they cannot differ. A message of a
visitor has at least one answer: where the assistant said nothing, its place is taken by an apology.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from typing import Any, NamedTuple

from components.gate import Press, Refused

Event = Mapping[str, Any]
PAUSED, RESUMED = "pause", "resume"
BEFORE = "start"  # what the assistant says before anybody has said anything


class Button(NamedTuple):
    """What it says, and what it stands for; the latter never leaves the server."""

    title: str
    payload: str


@dataclass(frozen=True)
class Message:
    """One message. ``at``: ISO 8601, UTC. ``used``: the index of the button that was pressed."""

    id: str
    by: str  # visitor, assistant
    text: str
    at: str
    buttons: tuple[Button, ...] = ()
    used: int | None = None
    reply_to: str | None = None

    def shown(self) -> dict[str, Any]:
        """As the visitor's side gets it."""
        said: dict[str, Any] = {"id": self.id, "from": self.by, "text": self.text, "at": self.at}
        if self.buttons:
            said |= {"buttons": [button.title for button in self.buttons], "used": self.used}
        return said | ({"reply_to": self.reply_to} if self.reply_to else {})


class Transcript:
    """The messages in order. ``ended``: it was closed, and nothing is added any more."""

    def __init__(self, events: Iterable[Event], apology: str) -> None:
        self._apology = apology
        self._asked: str | None = None  # the visitor's last message
        self._answers = 0  # to it
        self.messages: list[Message] = []
        self.ended = False
        used: dict[str, int] = {}
        for event in events:
            self._add(event)
            if button := _note(event).get("button"):
                used[button["message"]] = button["index"]
        self._apologise()
        self.messages = [replace(message, used=used.get(message.id)) for message in self.messages]

    def turn(self, name: str) -> list[Message]:
        """The visitor's message with this id, and its answers; empty if there is none."""
        return [message for message in self.messages if name in (message.id, message.reply_to)]

    def button(self, press: Press) -> Button:
        """What was pressed. Raises ``Refused`` when there is no such button, or its time is over: the visitor has
        said something since, with this button or without.
        """
        message = next((m for m in self.messages if m.id == press.message and m.buttons), None)
        if message is None or press.index >= len(message.buttons):
            raise Refused("unknown_button")
        if message.reply_to != self._asked:
            raise Refused("used")
        return message.buttons[press.index]

    def _add(self, event: Event) -> None:
        kind = event.get("event")
        if kind in (PAUSED, RESUMED):
            self.ended = kind == PAUSED
        elif kind == "user" and event.get("message_id"):
            self._apologise()
            self._hear(event)
        elif kind == "bot":
            self._say(event)

    def _hear(self, event: Event) -> None:
        self._asked, self._answers = str(event["message_id"]), 0
        self.messages.append(Message(self._asked, "visitor", _typed(event), at(_time(event))))

    def _say(self, event: Event) -> None:
        """An answer. Without text or buttons there is nothing to see; this assistant sends no pictures."""
        buttons = _buttons(event)
        if event.get("text") or buttons:
            self._answer(str(event.get("text") or ""), at(_time(event)), buttons)

    def _apologise(self) -> None:
        if self.messages and self.messages[-1].by == "visitor":
            self._answer(self._apology, self.messages[-1].at)

    def _answer(self, text: str, when: str, buttons: tuple[Button, ...] = ()) -> None:
        name = answer_id(self._asked or BEFORE, self._answers)
        self.messages.append(Message(name, "assistant", text, when, buttons, reply_to=self._asked))
        self._answers += 1


def answer_id(asked: str, number: int) -> str:
    """The id of an answer to a visitor's message, the first being number 0."""
    return f"{asked}.{number}"


def ids(events: Iterable[Event]) -> set[str]:
    """The ids of the messages that were heard."""
    return {str(event.get("message_id")) for event in events if event.get("event") == "user"}


def pressed(press: Press, button: Button) -> dict[str, Any]:
    """What is kept with a press, so that the transcript shows it as one."""
    return {"button": {"message": press.message, "index": press.index, "title": button.title}}


def with_entity(payload: str, name: str, value: str) -> str:
    """A button's payload that tells one thing more: '/ask_fees' → '/ask_fees{"language": "fr"}'. Words stay as they are."""
    intent, brace, rest = payload.partition("{")
    if not payload.startswith("/"):
        return payload
    values = json.loads(brace + rest) if brace else {}
    return intent + json.dumps({**values, name: value})


def typed(text: str) -> dict[str, Any]:
    """What is kept with words that Rasa got in another form."""
    return {"typed": text}


def at(seconds: float) -> str:
    """Seconds since 1970 in ISO 8601."""
    moment = datetime.fromtimestamp(seconds, timezone.utc)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _note(event: Event) -> Mapping[str, Any]:
    return event.get("metadata") or {}


def _typed(event: Event) -> str:
    note = _note(event)
    return str((note.get("button") or {}).get("title") or note.get("typed") or event.get("text") or "")


def _buttons(event: Event) -> tuple[Button, ...]:
    found: Sequence[Mapping[str, Any]] = (event.get("data") or {}).get("buttons") or ()
    return tuple(Button(str(b.get("title") or ""), str(b.get("payload") or "")) for b in found)


def _time(event: Event) -> float:
    return float(event.get("timestamp") or 0)
