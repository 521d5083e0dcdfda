"""The actions: one for every question of fact, and a few for the turns of a conversation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.answers import Answers
from actions.heard import heard
from actions.jobs import chosen_of, remembered_job
from actions.parts import Answer, Button
from actions.safe import INTAKE, Event, SafeAction, all_facts
from actions.situation import SLOTS, Told, hear
from actions.topics import PEOPLE, meant, topics_asked
from actions.words import Words

# What ``affirm`` and ``deny`` mean after a question of ours: the entity they answer.
YES_NO = ("licence",)
PLAIN_CHOICES = ("eligibility", "where_to_apply", "documents", "fees")
_THE_PERMIT = re.compile(r"\b(?:nafta|cusma|usmca|work permit)\b", re.I)


class ActionAnswer(SafeAction):
    """Answers the questions of a message from the facts, or takes up the last question with what is new."""

    def name(self) -> str:
        return "action_answer"

    def answer(self, dispatcher: CollectingDispatcher, tracker: Tracker, words: Words) -> list[Event]:
        intent, text, entities = heard(tracker.latest_message)
        intent = meant(tracker.slots, intent, tracker.latest_message.get("intent_ranking") or (), text)
        if tracker.get_slot("asked") == "which" and (
            chosen := chosen_of(all_facts(), remembered_job(tracker.slots), text)
        ):
            intent, entities = "inform", [{"entity": "job_title", "value": chosen}]
        told = hear(tracker.slots, entities, intent, all_facts(), text)
        topics = topics_asked(tracker.slots, entities, intent, told, all_facts(), text)
        if not topics:
            return decline(dispatcher, tracker, words)
        return self.say(dispatcher, tracker, words, topics, told)

    def say(
        self,
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        words: Words,
        topics: Sequence[str],
        told: Told,
    ) -> list[Event]:
        """Says the answer to the topics, and remembers what the person told us and what we asked."""
        text = heard(tracker.latest_message).text
        offered = bool(tracker.get_slot("lawyer_offered"))
        answers = Answers(all_facts(), words, self.today())
        answer = answers.answer(topics, told, text, offer_lawyer=not offered and "eligibility" in topics)
        offers_now = not offered and "eligibility" in topics and not answer.asks
        utter(dispatcher, answer)
        asked = answer.asks or ("lawyer" if offers_now else None)
        offers_now = offers_now or "lawyer" in topics
        events = [*remembered(told, tracker), SlotSet("asked", asked)]
        if set(topics) - set(
            PEOPLE
        ):  # the way to a lawyer is no question that "and an engineer?" could take up
            events.append(SlotSet("topics", [topic for topic in topics if topic not in PEOPLE]))
        return [*events, SlotSet("lawyer_offered", True)] if offers_now else events


class ActionConfirm(ActionAnswer):
    """A bare yes: to the question we put last, else an invitation to ask."""

    def name(self) -> str:
        return "action_confirm"

    def answer(self, dispatcher: CollectingDispatcher, tracker: Tracker, words: Words) -> list[Event]:
        asked = tracker.get_slot("asked")
        if asked in YES_NO:
            return self.with_answer(dispatcher, tracker, words, asked, "yes")
        asks_again = "?" in str(tracker.latest_message.get("text")) and tracker.get_slot("topics")
        if asks_again:  # "so yes or no?"
            told = hear(tracker.slots, [], "inform", all_facts())
            return self.say(dispatcher, tracker, words, asks_again, told)
        if asked == "lawyer":
            return [FollowupAction(INTAKE)]
        if asked in {"citizenship", "which"}:
            told = hear(tracker.slots, [], "inform", all_facts())
            return self.say(dispatcher, tracker, words, tracker.get_slot("topics") or ["eligibility"], told)
        dispatcher.utter_message(text=words.say("go_on"))
        return []

    def with_answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, words: Words, entity: str, value: str
    ) -> list[Event]:
        """Takes yes or no as the value of an entity and answers the last topics again."""
        told = hear(tracker.slots, [{"entity": entity, "value": value}], "inform", all_facts())
        return self.say(dispatcher, tracker, words, tracker.get_slot("topics") or ["eligibility"], told)


class ActionRefuse(ActionConfirm):
    """A bare no: to the question we put last, else a polite way on."""

    def name(self) -> str:
        return "action_refuse"

    def answer(self, dispatcher: CollectingDispatcher, tracker: Tracker, words: Words) -> list[Event]:
        asked = tracker.get_slot("asked")
        if asked in YES_NO:
            return self.with_answer(dispatcher, tracker, words, asked, "no")
        if asked == "citizenship":
            return self.with_answer(dispatcher, tracker, words, "citizenship", "other")
        dispatcher.utter_message(text=words.say("no_problem"))
        return [SlotSet("asked", None)]


class ActionContact(ActionAnswer):
    """The way to a lawyer, the firm itself, privacy, and legal questions for which there is no fact."""

    def name(self) -> str:
        return "action_contact"


class ActionDecline(ActionAnswer):
    """Out of scope: one polite sentence; after the second miss in a row plain choices and the lawyer. Where it may well have
    been a question of ours, those that it may have been, as buttons; or the answer, if one of them was just talked about.

    A known job with a citizenship, an offer or the name of the permit is a case, whatever else was understood ("hola, soy
    ingeniero, mexicano").
    """

    def name(self) -> str:
        return "action_decline"

    def answer(self, dispatcher: CollectingDispatcher, tracker: Tracker, words: Words) -> list[Event]:
        understood, text, entities = heard(tracker.latest_message)
        kinds = {entity.get("entity") for entity in entities}
        of_a_case = kinds & {"citizenship", "job_offer"} or _THE_PERMIT.search(text)
        is_case = "job_title" in kinds and bool(of_a_case)
        if understood == "out_of_scope" and is_case:
            told = hear(tracker.slots, entities, "inform", all_facts(), text)
            return self.say(dispatcher, tracker, words, ["eligibility"], told)
        maybe = [str(entity["value"]) for entity in entities if entity.get("entity") == "topic"]
        if talked_about := [topic for topic in maybe if topic in (tracker.get_slot("topics") or ())]:
            told = hear(tracker.slots, entities, "inform", all_facts(), text)
            return self.say(dispatcher, tracker, words, talked_about[:1], told)
        if maybe and not missed_before(tracker.events):
            answer = Answer(words.say("unsure"), choices(words, maybe), _record("decline"))
            utter(dispatcher, answer)
            told = hear(tracker.slots, entities, "inform", all_facts(), text)
            return [*remembered(told, tracker), SlotSet("asked", None)]
        return decline(dispatcher, tracker, words)


class ActionStartOver(SafeAction):
    """Forgets what the person told us; the conversation stays."""

    def name(self) -> str:
        return "action_start_over"

    def answer(self, dispatcher: CollectingDispatcher, tracker: Tracker, words: Words) -> list[Event]:
        dispatcher.utter_message(text=words.say("started_over"))
        return [SlotSet(name, None) for name in (*SLOTS, "topics", "asked", "lawyer_offered", "intake")]


def decline(dispatcher: CollectingDispatcher, tracker: Tracker, words: Words) -> list[Event]:
    """Says that this is not for us; choices and the lawyer at a complaint or the second time in a row."""
    complaint = heard(tracker.latest_message).intent == "not_helpful"
    firm = all_facts().firm
    if complaint or missed_before(tracker.events):
        name = "not_helpful" if complaint else "decline_again"
        text = words.say(name, phone=firm.phone, hours=words.of(firm.hours))
        utter(dispatcher, Answer(text, choices(words), _record("decline")))
    else:
        utter(dispatcher, Answer(words.say("decline"), [], _record("decline")))
    return [SlotSet("asked", None)]


def choices(words: Words, topics: Sequence[str] = PLAIN_CHOICES) -> list[Button]:
    """Topics to choose from for somebody we did not understand, and the lawyer."""
    payloads = {topic: f"/ask_{topic}" for topic in topics} | {"lawyer": "/talk_to_lawyer"}
    return [{"title": words.say(f"topic_{topic}"), "payload": payload} for topic, payload in payloads.items()]


def remembered(told: Told, tracker: Tracker) -> list[Event]:
    """What is new of the person."""
    return [SlotSet(name, told.slots[name]) for name in SLOTS if told.slots[name] != tracker.get_slot(name)]


def missed_before(events: Sequence[dict[str, Any]]) -> bool:
    """True if the visitor's message before this one was declined too."""
    turns = 0
    for event in reversed(events):
        if event.get("event") == "user":
            turns += 1
        record = (event.get("metadata") or {}).get("answer") or {}
        if turns == 1 and event.get("event") == "bot" and record.get("topics") == ["decline"]:
            return True
        if turns == 2:
            return False
    return False


def _record(kind: str) -> dict[str, Any]:
    return {
        "topics": [kind],
        "rules": [],
        "professions": [],
        "verdict": None,
        "facts_version": all_facts().version,
    }


def utter(dispatcher: CollectingDispatcher, answer: Answer) -> None:
    """Says an answer. Its record goes into the metadata of the bot's event and is kept with the
    conversation."""
    dispatcher.utter_message(text=answer.text, buttons=answer.buttons, answer=answer.record)
