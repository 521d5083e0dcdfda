"""A conversation's messages one after the other, each exactly once, each with an answer. Shared by the channels.

Whether a message was heard is asked of the tracker store, under Rasa's lock for the conversation: so it holds after
a crash, and with several processes once they share a store and a lock store. What is kept here is the queue within
this process: it spares Rasa's lock, which looks again only once a second, and lets a message that comes twice at
once wait for the one result.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from rasa.core.agent import Agent
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.processor import MessageProcessor

from components import counts, erasure_request
from components.gate import Refused
from components.in_process import NotDone
from components.remembered import forget, look, recall, store_of

LIMIT_S = 4.0  # whoever wrote a message sees an answer within five seconds, even if it is an apology
MOST_WAITING = 20
RECENT = 3  # turns that tell what a message may mean, and whether the conversation goes on

logger = logging.getLogger(__name__)

Events = Sequence[dict[str, Any]]
# What Rasa is to hear, given the last turns of the conversation so far; raises ``Refused``.
Prepare = Callable[[Events], Awaitable[UserMessage]]
# Called before the next message's turn: with the last turns after this one, or None if it failed.
Tell = Callable[[Events | None], Awaitable[None]]


class Failed(Exception):
    """The message counts as not sent, and may be sent again under the same id: should it be stored after all, because the
    database was late, it is found there.
    """


class NoModel(Exception):
    """Rasa has not loaded the assistant."""


class NoAction(Exception):
    """The action server did not do what was to be done, and there is no going on without; nothing of the turn is kept."""


class NotStored(Exception):
    """Rasa went on although it could not write: it does not raise then."""


class Taken(NamedTuple):
    """The conversation after the message, its last turns at least; ``again``: it was taken before, or by another call."""

    events: Events
    again: bool


class Unspoken(OutputChannel):
    """Sends nothing: what the assistant says is read from the store, once it is there."""

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Nothing to do."""


@dataclass(frozen=True)
class _Job:
    work: Callable[[], Awaitable[Taken]]
    result: asyncio.Future[Taken]
    until: float  # on the loop's clock
    is_message: bool


@dataclass
class _Line:
    """What one conversation has to do, in order, and the task that does it."""

    jobs: deque[_Job] = field(default_factory=deque)
    results: dict[str, asyncio.Future[Taken]] = field(default_factory=dict)
    worker: asyncio.Task[None] | None = None  # kept, so that it is not collected while it works
    ended: bool = False


