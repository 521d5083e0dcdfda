"""What each thing that was heard in Slack leads to: a turn of the conversation, and what is to be sent of it.

The turn is stored, then its answers are queued and the message forgotten, both in one transaction. What a crash
leaves in between is done again at the next start, and the turn is found done.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass

from rasa.core.channels.channel import UserMessage

from components import erasure_request, gate, slack_posts
from components.gate import Press, Refused
from components.limits import Buckets
from components.sentences import Sentences
from components.slack_blocks import Shown, answer, note
from components.slack_heard import Place, Pressed, Said, direct, from_document, to_document
from components.slack_leads import LeadDesk
from components.slack_queue import Queue, Row, Task
from components.slack_sender import InThread
from components.spoken import language_in, language_of
from components.transcript import Message, Transcript, pressed, typed
from components.turns import Events, Failed, Turns, Unspoken
from knowledge.languages import DEFAULT
from leads.channels import GOES_ON, PRIVATE, PUBLIC
from leads.claims import Click
from leads.errors import LeadsError, WrongKey

NAME = "slack"
CALLED = "/greet"  # what Rasa hears when the assistant was only called by name
# A turn that fails is tried again, unless it takes so long that no word would come in five seconds.
TRIES, LAST_S = 3, 0.6
NOT_OURS = "not ours"
BURST, PER_MINUTE = 20, 30

logger = logging.getLogger(__name__)


class Chat:
    """``clock``: seconds since 1970; ``ticks``: seconds that only grow."""

    def __init__(
        self,
        queue: Queue,
        in_thread: InThread,
        turns: Turns,
        sentences: Sentences,
        desk: LeadDesk,
        ticks: Callable[[], float],
        clock: Callable[[], float],
        sent: Callable[[], None],
    ) -> None:
        self._queue, self._in_thread, self._turns = queue, in_thread, turns
        self.sentences, self._desk, self._ticks, self._clock, self._sent = sentences, desk, ticks, clock, sent
        self._limits = Buckets(BURST, PER_MINUTE)

    async def serve(self, line: str) -> float | None:
        """Does what is next in a line, for ``Lines``."""
        row: Row | None = await self._in_thread(self._queue.head, "in", line)
        if row is None:
            return None
        try:
            what = from_document(self._queue.read(row))
        except (WrongKey, LookupError, TypeError, ValueError) as error:
            logger.error("A message from Slack cannot be read any more: %s", type(error).__name__)
            await self.finish(row)
            return 0.0
        started = self._ticks()
        try:
            await (self._click(row, what) if isinstance(what, Click) else self._turn(row, what))
        except (Failed, LeadsError):
            return await self._failed(row, what, self._ticks() - started)
        return 0.0

    async def finish(self, row: Row, *then: Task) -> None:
        """Forgets what was heard, and keeps what follows."""
        await self._in_thread(self._queue.done, row, *then)
        self._sent()

    def heard(self, message: UserMessage, events: Events, language: str) -> UserMessage:
        """What becomes of a message that nobody else reads, which may ask that everything be deleted."""
        return erasure_request.heard(message, events, self.sentences, self._clock(), language)

    def transcript(self, events: Events, language: str) -> Transcript:
        """What was said, with the apology in this language."""
        return Transcript(events, self.sentences.say("problem", language))

    async def _turn(self, row: Row, what: Said | Pressed) -> None:
        turn, place = _Turn(self, row, what, typed_in(what)), what.place
        try:
            if not row.attempts and not self._limits.take(place.user, self._ticks()):
                raise Refused("too_many")
            taken = await self._turns.take(place.conversation, what.id, turn.prepare, turn.tell)
        except Refused as refused:
            await self.finish(row, *turn.refusal(refused.error))
        else:
            if taken.again:
                await turn.tell(taken.events)

    async def _click(self, row: Row, click: Click) -> None:
        await asyncio.to_thread(self._desk.serve, click)
        await self.finish(row)

    async def _failed(self, row: Row, what: Said | Pressed | Click, took: float) -> float:
        """Again, and in the end a word to who wrote: then the message counts as not sent."""
        if row.attempts + 1 < TRIES and took < LAST_S:
            wait = 2.0**row.attempts
            await self._in_thread(self._queue.later, row, self._clock() + wait)
            return wait
        if isinstance(what, Click):
            await self.finish(row)
        else:
            sorry = note(self.sentences.say("problem", typed_in(what)))
            await self.finish(row, slack_posts.answer(what.place, f"{what.id}.problem", sorry))
        return 0.0


def typed_in(what: Said | Pressed, otherwise: str = DEFAULT) -> str:
    """The language that a message is surely typed in."""
    return language_in(what.text, otherwise) if isinstance(what, Said) else otherwise


@dataclass
class _Turn:
    """One message, on its way to Rasa and back to Slack. ``language``: of the conversation, as far as it is known."""

    chat: Chat
    row: Row
    what: Said | Pressed
    language: str

    @property
    def place(self) -> Place:
        return self.what.place

    async def prepare(self, events: Events) -> UserMessage:
        """What Rasa hears."""
        self.language = typed_in(self.what, language_of(events, self.language))
        text, metadata = self._meant(events)
        channel = NAME if self.place.private else PUBLIC
        message = UserMessage(
            text,
            Unspoken(),
            self.place.conversation,
            input_channel=channel,
            message_id=self.what.id,
            metadata=metadata,
        )
        return self.chat.heard(message, events, self.language) if self.place.private else message

    async def tell(self, events: Events | None) -> None:
        """Queues the answers."""
        if events is not None:
            self.language = language_of(events, self.language)
            await self.chat.finish(self.row, *self._follows(events))

    def refusal(self, error: str) -> list[Task]:
        """What is said when a message is not taken; nothing where it was none for us."""
        if error == NOT_OURS:
            return []
        name = "slack_erased" if error == erasure_request.ERASED else error
        said = note(self._say(name))
        return [slack_posts.aside(self.place, f"{self.what.id}.{error}", said)]

    def _meant(self, events: Events) -> tuple[str, dict[str, object] | None]:
        """What Rasa hears, and what is kept with it."""
        what = self.what
        if isinstance(what, Pressed):
            press = Press(what.id, what.message, what.index)
            transcript = self.chat.transcript(events, self.language)
            if any(
                message.id == what.message and message.used is not None for message in transcript.messages
            ):
                raise Refused(NOT_OURS)  # pressed twice in a row: the first one counts
            button = transcript.button(press)
            self.language = language_in(button.title, self.language)
            return button.payload, pressed(press, button)
        if what.joins and not events:
            raise Refused(NOT_OURS)
        if not what.text and not what.joins and not self.place.private:
            return CALLED, None
        words = gate.words(what.id, what.text)
        return words.plain, typed(words.text) if words.plain != words.text else None

    def _follows(self, events: Events) -> list[Task]:
        transcript, place = self.chat.transcript(events, self.language), self.place
        answers = [message for message in transcript.turn(self.what.id) if message.by == "assistant"]
        is_first = len(transcript.messages) == 1 + len(answers)
        tasks = [*self._choice(transcript)]
        for message in answers:
            shown = answer(message, place.conversation, self._hint() if is_first else "")
            tasks.append(slack_posts.answer(place, message.id, shown))
        return [*tasks, *self._in_private(events)]

    def _choice(self, transcript: Transcript) -> list[Task]:
        what = self.what
        if not isinstance(what, Pressed):
            return []
        was = next((message for message in transcript.messages if message.id == what.message), None)
        return [slack_posts.choice(what.place, what, self._shown(was))] if was else []

    def _shown(self, message: Message) -> Shown:
        return answer(message, self.place.conversation)

    def _say(self, name: str) -> str:
        return self.chat.sentences.say(name, self.language)

    def _hint(self) -> str:
        """How to go on, where the assistant does not hear everything."""
        is_shared = not self.place.private and not self.place.respond
        return self._say("slack_go_on") if is_shared else ""

    def _in_private(self, events: Events) -> list[Task]:
        """The request to a lawyer goes on in a direct message."""
        if not goes_on_in_private(events, self.what.id):
            return []
        wish = Said(f"{self.what.id}.private", self._say("slack_wish"), direct(self.place))
        return [Task("in", wish.place.conversation, to_document(wish))]


def goes_on_in_private(events: Events, message_id: str) -> bool:
    """Whether the assistant said so in its answer to this message."""
    asked = None
    for event in events:
        if event.get("event") == "user":
            asked = event.get("message_id")
        note = event.get("metadata") or {}
        if event.get("event") == "bot" and asked == message_id and note.get(GOES_ON) == PRIVATE:
            return True
    return False
