"""Each action says one message with its record, remembers what was told, and offers the lawyer once."""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import actions, intake
from actions.actions import missed_before
from actions.safe import all_facts
from actions.situation import SLOTS
from actions.topics import PEOPLE

DOMAIN = yaml.safe_load((Path(actions.__file__).parent.parent / "domain.yml").read_text(encoding="utf-8"))
ACTIONS = {
    kind().name(): kind
    for module in (actions, intake)
    for kind in vars(module).values()
    if getattr(kind, "__module__", "") == module.__name__ and hasattr(kind, "run")
}
Said = dict[str, Any]


def entity(name: str, value: Any) -> dict[str, Any]:
    return {"entity": name, "value": value}


US, ECONOMIST, NURSE = (
    entity("citizenship", "us"),
    entity("job_title", "economist"),
    entity("job_title", "registered nurse"),
)


class Chat:
    """A conversation with the actions: slots are kept from turn to turn as Rasa would."""

    def __init__(self, **slots: Any) -> None:
        self.slots: dict[str, Any] = {**dict.fromkeys(DOMAIN["slots"]), "language": "en", **slots}
        self.events: list[dict[str, Any]] = []

    async def turn(self, action: str, intent: str, entities: Sequence[Said] = (), text: str = "") -> Said:
        """The one message that the action says to a message of the visitor."""
        self.events.append({"event": "user", "text": text})
        message = {"text": text, "intent": {"name": intent}, "entities": list(entities)}
        tracker = Tracker("visitor", dict(self.slots), message, list(self.events), False, None, {}, None)
        doing, dispatcher = ACTIONS[action](), CollectingDispatcher()
        doing.today = lambda: date(2026, 11, 24)
        events = await doing.run(dispatcher, tracker, {})
        if events and events[0].get("event") == "followup":
            return await self.turn(events[0]["name"], intent, entities, text)
        self.slots.update({event["name"]: event["value"] for event in events if event["event"] == "slot"})
        (said,) = dispatcher.messages
        assert "technical problem" not in said["text"], said["text"]
        self.events += [
            *events,
            {"event": "bot", "text": said["text"], "metadata": {"answer": said.get("answer")}},
        ]
        return said

    async def ask(self, intent: str, *entities: Said, text: str = "") -> Said:
        return await self.turn("action_answer", intent, entities, text)

    async def press(self, button: dict[str, str]) -> Said:
        intent, _, values = button["payload"].lstrip("/").partition("{")
        found = json.loads("{" + values) if values else {}
        return await self.ask(intent, *(entity(name, value) for name, value in found.items()))


@pytest.fixture
def chat() -> Chat:
    return Chat()


# Names


def test_every_action_of_the_domain_exists_and_every_action_is_in_the_domain() -> None:
    assert sorted(DOMAIN["actions"]) == sorted(ACTIONS)


def test_every_slot_that_is_remembered_is_in_the_domain() -> None:
    assert set(SLOTS) <= set(DOMAIN["slots"])


# Answers


async def test_an_answer_comes_with_the_record_by_which_it_can_be_replayed(chat: Chat) -> None:
    said = await chat.ask("ask_eligibility", ECONOMIST, US)
    assert said["text"].startswith("**Yes.**")
    record = said["answer"]
    assert (record["topics"], record["verdict"], record["professions"]) == (
        ["eligibility"],
        "yes",
        ["economist"],
    )
    assert record["facts_version"] == all_facts().version
    assert json.loads(json.dumps(record)) == record


async def test_what_was_told_is_remembered_for_the_next_question(chat: Chat) -> None:
    await chat.ask("ask_eligibility", NURSE, US)
    assert chat.slots["citizenship"] == ["us"] and chat.slots["job"]["title"] == "registered nurse"
    said = await chat.ask("inform", entity("licence", "no"))
    assert said["text"].startswith("**No**")


async def test_the_lawyer_is_offered_once_and_not_as_a_refrain(chat: Chat) -> None:
    phone = all_facts().firm.phone
    first = await chat.ask("ask_eligibility", ECONOMIST, US)
    then = [
        await chat.ask("ask_eligibility", entity("job_title", title)) for title in ("librarian", "carpenter")
    ]
    assert phone in first["text"]
    assert not any(phone in said["text"] for said in then)


async def test_a_question_back_comes_before_the_offer_and_pressing_its_button_settles_it(chat: Chat) -> None:
    asked = await chat.ask("ask_eligibility", ECONOMIST)
    assert all_facts().firm.phone not in asked["text"] and chat.slots["asked"] == "citizenship"
    said = await chat.press(asked["buttons"][1])
    assert "for Mexican citizens" in said["text"].split("\n")[0]
    assert all_facts().firm.phone in said["text"] and chat.slots["asked"] != "citizenship"