class Turns:
    """Takes messages for Rasa. ``agent`` is asked for at each, since Rasa loads it after the channels. ``channel``: under
    which name the turns are counted.
    """

    def __init__(self, agent: Callable[[], Agent], limit_s: float = LIMIT_S, channel: str = "other") -> None:
        self._agent, self._limit_s, self._channel = agent, limit_s, channel
        self._lines: dict[str, _Line] = {}
        # Understanding a long message takes a second or two of computing. In a thread of its own nobody waits for it
        # who only connects, or writes too much; one thread, as only so many can compute.
        self._mind = ThreadPoolExecutor(1, thread_name_prefix="understanding", initializer=_begin_to_think)

    def __len__(self) -> int:
        """How many conversations have something to do; nothing is kept of the others."""
        return len(self._lines)

    async def take(self, conversation: str, message_id: str, prepare: Prepare, tell: Tell) -> Taken:
        """The conversation after this message and its answer, both stored. Turns come in order of the calls.

        Answers at once if it was taken before. Raises ``Refused``; and ``Failed`` when it is not stored within the
        limit after the call, so that whoever wrote it hears of it, whatever is out of order. What was written after it,
        before that was known, fails with it: it must not be taken for the answer to an earlier question.
        """
        line = self._lines.get(conversation)
        if line and (result := line.results.get(message_id)):
            return (await asyncio.shield(result))._replace(again=True)
        return await self._put(
            conversation, message_id, lambda: self._turn(conversation, message_id, prepare, tell)
        )

    async def end(self, conversation: str, deed: Callable[[Agent, str], Awaitable[None]]) -> None:
        """Does what ends the conversation, in its turn; what waits behind it is refused as ``ended``.

        Raises ``Refused`` and ``Failed``.
        """
        await self._put(conversation, "", lambda: self._end(conversation, deed))

    async def _put(self, conversation: str, name: str, work: Callable[[], Awaitable[Taken]]) -> Taken:
        loop = asyncio.get_running_loop()
        line = self._lines.setdefault(conversation, _Line())
        if len(line.jobs) >= MOST_WAITING:
            raise Refused("too_many")
        job = _Job(work, loop.create_future(), loop.time() + self._limit_s, is_message=bool(name))
        line.jobs.append(job)
        line.results[name] = job.result
        job.result.add_done_callback(lambda _: line.results.pop(name, None))
        if job.is_message:
            job.result.add_done_callback(
                lambda done: self._count(done, loop.time() - job.until + self._limit_s)
            )
        line.worker = line.worker or loop.create_task(self._work(conversation, line))
        return await asyncio.shield(job.result)  # the work goes on when nobody waits for it any more

    def _count(self, done: asyncio.Future[Taken], seconds: float) -> None:
        if error := done.exception():
            counts.turn(self._channel, "refused" if isinstance(error, Refused) else "failed", seconds)
            return
        taken = done.result()
        counts.turn(self._channel, "again" if taken.again else "answered", seconds)
        if not taken.again:
            counts.said(self._channel, taken.events)

    async def _work(self, conversation: str, line: _Line) -> None:
        while line.jobs:
            if not await _do(line.jobs.popleft()):
                _fail_messages(line)
        del self._lines[conversation]

    async def _turn(self, conversation: str, message_id: str, prepare: Prepare, tell: Tell) -> Taken:
        agent = self._alive(conversation)
        async with agent.lock_store.lock(conversation):
            events: Events
            is_heard, events = await look(agent, conversation, message_id, RECENT)
            if is_heard:
                return Taken(await recall(agent, conversation), again=True)
            try:
                message = await prepare(events)
            except Refused as refused:
                if refused.error != "unknown_button":
                    raise
                message = await prepare(await recall(agent, conversation))  # of long ago, or none at all
            if isinstance(message, erasure_request.Forget):
                await forget(conversation, message.at)
                raise Refused(erasure_request.ERASED)
            try:
                events = await self._hear(agent, message)
            except BaseException:
                await tell(None)
                raise
            await tell(events)
            return Taken(events, again=False)

    async def _end(self, conversation: str, deed: Callable[[Agent, str], Awaitable[None]]) -> Taken:
        agent = self._alive(conversation)
        async with agent.lock_store.lock(conversation):
            await deed(agent, conversation)
        self._lines[conversation].ended = True
        return Taken((), again=False)

    async def _hear(self, agent: Agent, message: UserMessage) -> Events:
        """The conversation after the message. Not by way of ``on_new_message``, which takes Rasa's lock anew: nothing
        may come between looking whether a message was heard and hearing it.
        """
        if (processor := agent.processor) is None:
            raise NoModel
        processor.tracker_store = store_of(agent)  # what cannot be read or written fails the turn
        if isinstance(message, erasure_request.Reply):
            await erasure_request.answer(processor, message)
        else:
            loop = asyncio.get_running_loop()
            message.parse_data = await loop.run_in_executor(self._mind, _understood, processor, message)
            try:
                await processor.handle_message(message)
            except NotDone as reason:
                raise NoAction(str(reason)) from None
        assert message.message_id is not None
        is_stored, events = await look(agent, message.sender_id, message.message_id, RECENT)
        if not is_stored:
            raise NotStored
        return events

    def _alive(self, conversation: str) -> Agent:
        if self._lines[conversation].ended:
            raise Refused("ended")
        return self._agent()


def _begin_to_think() -> None:
    """Gives this thread a loop of its own to understand in: making one for each message takes longer than much of that."""
    asyncio.set_event_loop(asyncio.new_event_loop())


def _understood(processor: MessageProcessor, message: UserMessage) -> dict[str, Any]:
    """What Rasa would make of it when it handles it."""
    understood = processor.parse_message(message)
    parsed: dict[str, Any] = asyncio.get_event_loop().run_until_complete(understood)
    return parsed


def _fail_messages(line: _Line) -> None:
    """All that wait; the end of the conversation, if it is among them, is still to come."""
    waiting, line.jobs = line.jobs, deque(job for job in line.jobs if not job.is_message)
    for job in waiting:
        if job.is_message:
            job.result.set_exception(Failed())


async def _do(job: _Job) -> bool:
    """Does it in time; False if it failed. Of what goes wrong only the kind is logged: the text of an error may tell
    contents.
    """
    loop = asyncio.get_running_loop()
    try:
        taken = await asyncio.wait_for(job.work(), job.until - loop.time())
    except Refused as refused:
        job.result.set_exception(refused)
    except Exception as error:
        logger.error("A turn failed: %s", type(error).__name__)
        counts.failed(error)
        job.result.set_exception(Failed())
        return False
    else:
        job.result.set_result(taken)
    return True
