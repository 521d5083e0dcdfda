"""Messages in order, each heard once, each answered or known to have failed; and nothing is kept of what is done."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, cast

import pytest
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.core.lock_store import InMemoryLockStore
from rasa.core.tracker_store import FailSafeTrackerStore, InMemoryTrackerStore, TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, UserUttered

from components.gate import Refused
from components.remembered import close, recall
from components.transcript import Transcript
from components.turns import MOST_WAITING, Events, Failed, Taken, Turns, Unspoken

CANARY = "canary-7f3a"


class Broken(InMemoryTrackerStore):
    """Can be made to fail at reading or writing."""

    fails: set[str] = set()

    async def retrieve(self, sender_id: str) -> Any:
        self._check("read")
        return await super().retrieve(sender_id)

    async def retrieve_full_tracker(self, sender_id: str) -> Any:
        self._check("read")
        return await super().retrieve_full_tracker(sender_id)

    async def save(self, tracker: Any) -> None:
        self._check("write")
        await super().save(tracker)

    def _check(self, what: str) -> None:
        if what in self.fails:
            raise OSError(f"cannot {what} {CANARY}")


class FakeProcessor:
    """Answers each text with itself, after a while; ``fault`` may do something first."""

    def __init__(self, store: TrackerStore) -> None:
        self.store, self.wait_s, self.heard, self.at_once, self.most_at_once = store, 0.0, [""][:0], 0, 0
        self.fault: Callable[[], Awaitable[Any]] | None = None

    async def parse_message(self, message: UserMessage) -> dict[str, Any]:
        return {"intent": {"name": "ask"}, "entities": [], "text": message.text}

    async def handle_message(self, message: UserMessage) -> None:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            self.heard.append(str(message.text))
            await asyncio.sleep(self.wait_s)
            if self.fault:
                await self.fault()
            assert message.parse_data
            tracker = await self.store.get_or_create_tracker(message.sender_id, append_action_listen=False)
            tracker.update(
                UserUttered(message.text, message_id=message.message_id, metadata=message.metadata)
            )
            tracker.update(BotUttered(f"You said {message.text}."))
            await self.store.save(tracker)
        finally:
            self.at_once -= 1


class FakeAgent:
    """Rasa's own stores around the fake."""

    def __init__(self) -> None:
        self.broken = Broken(Domain.empty())
        self.tracker_store = FailSafeTrackerStore(self.broken)
        self.lock_store, self.domain = InMemoryLockStore(), Domain.empty()
        self.processor: FakeProcessor | None = FakeProcessor(self.tracker_store)


class Bench:
    """Turns over the fake, and everything that was told."""

    def __init__(self, limit_s: float = 15.0) -> None:
        self.agent = FakeAgent()
        self.turns = Turns(lambda: cast(Agent, self.agent), limit_s)
        self.told: list[str | None] = []

    @property
    def processor(self) -> FakeProcessor:
        assert self.agent.processor
        return self.agent.processor

    async def say(self, text: str, name: str | None = None, conversation: str = "web-1") -> Taken:
        name = name or f"id-{text}"

        async def prepare(events: Events) -> UserMessage:
            if text == "refused":
                raise Refused("used")
            return UserMessage(text, Unspoken(), conversation, input_channel="web", message_id=name)

        async def tell(events: Events | None) -> None:
            turn = Transcript(events or (), "").turn(name)
            self.told.append(turn[-1].text if turn else None)

        return await self.turns.take(conversation, name, prepare, tell)

    async def stored(self, conversation: str = "web-1") -> list[str]:
        events = await recall(cast(Agent, self.agent), conversation)
        return [event["text"] for event in events if event["event"] == "user"]


@pytest.fixture(autouse=True)
def nothing_fails() -> None:
    Broken.fails = set()


async def test_a_message_is_answered_and_stored() -> None:
    bench = Bench()
    taken = await bench.say("hello")
    assert not taken.again
    assert [m.text for m in Transcript(taken.events, "").messages] == ["hello", "You said hello."]
    assert bench.told == ["You said hello."]