async def test_two_questions_in_one_message_get_two_answers(chat: Chat) -> None:
    said = await chat.ask("ask_fees", US, entity("topic", "caq"))
    assert "CAN$155" in said["text"] and "CAQ" in said["text"]
    assert said["answer"]["topics"] == ["fees", "caq"]


async def test_a_question_for_people_beside_one_of_fact_gets_both(chat: Chat) -> None:
    said = await chat.ask("ask_fees", US, entity("topic", "lawyer"))
    assert "CAN$155" in said["text"] and all_facts().firm.phone in said["text"]


async def test_with_nothing_to_answer_it_declines_politely(chat: Chat) -> None:
    said = await chat.ask("inform", text="the sky is blue")
    assert said["text"] == DOMAIN["words"]["decline"]["en"]


# Yes and no


@pytest.mark.parametrize(("action", "verdict"), [("action_confirm", "**Yes"), ("action_refuse", "**No")])
async def test_a_bare_yes_or_no_answers_the_question_we_put_last(
    chat: Chat, action: str, verdict: str
) -> None:
    await chat.ask("ask_eligibility", NURSE, US)
    assert chat.slots["asked"] == "licence"
    said = await chat.turn(action, "affirm")
    assert said["text"].startswith(verdict)
    assert chat.slots["licence"] == {"**Yes": "yes", "**No": "no"}[verdict]


async def test_a_bare_yes_to_the_lawyer_says_how_to_reach_one_and_opens_the_request(chat: Chat) -> None:
    await chat.ask("ask_eligibility", ECONOMIST, US)
    said = await chat.turn("action_confirm", "affirm")
    assert all_facts().firm.phone in said["text"] and all_facts().firm.email in said["text"]


async def test_a_no_to_both_citizenships_is_a_no(chat: Chat) -> None:
    await chat.ask("ask_eligibility", ECONOMIST)
    assert (await chat.turn("action_refuse", "deny"))["text"].startswith("**No.**")


async def test_a_yes_or_no_to_nothing_invites_to_ask(chat: Chat) -> None:
    assert (await chat.turn("action_confirm", "affirm"))["text"] == DOMAIN["words"]["go_on"]["en"]
    assert (await chat.turn("action_refuse", "deny"))["text"] == DOMAIN["words"]["no_problem"]["en"]


async def test_a_question_once_refused_is_not_answered_by_a_later_yes(chat: Chat) -> None:
    await chat.ask("ask_eligibility", ECONOMIST, US)
    await chat.turn("action_refuse", "deny")
    assert all_facts().firm.email not in (await chat.turn("action_confirm", "affirm"))["text"]


# The firm


@pytest.mark.parametrize(
    ("intent", "value"),
    [
        ("talk_to_lawyer", "phone"),
        ("talk_to_lawyer", "email"),
        ("ask_firm", "address"),
        ("ask_firm", "phone"),
        ("ask_privacy", "privacy_contact"),
        ("ask_legal_other", "phone"),
    ],
)
async def test_a_question_for_people_is_answered_with_how_to_reach_them(
    chat: Chat, intent: str, value: str
) -> None:
    said = await chat.turn("action_contact", intent)
    assert getattr(all_facts().firm, value) in said["text"]
    assert said["answer"]["verdict"] is None and said["answer"]["facts_version"] == all_facts().version


async def test_a_legal_question_without_a_fact_is_told_so(chat: Chat) -> None:
    assert "I don't have a sourced answer" in (await chat.turn("action_contact", "ask_legal_other"))["text"]


async def test_who_has_just_been_told_of_the_lawyer_is_not_offered_one(chat: Chat) -> None:
    await chat.turn("action_contact", "talk_to_lawyer")
    assert all_facts().firm.phone not in (await chat.ask("ask_eligibility", ECONOMIST, US))["text"]


# Not understood


async def test_the_second_miss_in_a_row_brings_choices_and_the_phone(chat: Chat) -> None:
    first = await chat.turn("action_decline", "out_of_scope")
    assert not first["buttons"] and all_facts().firm.phone not in first["text"]
    second = await chat.turn("action_decline", "out_of_scope")
    assert all_facts().firm.phone in second["text"]
    assert "/talk_to_lawyer" in [button["payload"] for button in second["buttons"]]
    assert len(second["buttons"]) <= 5


