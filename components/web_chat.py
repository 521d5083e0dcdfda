"""The chat on the website: what each event of a visitor's socket does.

A socket belongs to one conversation, that of its token or a new one, and hears what is said there. Which one that
is, is never for the visitor's side to say.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from itertools import dropwhile
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from socketio import AsyncServer

from components import erasure_request
from components.gate import Press, Refused, Words, read
from components.remembered import close, erase, recall
from components.sentences import Sentences, language
from components.spoken import ENTITY as LANGUAGE
from components.spoken import language_in, language_of
from components.transcript import Message, Transcript, answer_id, at, pressed, typed, with_entity
from components.turns import Events, Turns, Unspoken
from components.web_limits import Limits
from components.web_sessions import Session, Sessions

NAME = "web"

logger = logging.getLogger(__name__)
Answer = dict[str, Any]


@dataclass
class Visitor:
    """One socket. ``session`` is None once its conversation has ended under it.

    ``language``: that of the conversation, or as long as it has none, the page's. ``chosen``: picked on the page, and to be
    told with each message until Rasa takes one up: it reads no note under a button, nor under what a channel answers itself.
    """

    session: Session | None
    origin: str
    address: str | None
    language: str
    chosen: bool = False

    @property
    def conversation(self) -> str | None:
        """The conversation that it is in."""
        return self.session.conversation if self.session else None


@dataclass
class Chat:
    """All sockets of this process. ``clock``: seconds since 1970.

    The visitor's side is refused with ``Refused``; what else is raised means trouble here.
    """

    sio: AsyncServer
    agent: Callable[[], Agent]
    turns: Turns
    sessions: Sessions
    sentences: Sentences
    limits: Limits
    clock: Callable[[], float]
    visitors: dict[str, Visitor] = field(default_factory=dict)

    async def connect(self, sid: str, origin: str, address: str | None, auth: object) -> None:
        """Into the conversation of the token; without a good one, into a new one."""
        wish = auth if isinstance(auth, dict) else {}
        self.limits.socket(address)
        token = wish.get("token")
        session = self.sessions.read(token, origin, self.clock())
        if session and is_over(session, await recall(self.agent(), session.conversation)):
            session = None
        resumed = session is not None
        if session is None:
            self.limits.conversation(address)
            session = self.sessions.new(origin)
            token = self._token(session)
        await self.sio.enter_room(sid, session.conversation)
        # It may have hung up meanwhile. socket.io does not tell who is not connected yet, so nobody would forget it.
        if self.sio.manager.eio_sid_from_sid(sid, "/") not in self.sio.environ:
            raise Refused("ended")
        spoken, chosen = language(wish.get("language")), wish.get("chosen") is True
        visitor = self.visitors[sid] = Visitor(session, origin, address, spoken, chosen)
        # In the background: it may be sent only after the confirmation, which follows upon this.
        self.sio.start_background_task(self._greet, sid, visitor, {"token": token, "resumed": resumed})

    def disconnect(self, sid: str) -> None:
        """Nothing is kept of a socket."""
        self.visitors.pop(sid, None)

    async def say(self, sid: str, data: object = None) -> Answer:
        """Words, or a press on a button."""
        # From here to its place in the line nothing gives way, so that messages keep their order.
        visitor = self.visitors[sid]
        session = visitor.session
        self.limits.message(visitor.conversation, visitor.address)
        said = read(data)
        if session is None:
            raise Refused("ended")
        turn = _Turn(self, sid, session, visitor, said)
        try:
            taken = await self.turns.take(session.conversation, said.id, turn.prepare, turn.tell)
        except Refused as refused:
            if refused.error != erasure_request.ERASED:
                raise
            return await self._forgotten(sid, visitor, session.conversation, said.id)
        if taken.again:
            await self.send(sid, self.transcript(taken.events, visitor.language).turn(said.id))
        begun = replace(session, begun=True)
        if visitor.session == session:
            visitor.session = begun
        return {"ok": True, "token": self._token(begun)}

    async def start_over(self, sid: str) -> Answer:
        """A new conversation; the old one stays in the store, closed."""
        return await self._leave(sid, close)

    async def delete(self, sid: str) -> Answer:
        """A new conversation; nothing is left of the old one but what was sent to the lawyers."""
        return await self._leave(sid, erase)

    async def send(self, to: str, messages: list[Message], skip: str | None = None) -> None:
        """To a socket of this process, or to all sockets of a conversation but one."""
        for message in messages:
            here = to in self.visitors
            await self.sio.emit("message", message.shown(), to=to, skip_sid=skip, ignore_queue=here)

    def transcript(self, events: Events, language: str) -> Transcript:
        """What was said, with the apology in this language."""
        return Transcript(events, self.sentences.say("problem", language))

    def refusal(self, error: str, language: str) -> Answer:
        """The answer when something is not done."""
        name = error.removesuffix("_chats")
        return {"ok": False, "error": name, "text": self.sentences.say(error, language)}

    async def _greet(self, sid: str, visitor: Visitor, greeting: Answer) -> None:
        """The token and what was said so far."""
        conversation = visitor.conversation if greeting["resumed"] else None
        try:
            first = await self._said(conversation, visitor)
            shown = [message.shown() for message in first]
            await self.sio.emit("session", greeting | {"messages": shown}, to=sid, ignore_queue=True)
            # What was stored since then, and perhaps told before the session was.
            known = [message.id for message in first]
            later = [
                message for message in await self._said(conversation, visitor) if message.id not in known
            ]
        except Exception as error:
            logger.error("A conversation could not be read: %s", type(error).__name__)
            return await self.sio.disconnect(sid)
        await self.send(sid, later)

    async def _said(self, conversation: str | None, visitor: Visitor) -> list[Message]:
        if conversation is None:
            return []
        events = await recall(self.agent(), conversation)
        if not visitor.chosen:
            visitor.language = language_of(events, visitor.language)
        return self.transcript(events, visitor.language).messages

    async def _leave(self, sid: str, deed: Callable[[Agent, str], Awaitable[None]]) -> Answer:
        visitor = self.visitors[sid]
        self.limits.message(visitor.conversation, visitor.address)
        self.limits.conversation(visitor.address)
        if old := visitor.conversation:
            await self.turns.end(old, deed)
        return await self._begin_anew(sid, visitor, old)

    async def _forgotten(self, sid: str, visitor: Visitor, old: str, said: str) -> Answer:
        """In place of the conversation that is deleted, a new one that says so."""
        answer = await self._begin_anew(sid, visitor, old)
        done = self.sentences.say(erasure_request.ERASED, visitor.language)
        message = Message(answer_id(said, 0), "assistant", done, at(self.clock()))
        greeting = {"token": answer["token"], "resumed": False, "messages": [message.shown()]}
        # In the background, as when it connects: so the answer to what was said goes first.
        self.sio.start_background_task(self.sio.emit, "session", greeting, to=sid)
        return answer

    async def _begin_anew(self, sid: str, visitor: Visitor, old: str | None) -> Answer:
        if old:
            await self._turn_out(sid, old)
        session = visitor.session = self.sessions.new(visitor.origin)
        await self.sio.enter_room(sid, session.conversation)
        return {"ok": True, "token": self._token(session)}

    async def _turn_out(self, sid: str, conversation: str) -> None:
        """All of this process at once; those of another one are refused when they say something."""
        for visitor in self.visitors.values():
            if visitor.conversation == conversation:
                visitor.session = None
        await self.sio.emit("ended", {}, to=conversation, skip_sid=sid)
        await self.sio.close_room(conversation)

    def _token(self, session: Session) -> str:
        return self.sessions.token(session, self.clock())


@dataclass(frozen=True)
class _Turn:
    """One message of a visitor, on its way to Rasa and back to every socket of the conversation."""

    chat: Chat
    sid: str
    session: Session
    visitor: Visitor
    said: Words | Press

    async def prepare(self, events: Events) -> UserMessage:
        """What Rasa hears; shown to all before it does."""
        if is_over(self.session, events):
            raise Refused("ended")
        text, shown, note = self._meant(events)
        if self.visitor.chosen or not events:
            note = {**(note or {}), LANGUAGE: self.visitor.language}
        if isinstance(self.said, Words):  # so that an apology is in the language written
            self.visitor.language = language_in(text, self.visitor.language)
        own = Message(self.said.id, "visitor", shown, at(self.chat.clock()))
        await self.chat.send(self.session.conversation, [own])
        message = UserMessage(
            text,
            Unspoken(),
            self.session.conversation,
            input_channel=NAME,
            message_id=self.said.id,
            metadata=note,
        )
        return erasure_request.heard(
            message, events, self.chat.sentences, self.chat.clock(), self.visitor.language
        )

    async def tell(self, events: Events | None) -> None:
        """The answers, as they are stored; when nothing is, an apology. Who asked gets that with the refusal."""
        if events is not None:
            self._follow(events)
            answers = self.chat.transcript(events, self.visitor.language).turn(self.said.id)
            return await self.chat.send(self.session.conversation, answers)
        sorry, name = self.chat.sentences.say("problem", self.visitor.language), answer_id(self.said.id, 0)
        apology = Message(name, "assistant", sorry, at(self.chat.clock()), reply_to=self.said.id)
        await self.chat.send(self.session.conversation, [apology], skip=self.sid)

    def _follow(self, events: Events) -> None:
        """The visitor's language is that of the conversation, unless another was chosen which this message did not set."""
        set_now = language_of(dropwhile(lambda event: event.get("message_id") != self.said.id, events), "")
        if set_now or not self.visitor.chosen:
            self.visitor.language, self.visitor.chosen = language_of(events, self.visitor.language), False

    def _meant(self, events: Events) -> tuple[str, str, dict[str, Any] | None]:
        """What Rasa hears, what people see, and what is kept with it."""
        if isinstance(self.said, Words):
            text, plain = self.said.text, self.said.plain
            return plain, text, typed(text) if plain != text else None
        button = self.chat.transcript(events, self.visitor.language).button(self.said)
        payload = button.payload
        if self.visitor.chosen:  # Rasa reads no note beside a payload
            payload = with_entity(payload, LANGUAGE, self.visitor.language)
        return payload, button.title, pressed(self.said, button)


def is_over(session: Session, events: Events) -> bool:
    """Closed, or deleted."""
    return Transcript(events, "").ended or (session.begun and not events)
