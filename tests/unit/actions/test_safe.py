"""Whatever goes wrong, the visitor hears of it with a phone number, and the log keeps no word of theirs."""

import logging
from datetime import date
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.safe import Event, SafeAction, all_facts
from actions.words import Words

SECRET = "passport X1234567 of Jane Roe"


class Failing(SafeAction):
    """Says half of its answer, then raises with the visitor's words in the error."""

    def name(self) -> str:
        return "action_failing"

    def answer(self, dispatcher: CollectingDispatcher, tracker: Tracker, words: Words) -> list[Event]:
        dispatcher.utter_message(text="Half an answer")
        raise ValueError(f"cannot read {tracker.latest_message['text']}")


class Working(SafeAction):
    """Says the day and the language it was given."""

    def name(self) -> str:
        return "action_working"

    def answer(self, dispatcher: CollectingDispatcher, tracker: Tracker, words: Words) -> list[Event]:
        dispatcher.utter_message(text=f"{self.today()} {words.language}")
        return [{"event": "slot", "name": "asked", "value": None}]


def tracker(**slots: Any) -> Tracker:
    message = {
        "text": SECRET,
        "intent": {"name": "inform"},
        "entities": [{"entity": "person", "value": SECRET}],
    }
    return Tracker("visitor 42", {"language": "en", **slots}, message, [], False, None, {}, None)


async def test_an_action_that_raises_apologises_with_the_firms_phone_and_hours() -> None:
    dispatcher = CollectingDispatcher()
    events = await Failing().run(dispatcher, tracker(), {})
    (message,) = dispatcher.messages
    firm = all_facts().firm
    assert firm.phone in message["text"] and firm.hours["en"] in message["text"]
    assert message["text"].startswith("Sorry") and "Half an answer" not in message["text"]
    assert events == []


async def test_the_log_names_the_action_the_fault_and_its_place_but_no_word_of_the_visitor(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.DEBUG):
        await Failing().run(CollectingDispatcher(), tracker(), {})
    for word in ("action_failing", "ValueError", "test_safe.py:"):
        assert word in caplog.text
    for word in ("passport", "X1234567", "Jane", "visitor 42"):
        assert word not in caplog.text
    assert [record.levelname for record in caplog.records] == ["ERROR"]


async def test_a_visitor_in_another_language_is_not_met_with_silence() -> None:
    dispatcher = CollectingDispatcher()
    await Failing().run(dispatcher, tracker(language="es"), {})
    assert all_facts().firm.phone in dispatcher.messages[0]["text"]


async def test_an_action_that_works_says_its_answer_and_returns_its_events() -> None:
    action, dispatcher = Working(), CollectingDispatcher()
    action.today = lambda: date(2027, 1, 2)
    events = await action.run(dispatcher, tracker(language=None), {})
    assert [message["text"] for message in dispatcher.messages] == ["2027-01-02 en"]
    assert events == [{"event": "slot", "name": "asked", "value": None}]


async def test_without_being_told_another_day_it_is_today() -> None:
    dispatcher = CollectingDispatcher()
    before = date.today()
    await Working().run(dispatcher, tracker(), {})
    assert dispatcher.messages[0]["text"] in {f"{before} en", f"{date.today()} en"}


def test_the_facts_are_loaded_once() -> None:
    assert all_facts() is all_facts()
