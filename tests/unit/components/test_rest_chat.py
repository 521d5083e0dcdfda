"""Messages over REST, to a parrot on a real tracker store: each is answered or fails, is heard once, and stays where it was
said.
"""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest
from rasa.core.agent import Agent
from rasa.shared.core.events import BotUttered, UserUttered

from components.gate import Refused
from components.remembered import recall
from components.rest_chat import MOST_FAILED, Chat
from components.rest_request import Asked
from components.sentences import Sentences
from components.turns import Failed, Turns
from knowledge.facts import Facts
from tests.channels.parrot import ANSWERS, BUTTONS, Parrot

WHO = "visitor-0123456789"
NAME = "message-0123456789"


class Bench:
    def __init__(self, facts: Facts, limit_s: float = 5.0) -> None:
        self.parrot = Parrot()
        self.chat = Chat(Turns(lambda: cast(Agent, self.parrot), limit_s), Sentences(facts.firm))

    async def say(self, text: str, name: str | None = None, who: str = WHO) -> list[dict[str, Any]]:
        return await self.chat.answer(Asked(who, name, text))

    async def events(self, who: str = WHO) -> list[dict[str, Any]]:
        return await recall(cast(Agent, self.parrot), who)

    async def users(self) -> list[dict[str, Any]]:
        return [event for event in await self.events() if event["event"] == "user"]


@pytest.fixture
def bench(all_facts: Facts) -> Bench:
    return Bench(all_facts)