async def test_messages_of_one_conversation_come_one_after_the_other_in_order() -> None:
    bench = Bench()
    bench.processor.wait_s = 0.01
    texts = [str(number) for number in range(MOST_WAITING)]
    await asyncio.gather(*(bench.say(text) for text in texts))
    assert bench.processor.heard == texts == await bench.stored()
    assert bench.processor.most_at_once == 1
    assert bench.told == [f"You said {text}." for text in texts]


async def test_it_does_not_wait_for_rasas_lock_to_look_again() -> None:
    bench = Bench()
    started = asyncio.get_running_loop().time()
    await asyncio.gather(*(bench.say(str(number)) for number in range(10)))
    assert asyncio.get_running_loop().time() - started < 0.9  # Rasa's looks once a second


async def test_conversations_do_not_wait_for_each_other() -> None:
    bench = Bench()
    bench.processor.wait_s = 0.3
    await asyncio.gather(*(bench.say("hello", conversation=f"web-{n}") for n in range(10)))
    assert bench.processor.most_at_once == 10


async def test_the_same_id_twice_at_once_is_heard_once_and_both_get_the_answer() -> None:
    bench = Bench()
    bench.processor.wait_s = 0.02
    taken = await asyncio.gather(*(bench.say("hello") for _ in range(5)))
    assert bench.processor.heard == ["hello"] == await bench.stored()
    assert [one.again for one in taken] == [False, True, True, True, True]
    assert len({len(one.events) for one in taken}) == 1
    assert bench.told == ["You said hello."]


async def test_the_same_id_later_is_not_heard_again_even_by_another_process() -> None:
    bench = Bench()
    await bench.say("hello")
    assert (await bench.say("hello")).again
    restarted = Bench()
    restarted.agent = bench.agent
    taken = await restarted.say("hello")
    assert taken.again and Transcript(taken.events, "").turn("id-hello")
    assert bench.processor.heard == ["hello"]


async def test_two_processes_that_get_the_same_id_at_once_hear_it_once() -> None:
    """They share Rasa's stores: as with PostgreSQL and Redis."""
    one, two = Bench(), Bench()
    two.agent = one.agent
    one.processor.wait_s = 0.1
    taken = await asyncio.gather(one.say("hello"), two.say("hello"))
    assert one.processor.heard == ["hello"]
    assert [each.again for each in taken] == [False, True]


async def test_it_goes_on_when_the_visitor_has_left() -> None:
    bench = Bench()
    bench.processor.wait_s = 0.05
    asking = asyncio.create_task(bench.say("hello"))
    await asyncio.sleep(0.01)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert (await bench.say("hello")).again
    assert await bench.stored() == ["hello"]


async def test_what_is_refused_is_not_heard_and_the_next_one_is() -> None:
    bench = Bench()
    refused, taken = await asyncio.gather(bench.say("refused"), bench.say("hello"), return_exceptions=True)
    assert isinstance(refused, Refused) and refused.error == "used"
    assert isinstance(taken, Taken)
    assert bench.processor.heard == ["hello"]


async def test_a_flood_is_refused() -> None:
    bench = Bench()
    bench.processor.wait_s = 0.01
    said = await asyncio.gather(*(bench.say(str(n)) for n in range(100)), return_exceptions=True)
    assert sum(isinstance(one, Refused) and one.error == "too_many" for one in said) == 100 - MOST_WAITING


# ---- what goes wrong --------------------------------------------------------------------------------


async def fails() -> None:
    raise ValueError(CANARY)


async def hangs() -> None:
    await asyncio.sleep(3600)


