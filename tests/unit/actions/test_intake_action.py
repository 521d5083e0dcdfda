"""The request to a lawyer, between Rasa and the store: nothing is acknowledged that is not kept."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import intake
from actions.actions import ActionDecline
from actions.case import matter_line, transcript_of
from actions.promise import promised
from actions.safe import INTAKE, all_facts, is_for_the_form
from actions.words import Words
from leads.crypto import Keyring, new_key
from leads.errors import StoreUnavailable
from leads.store import LeadStore

TUESDAY_EVENING = datetime(2026, 11, 24, 23, 0, tzinfo=timezone.utc)  # 6 pm in Toronto
Said = dict[str, Any]
FILLED = ("Yes, I agree", "Ana Ruiz, ana@example.com, mornings", "my renewal", "TD Bank", "no")


class Chat:
    """A conversation with the action, as Rasa would carry it: slots, events and the loop."""

    def __init__(self, store: LeadStore, **slots: Any) -> None:
        self.slots: dict[str, Any] = {"language": "en", **slots}
        self.events: list[Said] = []
        self.loop: str | None = None
        self.store: Any = lambda: store
        self.now = TUESDAY_EVENING

    def hears(self, text: str, intent: str = "out_of_scope") -> Tracker:
        """A message that reaches Rasa, and its tracker as the action server gets it."""
        message = {"text": text, "intent": {"name": intent, "confidence": 0.9}, "entities": []}
        stamp = self.now.timestamp() + len(self.events)
        self.events.append({"event": "user", "text": text, "parse_data": message, "timestamp": stamp})
        loop = {"name": self.loop} if self.loop else {}
        return Tracker("visitor-1", dict(self.slots), message, list(self.events), False, None, loop, INTAKE)

    async def say(self, text: str, intent: str = "out_of_scope") -> Said:
        """One message, answered by exactly one."""
        action, dispatcher = intake.ActionIntake(), CollectingDispatcher()
        action.now, action.store, action.today = (lambda: self.now), self.store, (lambda: date(2026, 11, 24))
        events = await action.run(dispatcher, self.hears(text, intent), {})
        self.slots |= {event["name"]: event["value"] for event in events if event["event"] == "slot"}
        self.loop = next((event["name"] for event in events if event["event"] == "active_loop"), self.loop)
        (said,) = dispatcher.messages
        metadata = {"answer": said.get("answer")}
        self.events += [
            *events,
            {"event": "bot", "text": said["text"], "metadata": metadata, "timestamp": 1.0},
        ]
        return said

    async def fill(self) -> Said:
        """Up to the review."""
        said = await self.say("call me", "talk_to_lawyer")
        for text in FILLED:
            said = await self.say(text)
        return said

    @property
    def step(self) -> str | None:
        return (self.slots.get("intake") or {}).get("step")


@pytest.fixture
def store(tmp_path: Path) -> LeadStore:
    return LeadStore.open(f"sqlite:///{tmp_path / 'leads.db'}", Keyring([new_key()]))


@pytest.fixture
def chat(store: LeadStore) -> Chat:
    return Chat(store)


async def test_the_receipt_is_that_of_the_lead_in_the_store(chat: Chat, store: LeadStore) -> None:
    assert "Please check" in (await chat.fill())["text"]
    assert store.of_conversation("visitor-1") == []
    said = await chat.say("Send it")
    (lead,) = store.of_conversation("visitor-1")
    assert lead.number in said["text"] and chat.loop is None
    assert (lead.name, lead.email, lead.matter, lead.employer) == (
        "Ana Ruiz",
        "ana@example.com",
        "my renewal",
        "TD Bank",
    )
    assert "90 days" in lead.consent.text and lead.consent.given_at == TUESDAY_EVENING
    assert lead.consent.version == all_facts().firm.consent_version
    assert [turn.text for turn in lead.transcript if turn.who == "visitor"] == ["call me", *FILLED, "Send it"]


async def test_nothing_of_the_visitor_stays_in_the_slot_once_it_is_sent(chat: Chat) -> None:
    await chat.fill()
    await chat.say("Send it")
    assert "Ana" not in str(chat.slots["intake"]) and chat.step == "sent"


async def test_at_night_the_next_morning_is_promised(chat: Chat) -> None:
    await chat.fill()
    assert "tomorrow morning, by noon (Toronto time)" in (await chat.say("Send it"))["text"]


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ("2026-11-24T15:00", "today by 1 pm (Toronto time)"),
        ("2026-11-24T23:00", "tomorrow morning, by noon (Toronto time)"),
        ("2026-11-27T23:00", "on Monday, 30 November, by noon (Toronto time)"),
        ("2026-12-24T23:00", "on Monday, 28 December, by noon (Toronto time)"),
    ],
)
def test_the_promise_counts_the_hours_of_the_firm(now: str, said: str) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=timezone.utc)
    assert promised(all_facts().firm, moment, Words()) == said


async def test_a_store_that_is_down_is_no_receipt_and_loses_nothing(
    chat: Chat, store: LeadStore, caplog: pytest.LogCaptureFixture
) -> None:
    def down() -> LeadStore:
        raise StoreUnavailable("The database is away.")

    await chat.fill()
    working, chat.store = chat.store, down
    said = await chat.say("Send it")
    assert "didn't work" in said["text"] and all_facts().firm.phone in said["text"]
    assert [button["title"] for button in said["buttons"]] == ["Send it", "Change something", "Cancel"]
    assert chat.step == "review" and chat.loop == INTAKE
    assert "Ana" not in caplog.text and "example.com" not in caplog.text
    chat.store = working
    said = await chat.say("Send it")
    (lead,) = store.of_conversation("visitor-1")
    assert lead.number in said["text"]


async def test_a_store_that_hangs_is_given_up_and_the_late_lead_is_the_same(
    chat: Chat, store: LeadStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    import time

    def slow() -> LeadStore:
        time.sleep(0.3)
        return store

    monkeypatch.setattr(intake, "STORE_LIMIT_S", 0.05)
    await chat.fill()
    working, chat.store = chat.store, slow
    assert "didn't work" in (await chat.say("Send it"))["text"]
    monkeypatch.undo()
    time.sleep(0.5)
    chat.store = working
    said = await chat.say("Send it")
    (lead,) = store.of_conversation("visitor-1")
    assert lead.number in said["text"]


async def test_a_receipt_that_was_lost_on_the_way_is_given_again(chat: Chat, store: LeadStore) -> None:
    await chat.fill()
    slots, loop, events = dict(chat.slots), chat.loop, list(chat.events)
    first = await chat.say("Send it")
    chat.slots, chat.loop, chat.events = (
        slots,
        loop,
        [*events, chat.events[len(events)]],
    )  # killed before it answered
    again = await chat.say("hello?", "greet")
    (lead,) = store.of_conversation("visitor-1")
    assert lead.number in first["text"] and lead.number in again["text"]


async def test_an_answer_that_came_while_the_server_was_down_is_kept_in_its_field(chat: Chat) -> None:
    await chat.say("call me", "talk_to_lawyer")
    await chat.say("Yes, I agree")
    chat.hears("Ana Ruiz")  # no answer
    chat.hears("Ana Ruiz")  # nor again
    await chat.say("ana@example.com")
    assert chat.slots["intake"]["values"] == {"name": "Ana Ruiz", "email": "ana@example.com"}


async def test_a_repeated_answer_counts_once(chat: Chat) -> None:
    await chat.say("call me", "talk_to_lawyer")
    await chat.say("Yes, I agree")
    chat.hears("Ana Ruiz")
    said = await chat.say("Ana Ruiz")
    assert chat.step == "contact" and "e-mail or phone" in said["text"]


async def test_a_new_session_goes_on_at_the_same_question(chat: Chat) -> None:
    await chat.say("call me", "talk_to_lawyer")
    await chat.say("Yes, I agree")
    chat.loop = None  # Rasa forgets the loop, not the slots
    dispatcher = CollectingDispatcher()
    events = await ActionDecline().run(dispatcher, chat.hears("Ana Ruiz"), {})
    assert [event["name"] for event in events] == [INTAKE] and not dispatcher.messages


async def test_a_question_in_between_is_answered_in_the_same_message_with_its_record(chat: Chat) -> None:
    await chat.say("call me", "talk_to_lawyer")
    await chat.say("Yes, I agree")
    said = await chat.say("how long is it valid?", "ask_duration")
    assert "Up to 3 years" in said["text"] and said["text"].endswith(
        "Back to your request. What is your **full name**?"
    )
    assert said["answer"]["rules"] and chat.step == "name"


async def test_the_form_is_fresh_for_each_request(chat: Chat) -> None:
    await chat.say("call me", "talk_to_lawyer")
    first = chat.slots["intake"]["form"]
    await chat.say("No, thanks")
    assert chat.slots["intake"] is None
    await chat.say("call me", "talk_to_lawyer")
    assert chat.slots["intake"]["form"] != first


async def test_the_case_goes_with_it(store: LeadStore) -> None:
    job = {"title": "pharmacist", "text": "pharmacist", "status": "same", "nearest": None}
    chat = Chat(store, job=job, citizenship=["us"], destination="ON", licence="yes", person="wife")
    record = {
        "topics": ["eligibility"],
        "verdict": "yes",
        "reasons": ["listed"],
        "professions": ["pharmacist"],
        "rules": ["list_closed"],
        "facts_version": "v1",
    }
    chat.events.append(
        {
            "event": "bot",
            "text": "**Yes.** It is listed.\nMore.",
            "metadata": {"answer": record},
            "timestamp": 1.0,
        }
    )
    said = await chat.fill()
    await chat.say("Send it")
    (lead,) = store.of_conversation("visitor-1")
    case = lead.case
    assert (case.profession, case.citizenship, case.destination) == ("pharmacist", ("US",), "Ontario")
    assert (case.verdict, case.answer, case.facts_version) == ("yes", "Yes. It is listed.", "v1")
    assert case.sources and case.facts == {"Licence": "yes"} and case.still_open == ("Job offer",)
    assert lead.person == "wife" and "Please check" in said["text"]


async def test_the_case_is_in_the_language_of_the_firm_and_the_matter_in_the_visitors(store: LeadStore) -> None:
    job = {"title": "pharmacist", "text": "pharmacienne", "status": "same", "nearest": None}
    chat = Chat(store, language="fr", job=job, citizenship=["us"], destination="QC", licence="yes")
    for text in ("Appelez-moi", "oui", "Ana Ruiz", "ana@example.com", "skip"):
        await chat.say(text, "talk_to_lawyer" if text == "Appelez-moi" else "")
    for text in ("use it", "skip", "skip", "send it"):
        await chat.say(text)
    (lead,) = store.of_conversation("visitor-1")
    assert lead.language == lead.consent.language == "fr" and "relation avocat-client" in lead.consent.text
    assert lead.matter == "pharmacienne, citoyenneté américaine, lieu de travail\u00a0: Québec"
    assert (lead.case.destination, lead.case.facts, lead.case.still_open) == (
        "Quebec", {"Licence": "yes"}, ("Job offer",)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("shown_in", "went_on_in", "yes", "words"),
    [("en", "fr", "Oui, j'accepte", "solicitor-client"), ("fr", "en", "Yes, I agree", "avocat-client"),
     ("es", "en", "yes", "abogado-cliente"), ("fr", "es", "sí, acepto", "avocat-client")],
)  # fmt: skip
async def test_the_notice_that_was_shown_is_the_one_that_is_kept(
    store: LeadStore, shown_in: str, went_on_in: str, yes: str, words: str
) -> None:
    chat = Chat(store, language=shown_in)
    shown = await chat.say("call me", "talk_to_lawyer")
    chat.slots["language"] = went_on_in
    for text in (yes, *FILLED[1:], "send it"):
        await chat.say(text)
    (lead,) = store.of_conversation("visitor-1")
    assert (lead.language, lead.consent.language) == (went_on_in, shown_in)
    assert words in lead.consent.text and lead.consent.text in shown["text"]


async def test_the_notice_goes_from_the_slot_once_it_is_answered(chat: Chat) -> None:
    await chat.say("call me", "talk_to_lawyer")
    assert set(chat.slots["intake"]["notice"]) == {"version", "text", "language"}
    await chat.say("Yes, I agree")
    assert "notice" not in chat.slots["intake"] and "90 days" in chat.slots["intake"]["agreed"]["text"]


@pytest.mark.parametrize(
    ("language", "texts"),
    [("fr", ("Oui, j'accepte", "je m'appelle Ana Ruiz, ana@example.com, le matin", "mon renouvellement",
             "Banque TD", "aucune date")),
     ("es", ("sí, acepto", "me llamo Ana Ruiz, ana@example.com, en las mañanas", "mi renovación", "Banco TD",
             "sin fecha"))],
)  # fmt: skip
async def test_a_request_in_french_and_in_spanish(store: LeadStore, language: str, texts: tuple[str, ...]) -> None:
    chat = Chat(store, language=language)
    await chat.say("call me", "talk_to_lawyer")
    for text in texts:
        said = await chat.say(text)
    send = {"fr": "Envoyer", "es": "Enviar"}[language]
    assert send in [button["payload"] for button in said["buttons"]]
    said = await chat.say(send)
    (lead,) = store.of_conversation("visitor-1")
    assert lead.number in said["text"] and lead.language == lead.consent.language == language
    assert (lead.name, lead.email, lead.urgency) == ("Ana Ruiz", "ana@example.com", None)
    again = await ActionDecline().run(CollectingDispatcher(), chat.hears(send), {})
    assert [event["name"] for event in again] == [INTAKE]  # sent twice, told the same number


@pytest.mark.parametrize(
    ("language", "text"),
    [("fr", "j'ai reçu une mesure de renvoi, je veux un avocat"),
     ("es", "tengo una orden de deportación, quiero un abogado"), ("fr", "I'm stuck at the border"),
     (None, "I got a removal order")],
)  # fmt: skip
async def test_who_cannot_wait_is_for_the_form_in_every_language(
    store: LeadStore, language: str | None, text: str
) -> None:
    tracker = Chat(store, language=language).hears(text)
    tracker.latest_message["entities"] = [{"entity": "topic", "value": "lawyer"}]
    assert is_for_the_form(tracker)
    tracker.latest_message["text"] = "hier, ayer"
    assert not is_for_the_form(tracker)


def test_the_line_for_the_matter_is_put_together_from_what_was_told() -> None:
    slots: Mapping[str, Any] = {"job": {"text": "pharmacist"}, "citizenship": ["us"], "destination": "ON"}
    events = [{"event": "bot", "metadata": {"answer": {"topics": ["eligibility", "fees", "lawyer"]}}}]
    line = matter_line(slots, events, all_facts(), Words())
    assert line == "pharmacist, US citizen, work in Ontario, asked about: who can get it, fees"
    assert matter_line({}, [], all_facts(), Words()) is None


def test_the_transcript_has_no_passport_number_and_no_endless_text() -> None:
    events = [
        {"event": "user", "text": "my passport number is X1234567, call me", "timestamp": 1.0},
        {"event": "user", "text": "x" * 5000, "timestamp": 2.0},
        {"event": "slot", "name": "job", "value": None, "timestamp": 3.0},
    ]
    first, second = transcript_of(events)
    assert "1234567" not in first.text and len(second.text) == 2000


def test_the_transcript_shows_buttons_as_what_they_stand_for() -> None:
    texts = ("/greet", '/inform{"citizenship": "us"}', "/ask_fees", "and/or")
    events = [{"event": "user", "text": text, "timestamp": 1.0} for text in texts]
    assert [turn.text for turn in transcript_of(events)] == ["[us]", "[fees]", "and/or"]


async def test_whatever_is_in_the_slot_the_visitor_gets_an_answer(chat: Chat) -> None:
    for value in (
        {"form": "f", "step": "review", "values": 3},
        {"form": "f"},
        "x",
        {"form": "f", "step": "review"},
    ):
        chat.slots["intake"] = value
        said = await chat.say("send it")
        assert said["text"]


async def test_no_word_of_the_visitor_is_logged(chat: Chat, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, "actions"):
        await chat.fill()
        await chat.say("Send it")
    assert "Ruiz" not in caplog.text and "example.com" not in caplog.text


async def test_what_is_told_with_the_wish_for_a_lawyer_is_remembered(chat: Chat) -> None:
    tracker = chat.hears("I'm Mexican, can a lawyer call me", "talk_to_lawyer")
    tracker.latest_message["entities"] = [{"entity": "citizenship", "value": "mx"}]
    action = intake.ActionIntake()
    action.store = chat.store
    events = await action.run(CollectingDispatcher(), tracker, {})
    assert {"citizenship": ["mx"]}.items() <= {e["name"]: e.get("value") for e in events if "name" in e}.items()


async def test_a_cancel_that_got_no_answer_is_a_cancel(chat: Chat) -> None:
    await chat.say("call me", "talk_to_lawyer")
    await chat.say("Yes, I agree")
    chat.hears("forget it")
    said = await chat.say("hello?", "greet")
    assert "Nothing was sent" in said["text"] and chat.slots["intake"] is None
