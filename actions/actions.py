"""The actions: one for every question of fact, and a few for the turns of a conversation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.answers import Answer, Answers, Button
from actions.safe import Event, SafeAction, all_facts
from actions.situation import SLOTS, Told, hear, remembered_job
from actions.words import Words

ASK = "ask_"
# What ``affirm`` and ``deny`` mean after a question of ours: the entity they answer.
YES_NO = ("licence",)
FOLLOW_UP_TOPICS = 3


class ActionAnswer(SafeAction):
    """Answers the questions of a message from the facts, or takes up the last question with what is new."""

    def name(self) -> str:
        return "action_answer"

    def answer(self, dispatcher: CollectingDispatcher, tracker: Tracker, words: Words) -> list[Event]:
        message = tracker.latest_message
        intent = (message.get("intent") or {}).get("name") or ""
        told = hear(tracker.slots, message.get("entities") or [], intent, all_facts())
        topics = self._topics(tracker, intent, told)
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
        text = str(tracker.latest_message.get("text") or "")
        offered = bool(tracker.get_slot("lawyer_offered"))
        answers = Answers(all_facts(), words, self.today())
        answer = answers.answer(topics, told, text, offer_lawyer=not offered and "eligibility" in topics)
        offers_now = not offered and "eligibility" in topics and not answer.asks
        utter(dispatcher, answer)
        asked = answer.asks or ("lawyer" if offers_now else None)
        remembered = [
            SlotSet(name, told.slots[name]) for name in SLOTS if told.slots[name] != tracker.get_slot(name)
        ]
        events = [*remembered, SlotSet("topics", list(topics)), SlotSet("asked", asked)]
        return [*events, SlotSet("lawyer_offered", True)] if offers_now else events

    def _topics(self, tracker: Tracker, intent: str, told: Told) -> list[str]:
        if intent.startswith(ASK):
            more = [
                e["value"] for e in tracker.latest_message.get("entities") or [] if e.get("entity") == "topic"
            ]
            known = [
                topic for topic in dict.fromkeys([intent[len(ASK) :], *more]) if topic in all_facts().topics
            ]
            return known or ["eligibility"]
        before = [topic for topic in tracker.get_slot("topics") or [] if topic in all_facts().topics]
        new_job = bool(told.jobs) and remembered_job(tracker.slots) is not None
        if before and (new_job or not told.jobs) and not _only_of_a_person(before, told):
            return before[:FOLLOW_UP_TOPICS]
        return ["eligibility"]


def _only_of_a_person(topics: Sequence[str], told: Told) -> bool:
    """A job told after a question that no job changes ('how long is it?' – 'I'm a chemist') asks for eligibility."""
    return bool(told.jobs) and not {
        "eligibility",
        "requirements",
        "licence",
        "degree",
        "experience",
        "medical_exam",
    } & set(topics)


class ActionConfirm(ActionAnswer):
    """A bare yes: to the question we put last, else an invitation to ask."""

    def name(self) -> str:
        return "action_confirm"

    def answer(self, dispatcher: CollectingDispatcher, tracker: Tracker, words: Words) -> list[Event]:
        asked = tracker.get_slot("asked")
        if asked in YES_NO:
            return self.with_answer(dispatcher, tracker, words, asked, "yes")
        if asked == "lawyer":
            return contact(dispatcher, tracker, words)
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


class ActionContact(SafeAction):
    """The way to a lawyer, the firm itself, privacy, and legal questions for which there is no fact."""

    def name(self) -> str:
        return "action_contact"

    def answer(self, dispatcher: CollectingDispatcher, tracker: Tracker, words: Words) -> list[Event]:
        intent = (tracker.latest_message.get("intent") or {}).get("name")
        word = {"ask_firm": "firm", "ask_privacy": "privacy", "ask_legal_other": "no_fact"}.get(
            intent or "", "contact"
        )
        return contact(dispatcher, tracker, words, word)


class ActionDecline(SafeAction):
    """Out of scope: one polite sentence; after the second miss in a row plain choices and the lawyer."""

    def name(self) -> str:
        return "action_decline"

    def answer(self, dispatcher: CollectingDispatcher, tracker: Tracker, words: Words) -> list[Event]:
        complaint = (tracker.latest_message.get("intent") or {}).get("name") == "not_helpful"
        again = missed_before(tracker.events)
        firm = all_facts().firm
        if complaint or again:
            text = words.say(
                "not_helpful" if complaint else "decline_again", phone=firm.phone, hours=words.of(firm.hours)
            )
            utter(dispatcher, Answer(text, choices(words), _record("decline")))
        else:
            utter(dispatcher, Answer(words.say("decline"), [], _record("decline")))
        return []


class ActionStartOver(SafeAction):
    """Forgets what the person told us; the conversation stays."""

    def name(self) -> str:
        return "action_start_over"

    def answer(self, dispatcher: CollectingDispatcher, tracker: Tracker, words: Words) -> list[Event]:
        dispatcher.utter_message(text=words.say("started_over"))
        return [SlotSet(name, None) for name in (*SLOTS, "topics", "asked", "lawyer_offered")]


def contact(
    dispatcher: CollectingDispatcher, tracker: Tracker, words: Words, word: str = "contact"
) -> list[Event]:
    """Says how to reach the firm."""
    firm = all_facts().firm
    text = words.say(
        word,
        firm=firm.name,
        address=firm.address,
        phone=firm.phone,
        email=firm.email,
        hours=words.of(firm.hours),
        privacy_contact=firm.privacy_contact,
    )
    utter(dispatcher, Answer(text, [], _record(word)))
    return [SlotSet("lawyer_offered", True), SlotSet("asked", None)]


def choices(words: Words) -> list[Button]:
    """The plain choices for somebody we did not understand."""
    wanted = {"job": "eligibility", "apply": "where_to_apply", "documents": "documents", "fees": "fees"}
    buttons = [
        {"title": words.say(f"choice_{name}"), "payload": f"/{ASK}{topic}"} for name, topic in wanted.items()
    ]
    return [*buttons, {"title": words.say("choice_lawyer"), "payload": "/talk_to_lawyer"}]


def missed_before(events: Sequence[dict[str, Any]]) -> bool:
    """True if the visitor's message before this one was declined too."""
    turns = 0
    for event in reversed(events):
        if event.get("event") == "user":
            turns += 1
        if turns == 1 and event.get("event") == "action" and event.get("name") == "action_decline":
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
    """Says an answer. Its record goes into the metadata of the bot's event and is kept with the conversation."""
    dispatcher.utter_message(text=answer.text, buttons=answer.buttons, answer=answer.record)