async def test_an_answer_in_between_breaks_the_row(chat: Chat) -> None:
    await chat.turn("action_decline", "out_of_scope")
    await chat.ask("ask_fees", US)
    assert not (await chat.turn("action_decline", "out_of_scope"))["buttons"]


async def test_a_complaint_brings_the_choices_at_once(chat: Chat) -> None:
    said = await chat.turn("action_decline", "not_helpful")
    assert said["buttons"] and all_facts().firm.phone in said["text"]


TOPIC = {"entity": "topic", "value": "fees"}


async def test_what_may_have_been_a_question_of_ours_is_offered_to_choose(chat: Chat) -> None:
    said = await chat.turn("action_decline", "out_of_scope", [TOPIC, {**TOPIC, "value": "caq"}, ECONOMIST])
    assert [b["payload"] for b in said["buttons"]] == ["/ask_fees", "/ask_caq", "/talk_to_lawyer"]
    assert said["answer"]["topics"] == ["decline"] and not said["answer"]["rules"]
    assert chat.slots["job"]  # what was told with it is not lost


async def test_what_was_just_talked_about_is_what_an_unsure_question_means(chat: Chat) -> None:
    await chat.ask("ask_fees")
    said = await chat.turn("action_decline", "out_of_scope", [{**TOPIC, "value": "caq"}, TOPIC])
    assert said["answer"]["topics"] == ["fees"] and said["answer"]["rules"]


async def test_the_second_time_in_a_row_the_choices_are_the_plain_ones(chat: Chat) -> None:
    await chat.turn("action_decline", "out_of_scope", [TOPIC])
    said = await chat.turn("action_decline", "out_of_scope", [TOPIC])
    assert all_facts().firm.phone in said["text"] and len(said["buttons"]) == 5


def test_every_topic_has_a_name_for_its_button() -> None:
    named = {name[len("topic_") :] for name in DOMAIN["words"] if name.startswith("topic_")}
    assert named == {*all_facts().topics, *PEOPLE}


async def test_every_choice_leads_to_an_answer(chat: Chat) -> None:
    said = await chat.turn("action_decline", "not_helpful")
    for button in said["buttons"]:
        assert button["payload"].lstrip("/") in DOMAIN["intents"]
        if button["payload"].startswith("/ask_"):
            assert (await chat.press(button))["answer"]["topics"] != ["decline"]


def bot(topic: str) -> dict[str, Any]:
    return {"event": "bot", "metadata": {"answer": {"topics": [topic]}}}


USER = {"event": "user"}


@pytest.mark.parametrize(
    ("events", "missed"),
    [
        ([], False),
        ([USER], False),
        ([USER, bot("decline"), USER], True),
        ([USER, bot("decline"), {"event": "slot"}, {"event": "action"}, USER], True),
        ([USER, bot("fees"), USER], False),
        ([USER, bot("decline"), USER, bot("fees"), USER], False),
        ([USER, {"event": "bot", "metadata": None}, USER], False),
        ([USER, {"event": "bot"}, USER], False),
        ([bot("decline"), USER, USER], False),
    ],
)
def test_only_the_message_right_before_counts_as_missed(events: list[dict[str, Any]], missed: bool) -> None:
    assert missed_before(events) is missed


# Starting over


async def test_starting_over_forgets_what_was_told(chat: Chat) -> None:
    await chat.ask("ask_eligibility", NURSE, US, entity("destination", "QC"))
    await chat.turn("action_start_over", "start_over")
    assert {name: value for name, value in chat.slots.items() if value is not None} == {"language": "en"}
    assert "for US citizens" not in (await chat.ask("ask_eligibility", ECONOMIST))["text"]


# What anybody can type


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("unknown_job", " "), ("unknown_job", "x" * 5000), ("unknown_job", "{x}"), ("unknown_job", {"a": 1}),
        ("experience_years", "³"), ("experience_years", -1), ("citizenship", ""), ("citizenship", ["us"]),
        ("job_title", "no such title"), ("destination", "zz"), ("topic", "no_such_topic"), ("topic", None),
        ("degree", "zzz"), ("licence", {"yes": 1}), ("residence", "\x00"), ("person", "x" * 500),
    ],
)  # fmt: skip
async def test_a_hostile_entity_breaks_neither_this_answer_nor_the_next(
    chat: Chat, name: str, value: Any
) -> None:
    assert (await chat.ask("inform", entity(name, value)))["text"]
    assert (await chat.ask("ask_eligibility", entity(name, value), ECONOMIST))["text"]
    assert (await chat.ask("ask_eligibility", ECONOMIST, US))["text"]
