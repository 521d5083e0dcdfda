"""What a message over REST leads to: a turn of its conversation, and the messages that answer it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from rasa.core.channels.channel import UserMessage

from components import gate
from components.gate import Press, Refused, Words
from components.rest_request import Asked
from components.sentences import Sentences
from components.transcript import Message, Transcript, pressed, typed
from components.turns import Events, Failed, Turns, Unspoken

NAME = "rest"
MOST_AT_ONCE = 400  # conversations with something to do: more could not be answered in time
TRIES = 9

Messages = list[dict[str, Any]]


@dataclass(frozen=True)
class Chat:
    """All conversations over REST."""

    turns: Turns
    sentences: Sentences

    async def answer(self, asked: Asked) -> Messages:
        """The messages that answer this one, never none; a message without words is asked for again, and is not heard.

        Raises ``Refused``, and ``Failed`` when nothing was answered: the same may then be sent again.
        """
        # From here to its place in the line nothing gives way, so that messages keep their order.
        try:
            words = gate.words(asked.id, asked.text)
        except Refused as refused:
            if refused.error != "empty":
                raise
            return [{"recipient_id": asked.sender, "text": self.sentences.say("empty")}]
        if len(self.turns) >= MOST_AT_ONCE:
            raise Refused("too_many")
        for name in _names(asked.id):
            turn = _Turn(asked.sender, Words(name, words.text))
            taken = await self.turns.take(asked.sender, name, turn.prepare, turn.tell)
            _check_is_ours(taken.events)
            if messages := _shown(asked.sender, Transcript(taken.events, "").turn(name)):
                return messages
            if not taken.again:
                break
        raise Failed


@dataclass(frozen=True)
class _Turn:
    """One message, on its way to Rasa."""

    sender: str
    said: Words

    async def prepare(self, events: Events) -> UserMessage:
        """What Rasa hears."""
        _check_is_ours(events)
        text, note = self._meant(events)
        return UserMessage(
            text, Unspoken(), self.sender, input_channel=NAME, message_id=self.said.id, metadata=note
        )

    async def tell(self, events: Events | None) -> None:
        """Nobody else listens."""

    def _meant(self, events: Events) -> tuple[str, dict[str, Any] | None]:
        """What looks like a command is one only if a button in this conversation stands for it: then it is a press."""
        text, plain = self.said.text, self.said.plain
        if plain == text:
            return text, None
        for message in reversed(Transcript(events, "").messages):
            for index, button in enumerate(message.buttons):
                if button.payload == text:
                    return text, pressed(Press(self.said.id, message.id, index), button)
        return plain, typed(text)


def _names(name: str) -> Iterable[str]:
    """The ids to try: under the first, the message may be stored without an answer, while our servers were down."""
    return (name, *(f"{name}~{number}" for number in range(1, TRIES)))


def _check_is_ours(events: Events) -> None:
    """A conversation of the website or of Slack can't be read or led from here, whoever knows its name."""
    if any(event.get("event") == "user" and event.get("input_channel") not in (NAME, None) for event in events):
        raise Refused("rest_sender")


def _shown(sender: str, turn: Iterable[Message]) -> Messages:
    """As Rasa's own channel shows it: a text without buttons goes paragraph by paragraph."""
    shown: Messages = []
    for message in turn:
        if message.by != "assistant":
            continue
        if message.buttons:
            buttons = [button._asdict() for button in message.buttons]
            shown.append({"recipient_id": sender, "text": message.text, "buttons": buttons})
        else:
            parts = message.text.strip().split("\n\n") if message.text else []
            shown += [{"recipient_id": sender, "text": part} for part in parts]
    return shown