@pytest.mark.parametrize("fault", [fails, hangs])
async def test_a_turn_that_fails_or_hangs_is_told_and_can_be_tried_again(
    fault: Callable[[], Awaitable[None]], caplog: pytest.LogCaptureFixture
) -> None:
    bench = Bench(limit_s=0.3)
    bench.processor.fault = fault
    with caplog.at_level(logging.DEBUG), pytest.raises(Failed):
        await bench.say(CANARY)
    assert bench.told == [None]
    assert await bench.stored() == []
    assert "A turn failed: " in caplog.text and CANARY not in caplog.text
    bench.processor.fault = None
    assert not (await bench.say(CANARY)).again
    assert await bench.stored() == [CANARY]
    assert bench.told == [None, f"You said {CANARY}."]


async def test_what_waits_behind_a_turn_that_hangs_hears_of_it_in_time() -> None:
    bench = Bench(limit_s=0.3)
    bench.processor.fault = hangs
    started = asyncio.get_running_loop().time()
    said = await asyncio.gather(*(bench.say(str(n)) for n in range(5)), return_exceptions=True)
    assert all(isinstance(one, Failed) for one in said)
    assert asyncio.get_running_loop().time() - started < 0.6
    bench.processor.fault = None
    assert await bench.say("hello")


async def test_what_was_written_before_a_failure_was_known_fails_with_it_and_the_end_still_comes() -> None:
    """An answer to the second question of a form must not be taken for one to the first."""
    bench = Bench()
    bench.processor.wait_s, bench.processor.fault = 0.02, fails
    first, second, third = (asyncio.create_task(bench.say(text)) for text in ("Ana Ruiz", "ana@x.example", "Mornings"))
    await asyncio.sleep(0.01)
    ending = asyncio.create_task(bench.turns.end("web-1", close))
    said = await asyncio.gather(first, second, third, ending, return_exceptions=True)
    assert all(isinstance(one, Failed) for one in said[:3]) and said[3] is None
    assert bench.processor.heard == ["Ana Ruiz"] and await bench.stored() == []


@pytest.mark.parametrize("what", ["read", "write"])
async def test_a_store_out_of_order_is_never_taken_for_an_empty_one(what: str) -> None:
    """Rasa itself goes on with an empty conversation, and keeps nothing of what is said."""
    bench = Bench()
    await bench.say("before")
    Broken.fails = {what}
    with pytest.raises(Failed):
        await bench.say("hello")
    Broken.fails = set()
    assert not (await bench.say("hello")).again
    assert await bench.stored() == ["before", "hello"]


async def test_without_a_model_it_fails() -> None:
    bench = Bench()
    processor, bench.agent.processor = bench.agent.processor, None
    with pytest.raises(Failed):
        await bench.say("hello")
    bench.agent.processor = processor
    assert await bench.say("hello")


async def test_nothing_is_kept_of_what_is_done() -> None:
    bench = Bench()
    await asyncio.gather(*(bench.say("hello", conversation=f"web-{n}") for n in range(200)))
    await asyncio.gather(
        *(bench.say("refused", conversation=f"web-{n}") for n in range(50)), return_exceptions=True
    )
    bench.processor.fault = fails
    await asyncio.gather(
        *(bench.say("x", conversation=f"web-{n}") for n in range(50)), return_exceptions=True
    )
    await asyncio.sleep(0)
    assert len(bench.turns) == 0


# ---- the end --------------------------------------------------------------------------------------------


async def test_the_end_comes_in_its_turn_and_what_waits_behind_it_is_refused() -> None:
    bench = Bench()
    bench.processor.wait_s = 0.02
    before, ended, after = await asyncio.gather(
        bench.say("before"), bench.turns.end("web-1", close), bench.say("after"), return_exceptions=True
    )
    assert isinstance(before, Taken) and ended is None
    assert isinstance(after, Refused) and after.error == "ended"
    events = await recall(cast(Agent, bench.agent), "web-1")
    assert Transcript(events, "").ended
    assert await bench.stored() == ["before"]


async def test_an_end_that_fails_ends_nothing() -> None:
    bench = Bench()
    await bench.say("before")
    Broken.fails = {"write"}
    with pytest.raises(Failed):
        await bench.turns.end("web-1", close)
    Broken.fails = set()
    assert await bench.say("after")