async def test_an_answer_has_texts_and_buttons_as_rasas_own_channel_has_them(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await bench.say("hello") == [{"recipient_id": WHO, "text": "You said: hello"}]
    (asked,) = await bench.say("which")
    assert asked == {"recipient_id": WHO, "text": ANSWERS["which"]["text"], "buttons": BUTTONS}
    monkeypatch.setitem(ANSWERS, "long", {"text": "One.\n\nTwo."})
    assert [message["text"] for message in await bench.say("long")] == ["One.", "Two."]


async def test_what_is_kept_says_how_it_came_and_nothing_of_the_programs(bench: Bench) -> None:
    await bench.say("hello", NAME)
    (event,) = await bench.users()
    assert (event["input_channel"], event["message_id"]) == ("rest", NAME)
    assert not event.get("metadata")


@pytest.mark.parametrize("text", ["", "  ", "\u200b\u200d", "\x00\ud800", "/", " // "])
async def test_who_says_nothing_is_asked_again_and_nothing_is_heard(bench: Bench, text: str) -> None:
    (asked,) = await bench.say(text)
    assert "What would you like to know?" in asked["text"]
    assert bench.parrot.texts == [] and await bench.events() == []


async def test_what_is_too_long_is_refused(bench: Bench) -> None:
    with pytest.raises(Refused, match="too_long"):
        await bench.say("x" * 2_001)
    assert bench.parrot.texts == []


async def test_what_is_heard_is_clean(bench: Bench) -> None:
    await bench.say("a\x00b\ud800c\u202ed e\u0301")
    assert bench.parrot.texts == ["abcd é"]


# ---- commands and presses -----------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["/other", "/restart", '/inform{"citizenship": "us"}', " /affirm", "//deny"])
async def test_a_command_that_no_button_stands_for_is_words(bench: Bench, typed: str) -> None:
    await bench.say("hello")
    await bench.say(typed)
    assert not bench.parrot.texts[-1].startswith("/")
    assert (await bench.users())[-1]["metadata"]["typed"] == typed.strip()


async def test_the_payload_of_a_button_of_this_conversation_is_a_press(bench: Bench) -> None:
    await bench.say("which", NAME)
    await bench.say("/other")
    assert bench.parrot.texts[-1] == "/other"
    pressed = (await bench.users())[-1]["metadata"]["button"]
    assert pressed == {"message": f"{NAME}.0", "index": 1, "title": "Other"}


async def test_a_button_of_another_conversation_is_of_no_use(bench: Bench) -> None:
    await bench.say("which", who="somebody-0123456789")
    await bench.say("/other")
    assert bench.parrot.texts[-1] == "other"


# ---- once, and in order -------------------------------------------------------------------------------


async def test_a_message_that_comes_again_is_heard_once_and_answered_the_same(bench: Bench) -> None:
    first = await bench.say("hello", NAME)
    assert await bench.say("hello", NAME) == first
    assert await asyncio.gather(*(bench.say("thanks", f"{NAME}-2") for _ in range(3))) == [
        [{"recipient_id": WHO, "text": "You said: thanks"}]
    ] * 3
    assert bench.parrot.texts == ["hello", "thanks"]


async def test_without_an_id_the_same_words_twice_are_two_messages(bench: Bench) -> None:
    await bench.say("next")
    await bench.say("next")
    assert bench.parrot.texts == ["next", "next"]


async def test_messages_at_once_keep_their_order_without_a_pause(bench: Bench) -> None:
    started = asyncio.get_running_loop().time()
    await asyncio.gather(*(bench.say(f"number {number}") for number in range(5)))
    assert bench.parrot.texts == [f"number {number}" for number in range(5)]
    assert asyncio.get_running_loop().time() - started < 0.9  # Rasa's lock is looked at once a second


# ---- failures -----------------------------------------------------------------------------------------


async def test_where_nothing_is_said_it_fails_instead_of_being_empty(bench: Bench) -> None:
    with pytest.raises(Failed):
        await bench.say("nothing")


async def test_a_message_that_was_kept_without_an_answer_gets_one_when_it_comes_again(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the action server was down: under the same id it would else stay without one for ever."""
    for _ in range(3):
        with pytest.raises(Failed):
            await bench.say("nothing", NAME)
    monkeypatch.setitem(ANSWERS, "nothing", {"text": "Something."})
    answered = await bench.say("nothing", NAME)
    assert answered == [{"recipient_id": WHO, "text": "Something."}]
    heard = len(bench.parrot.texts)
    assert await bench.say("nothing", NAME) == answered and len(bench.parrot.texts) == heard


async def test_a_turn_that_is_stored_after_it_was_given_up_is_not_done_again(all_facts: Facts) -> None:
    """The database was late: the program heard 503, and sends the same words again, with an id or without."""
    for name in (None, NAME):
        bench = Bench(all_facts, limit_s=0.2)
        store = bench.parrot.tracker_store
        save, late = store.save, asyncio.Event()

        async def slowly(tracker: Any, save: Any = save, late: asyncio.Event = late) -> None:
            asyncio.get_running_loop().create_task(save(tracker)).add_done_callback(lambda _: late.set())
            await asyncio.sleep(3600)

        store.save = slowly  # type: ignore[method-assign]
        with pytest.raises(Failed):
            await bench.say("Ana Ruiz", name)
        store.save = save  # type: ignore[method-assign]
        await late.wait()
        assert await bench.say("Ana Ruiz", name) == [{"recipient_id": WHO, "text": "You said: Ana Ruiz"}]
        assert len(await bench.users()) == 1
        await bench.say("Ana Ruiz")
        assert len(await bench.users()) == 2, "said once more, later, it is another message"


async def test_other_words_after_a_failure_are_another_message(bench: Bench) -> None:
    bench.parrot.faults = [RuntimeError("x")]
    with pytest.raises(Failed):
        await bench.say("hello")
    await bench.say("thanks")
    await bench.say("hello")
    assert bench.parrot.texts == ["thanks", "hello"]


async def test_what_failed_is_remembered_within_bounds(bench: Bench) -> None:
    for number in range(MOST_FAILED + 50):
        with pytest.raises(Failed):
            await bench.say("nothing", who=f"visitor-{number:016}")
    assert len(bench.chat.failed) == MOST_FAILED


# ---- other channels' conversations --------------------------------------------------------------------


@pytest.mark.parametrize("name", [None, "said-on-the-web-01"])
async def test_a_conversation_of_another_channel_is_neither_read_nor_led(bench: Bench, name: str | None) -> None:
    tracker = await bench.parrot.tracker_store.get_or_create_tracker(WHO, append_action_listen=False)
    tracker.update(UserUttered("my number is 613", message_id="said-on-the-web-01", input_channel="web"))
    tracker.update(BotUttered("Send Ana Ruiz, 613?"))
    await bench.parrot.tracker_store.save(tracker)
    with pytest.raises(Refused, match="rest_sender"):
        await bench.say("yes", name)
    assert bench.parrot.texts == []


