"""What a message over REST leads to: a turn of its conversation, and the messages that answer it."""

from __future__ import annotations

import time
import uuid
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from rasa.core.channels.channel import UserMessage

from components import erasure_request, gate
from components.gate import Press, Refused, Words
from components.rest_request import Asked
from components.sentences import Sentences
from components.spoken import language_in, language_of
from components.transcript import Message, Transcript, pressed, typed
from components.turns import Events, Failed, Turns, Unspoken
from knowledge.languages import DEFAULT

NAME = "rest"
MOST_AT_ONCE = 400  # conversations with something to do: more could not be answered in time
MOST_FAILED = 1_000  # remembered

Messages = list[dict[str, Any]]


@dataclass(frozen=True)
class Chat:
    """All conversations over REST."""

    turns: Turns
    sentences: Sentences
    # The last message of a conversation that failed, and its id: who sends the same again means the same, named or not.
    failed: OrderedDict[str, tuple[str, str]] = field(default_factory=OrderedDict)

    async def answer(self, asked: Asked, accepted: str = DEFAULT) -> Messages:
        """The messages that answer this one, never none; a message without words is asked for again, and is not heard.

        ``accepted``: the language of what is said outside of the conversation, where the message tells none.

        Raises ``Refused``, and ``Failed`` when nothing was answered: the same may then be sent again.
        """
        # From here to its place in the line nothing gives way, so that messages keep their order.
        try:
            words = self._words(asked)
        except Refused as refused:
            if refused.error != "empty":
                raise
            return [{"recipient_id": asked.sender, "text": self.sentences.say("empty", accepted)}]
        if len(self.turns) >= MOST_AT_ONCE:
            raise Refused("too_many")
        try:
            return await self._take(asked.sender, words)
        except Refused as refused:
            if refused.error != erasure_request.ERASED:
                raise
            said = self.sentences.say(refused.error, language_in(asked.text, accepted))
            return [{"recipient_id": asked.sender, "text": said}]
        except Failed:
            self.failed[asked.sender] = words.text, words.id
            if len(self.failed) > MOST_FAILED:
                self.failed.popitem(last=False)
            raise

    def _words(self, asked: Asked) -> Words:
        said = gate.words(asked.id or uuid.uuid4().hex, asked.text)
        text, name = self.failed.pop(asked.sender, ("", ""))
        return Words(name, said.text) if asked.id is None and text == said.text else said

    async def _take(self, sender: str, words: Words) -> Messages:
        said = words
        for _ in range(2):
            turn = _Turn(sender, said, self.sentences)
            taken = await self.turns.take(sender, said.id, turn.prepare, turn.tell)
            _check_is_ours(taken.events)
            transcript = Transcript(taken.events, "")
            if messages := _shown(sender, transcript.turn(said.id)):
                return messages
            if not taken.again:
                break
            said = _next_try(transcript, words)
        raise Failed


@dataclass
class _Turn:
    """One message, on its way to Rasa. ``looked_back``: in all of the conversation, not only its last turns."""

    sender: str
    said: Words
    sentences: Sentences
    looked_back: bool = False

    async def prepare(self, events: Events) -> UserMessage:
        """What Rasa hears."""
        _check_is_ours(events)
        text, note = self._meant(events)
        message = UserMessage(
            text, Unspoken(), self.sender, input_channel=NAME, message_id=self.said.id, metadata=note
        )
        return erasure_request.heard(message, events, self.sentences, time.time(), language_of(events))

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
        if not self.looked_back:
            self.looked_back = True
            raise Refused(
                "unknown_button"
            )  # for which ``turns`` reads all of the conversation and asks again
        return plain, typed(text)


def _next_try(transcript: Transcript, words: Words) -> Words:
    """The same words under another id. Under the first they are stored without an answer, as a server of ours was down
    then; so they may be under the next ones, but for the last, which may have been answered.
    """
    said = (message.id for message in transcript.messages if message.by == "visitor")
    tries = [name for name in said if name.startswith(f"{words.id}~")]
    if tries and _shown("", transcript.turn(tries[-1])):
        return Words(tries[-1], words.text)
    return Words(f"{words.id}~{len(tries) + 1}", words.text)


def _check_is_ours(events: Events) -> None:
    """A conversation of the website or of Slack can't be read or led from here, whoever knows its name."""
    if any(
        event.get("event") == "user" and event.get("input_channel") not in (NAME, None) for event in events
    ):
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
