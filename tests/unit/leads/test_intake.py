"""The form, question by question, without Rasa: what is kept, what is asked next, and what never happens."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from leads import intake
from leads.aside import Heard
from leads.draft import FIELDS, QUESTIONS, Draft, from_slot, sent, to_slot
from leads.says import BUTTONS, Line, Outcome
from leads.settings import ROOT
from leads.turn import Known

NOW = datetime(2026, 11, 24, 22, 0, tzinfo=timezone.utc)
WORDS: Mapping[str, Mapping[str, str]] = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))[
    "words"
]
KNOWN = Known(form="form-2", consent=("2026-11-24", "the terms"), channel="rest")
AGREED = {
    "version": "1",
    "text": "the terms",
    "given_at": NOW.isoformat(),
    "language": "en",
    "channel": "rest",
}
ANA = {"name": "Ana Ruiz", "email": "ana@example.com", "best_time": "mornings", "matter": "renewal"}


def at(step: Any, **values: str) -> Draft:
    return Draft("form-1", step, values=values, agreed=AGREED)


def say(draft: Draft | None, text: str, known: Known = KNOWN, **heard: Any) -> Outcome:
    """One message; what the form keeps between two messages is what a slot can keep."""
    stored = from_slot(json.loads(json.dumps(to_slot(draft))))
    assert stored == draft
    outcome = intake.step(draft, Heard(text, **heard), known, NOW)
    for line in outcome.say:
        assert_can_be_said(line)
    assert all(name in WORDS for name in outcome.buttons)
    return outcome


def assert_can_be_said(line: Line) -> None:
    always = dict.fromkeys(("phone", "email", "hours"), "x")
    assert WORDS[line.word]["en"].format(**{**always, **line.values})
    for value in line.values.values():
        if isinstance(value, Line):
            assert_can_be_said(value)


def values(draft: Draft | None) -> dict[str, str]:
    return dict(draft.values) if draft else {}


def words(outcome: Outcome) -> list[str]:
    return [line.word for line in outcome.say]


def after(*texts: str, draft: Draft | None = None, known: Known = KNOWN) -> Outcome:
    outcome = Outcome(draft)
    for text in texts:
        outcome = say(outcome.draft, text, known)
    return outcome


# ---- notice and consent


def test_it_starts_with_the_telephone_number_then_the_notice_then_the_question() -> None:
    outcome = say(None, "call me")
    assert words(outcome) == ["contact", "intake_offer", "intake_notice", "intake_ask_consent"]
    assert outcome.draft and (outcome.draft.form, outcome.draft.step) == ("form-2", "consent")
    assert not outcome.draft.agreed


def test_consent_is_kept_with_its_text_version_time_language_and_channel() -> None:
    draft = after("call me", "Yes, I agree").draft
    assert draft and draft.step == "name"
    assert draft.agreed == {
        "version": "2026-11-24", "text": "the terms", "given_at": NOW.isoformat(), "language": "en",
        "channel": "rest",
    }  # fmt: skip


def test_what_is_agreed_to_is_the_notice_as_it_was_shown() -> None:
    """Whatever language and words it would be shown in by the time of the yes."""
    shown = say(None, "appelez-moi", Known("f", ("1", "les conditions"), "fr", "rest")).draft
    assert shown and shown.notice == {"version": "1", "text": "les conditions", "language": "fr"}
    later = Known("f", ("2", "new terms"), "en", "slack")
    for text in ("is it yes?", "banana", "why?"):
        asked = say(shown, text, later).draft
        assert asked and asked.notice == shown.notice
    draft = say(shown, "Yes, I agree", later).draft
    assert draft and draft.notice is None
    assert draft.agreed == {
        "version": "1", "text": "les conditions", "given_at": NOW.isoformat(), "language": "fr",
        "channel": "slack",
    }  # fmt: skip


@pytest.mark.parametrize(
    "notice",
    [None, {}, {"version": "1"}, {"version": "1", "text": "t"}, {"version": 1, "text": "t", "language": "en"}],
)
def test_nobody_agrees_to_a_notice_that_was_not_shown(notice: Any) -> None:
    draft = from_slot({"form": "f", "step": "consent", "notice": notice})
    outcome = intake.step(draft, Heard("yes"), KNOWN, NOW)
    assert outcome.draft and not outcome.draft.agreed and outcome.draft.step == "consent"
    assert words(outcome) == ["intake_agree_first", "intake_notice", "intake_ask_consent"]
    agreed = intake.step(outcome.draft, Heard("yes"), KNOWN, NOW).draft
    assert agreed and agreed.agreed and agreed.agreed["text"] == "the terms"


def test_a_second_request_is_agreed_to_as_shown_too() -> None:
    known = Known("form-2", ("1", "las condiciones"), "es", lead={"name": "Ana"})
    draft = after("llámenme", "Otra solicitud", draft=SENT, known=known).draft
    assert draft and draft.notice == {"version": "1", "text": "las condiciones", "language": "es"}


@pytest.mark.parametrize(
    "text", ["yes", "ok", "I agree", "sure, go ahead", "Yes! My name is Ana", "yes, ana@example.com"]
)
def test_a_yes_is_consent(text: str) -> None:
    draft = after("call me", text).draft
    assert draft and draft.agreed


@pytest.mark.parametrize(
    "text", ["no", "No, thanks", "I don't agree", "not now", "skip", "cancel", "forget it", "rather not"]
)
def test_no_consent_no_draft(text: str) -> None:
    outcome = after("call me", text)
    assert outcome.draft is None and not outcome.open and words(outcome) == ["intake_refused"]


@pytest.mark.parametrize(
    "text",
    ["ana@example.com", "my name is Ana Ruiz", "613-555-0199", "banana", "why?", "call me", "is it yes?"],
)
def test_nothing_else_is_consent_and_nothing_is_kept_before_it(text: str) -> None:
    draft = after("call me", text).draft
    assert draft and draft.step == "consent" and not draft.agreed and not draft.values


def test_what_was_given_before_consent_is_taken_up_after_it() -> None:
    known = Known(
        "f", ("1", "t"), earlier=("call me at 613-555-0199, my name is Bob Stone", "is a nurse listed?")
    )
    outcome = after("call me", "yes", known=known)
    assert values(outcome.draft) == {"name": "Bob Stone", "phone": "+16135550199"}
    assert outcome.draft and outcome.draft.step == "best_time" and words(outcome)[0] == "intake_noted"


def test_who_asks_on_before_consent_is_not_held_up() -> None:
    first = say(at("consent"), "what does it cost?", intent="ask_fees", sure=0.9)
    assert first.does == "aside" and first.open
    second = say(first.draft, "how long is it valid?", intent="ask_duration", sure=0.9)
    assert second.does == "aside" and second.draft is None and not second.open


# ---- the questions


def test_the_questions_come_in_their_order_and_each_answer_is_kept() -> None:
    outcome, asked = after("call me", "yes"), []
    for text in ("Ana Ruiz", "ana@example.com", "mornings", "renewal", "TD Bank", "no"):
        assert outcome.draft
        asked.append(outcome.draft.step)
        outcome = say(outcome.draft, text)
    assert tuple(asked) == QUESTIONS
    assert outcome.draft and outcome.draft.step == "review"
    assert values(outcome.draft) == {**ANA, "employer": "TD Bank"}
    assert say(outcome.draft, "Send it").does == "send"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Ana Ruiz", {"name": "Ana Ruiz"}),
        ("my name is Ana Ruiz", {"name": "Ana Ruiz"}),
        ("I'm Ana Ruiz", {"name": "Ana Ruiz"}),
        ("this is Ana Ruiz speaking", {"name": "Ana Ruiz"}),
        ("Ana Ruiz here", {"name": "Ana Ruiz"}),
        ("Ana Ruiz, ana@example.com", {"name": "Ana Ruiz", "email": "ana@example.com"}),
        ("ana@example.com\nAna Ruiz", {"name": "Ana Ruiz", "email": "ana@example.com"}),
        ("Ana Ruiz 613-555-0199", {"name": "Ana Ruiz", "phone": "+16135550199"}),
        ("I'm Ana Ruiz, ana@example.com, mornings are best", {"name": "Ana Ruiz",
         "email": "ana@example.com", "best_time": "mornings"}),
        ("mornings are best and my name is Ana Ruiz", {"name": "Ana Ruiz", "best_time": "mornings"}),
        ("Name: Ana Ruiz; Phone: 613-555-0199; best time: after 5 pm",
         {"name": "Ana Ruiz", "phone": "+16135550199", "best_time": "after 5 pm"}),
        ("Ana Ruiz, I work for TD Bank", {"name": "Ana Ruiz", "employer": "TD Bank"}),
        ("ana@example.com", {"email": "ana@example.com"}),
    ],
)  # fmt: skip
def test_every_answer_in_a_message_is_taken(text: str, found: dict[str, str]) -> None:
    assert values(say(at("name"), text).draft) == found


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("yes", {}), ("no", {}), ("hello", {"intent": "greet", "sure": 0.9}),
        ("thanks", {"intent": "thank", "sure": 0.9}),
        ("what's the fee?", {"intent": "ask_fees", "sure": 0.9}),
        ("processing time", {"intent": "ask_processing_time", "sure": 0.9}),
        ("how long", {}), ("skip", {}), ("go back", {}), ("why?", {}), ("send it", {}),
        ("call me", {"intent": "talk_to_lawyer"}),
        ("pharmacist", {"intent": "inform", "told": frozenset({"job_title"}), "only_a_fact": True}),
        ("US pharmacist", {"intent": "inform", "told": frozenset({"job_title", "citizenship"})}),
        ("/ask_fees", {"intent": "ask_fees", "sure": 1.0}), ("I'm a pharmacist", {}), ("12345", {}),
        ("", {}), ("?", {}),
    ],
)  # fmt: skip
def test_none_of_these_is_a_name(text: str, heard: dict[str, Any]) -> None:
    assert "name" not in values(say(at("name"), text, **heard).draft)


@pytest.mark.parametrize("said", ["John Baker", "Grace Bishop"])
def test_a_surname_that_is_a_job_is_a_name(said: str) -> None:
    heard = {"intent": "inform", "sure": 0.7, "told": frozenset({"job_title"})}
    assert values(say(at("name"), said, **heard).draft) == {"name": said}


def test_a_name_that_is_a_country_is_taken_when_said_again() -> None:
    heard = {"intent": "inform", "told": frozenset({"citizenship"}), "only_a_fact": True}
    outcome = say(at("name"), "Jordan", **heard)
    assert outcome.does == "aside" or "name" not in values(outcome.draft)
    draft = say(at("name"), "Jordan", intent="inform", only_a_fact=False).draft
    assert values(draft) == {"name": "Jordan"}


@pytest.mark.parametrize("question", ["best_time", "matter", "employer", "urgency"])
@pytest.mark.parametrize("text", ["skip", "no", "I don't know", "prefer not to say", "none"])
def test_these_may_be_skipped(question: Any, text: str) -> None:
    draft = say(at(question, name="Ana Ruiz", email="ana@example.com"), text).draft
    assert draft and question in draft.skipped and draft.step != question


@pytest.mark.parametrize("question", ["name", "contact"])
def test_these_may_not_and_it_says_why_with_the_telephone_number(question: Any) -> None:
    outcome = say(at(question), "skip")
    assert outcome.draft and outcome.draft.step == question
    assert words(outcome)[:2] == [f"intake_why_{question}", "intake_by_phone"]


def test_a_hint_first_then_why_then_the_telephone_number() -> None:
    draft: Draft | None = at("contact", name="Ana Ruiz")
    seen = []
    for text in ("carrier pigeon", "555-0199", "ana@"):
        outcome = say(draft, text)
        draft = outcome.draft
        seen.append(words(outcome))
    assert seen == [
        ["intake_hint_contact"],
        ["intake_why_contact", "intake_ask_contact"],
        ["intake_why_contact", "intake_by_phone", "intake_ask_contact"],
    ]


@pytest.mark.parametrize(
    ("text", "hint"),
    [("ana@", "intake_hint_email"), ("555-0199", "intake_hint_phone"), ("hm hm", "intake_hint_contact")],
)
def test_the_hint_is_for_what_was_wrong(text: str, hint: str) -> None:
    assert words(say(at("contact", name="Ana Ruiz"), text)) == [hint]


@pytest.mark.parametrize("question", [*QUESTIONS, "review", "change"])
@pytest.mark.parametrize("text", ["why?", "why do you need that?", "what for?"])
def test_why_has_an_answer_everywhere(question: Any, text: str) -> None:
    outcome = say(at(question), text)
    assert outcome.draft and outcome.draft.step == question
    assert f"intake_why_{question}" in words(outcome)


@pytest.mark.parametrize("question", [*QUESTIONS, "review"])
@pytest.mark.parametrize("text", ["cancel", "forget it", "never mind", "I changed my mind"])
def test_cancel_forgets_everything(question: Any, text: str) -> None:
    outcome = say(at(question, **ANA), text)
    assert outcome.draft is None and not outcome.open and words(outcome) == ["intake_cancelled"]


def test_a_question_of_fact_is_answered_and_the_open_one_repeated() -> None:
    outcome = say(at("contact", name="Ana Ruiz"), "how long is it valid?", intent="ask_duration", sure=0.9)
    assert outcome.does == "aside" and outcome.draft == at("contact", name="Ana Ruiz")
    assert outcome.say == (Line("intake_back", {"question": Line("intake_ask_contact")}),)


def test_a_question_of_fact_at_the_matter_is_answered_and_proposed() -> None:
    outcome = say(at("matter"), "can my wife work?", intent="ask_family", sure=0.9)
    assert outcome.does == "aside" and outcome.draft and outcome.draft.offer == "can my wife work?"
    assert values(say(outcome.draft, "Yes, write that").draft)["matter"] == "can my wife work?"


def test_what_only_a_lawyer_can_answer_is_the_matter() -> None:
    outcome = say(at("matter"), "Can I sponsor my mother?", intent="ask_legal_other", sure=0.9)
    assert values(outcome.draft)["matter"] == "Can I sponsor my mother?"


def test_the_line_from_the_conversation_is_proposed_and_may_be_refused() -> None:
    known = Known("f", ("1", "t"), matter="pharmacist, US citizen")
    draft = after("call me", "yes", "Ana Ruiz", "ana@example.com", "mornings", known=known).draft
    assert draft and draft.step == "matter"
    assert values(say(draft, "Yes, write that").draft)["matter"] == "pharmacist, US citizen"
    outcome = say(draft, "no")
    assert words(outcome) == ["intake_ask_matter"]
    assert values(say(draft, "my renewal").draft)["matter"] == "my renewal"


# ---- corrections


@pytest.mark.parametrize("question", ["best_time", "matter", "employer", "urgency", "review"])
@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("my email is actually ana@example.org", "email", "ana@example.org"),
        ("change my phone to 613-555-0142", "phone", "+16135550142"),
        ("my name is Ana María Ruiz", "name", "Ana María Ruiz"),
    ],
)
def test_an_earlier_answer_is_corrected_anywhere(question: Any, text: str, name: str, value: str) -> None:
    draft = say(at(question, name="Ana Ruiz", email="ana@example.com"), text).draft
    assert values(draft)[name] == value and question not in values(draft)


@pytest.mark.parametrize(
    ("text", "step"),
    [("Change my name", "name"), ("change my e-mail", "contact"), ("phone", "contact"), ("Change the time",
     "best_time"),
     ("Change the matter", "matter"), ("the employer is wrong", "employer"), ("the date", "urgency"),
     ("Change something", "change"), ("no", "change")],
)  # fmt: skip
def test_at_the_review_any_answer_can_be_changed_and_the_old_one_stays_until_then(
    text: str, step: str
) -> None:
    draft = say(at("review", **ANA), text).draft
    assert draft and draft.step == step and values(draft) == ANA


@pytest.mark.parametrize("text", ["skip", "no", "keep it"][:2])
def test_a_change_that_is_not_made_keeps_the_old_answer(text: str) -> None:
    changing = say(at("review", **ANA), "change my name").draft
    draft = say(changing, text).draft
    assert values(draft) == ANA


def test_back_asks_the_question_before_again() -> None:
    draft = say(at("best_time", name="Ana Ruiz", email="ana@example.com"), "go back").draft
    assert draft and draft.step == "contact" and draft.has("contact")


def test_a_required_answer_that_is_removed_is_asked_again() -> None:
    draft = say(at("review", **ANA), "remove my email").draft
    assert draft and draft.step == "contact" and "email" not in values(draft)


# ---- what is never kept, and what can't wait


@pytest.mark.parametrize("question", [q for q in QUESTIONS])
@pytest.mark.parametrize(
    "text", ["my passport number is X1234567", "SIN 046 454 286", "DOB 1990-05-03", "I'm HIV positive"]
)
def test_what_must_not_be_kept_is_not_and_the_visitor_is_told(question: Any, text: str) -> None:
    outcome = say(at(question), text)
    assert words(outcome)[0] == "intake_private" and outcome.draft and outcome.draft.step == question
    assert not values(outcome.draft)


@pytest.mark.parametrize(
    "text",
    [
        "tomorrow",
        "I fly tomorrow",
        "this week",
        "2026-11-28",
        "Nov 30",
        "in 3 days",
        "it expired last week",
        "12/01/2026",
    ],
)
def test_a_near_date_gets_the_telephone_number_at_once(text: str) -> None:
    assert "intake_urgent" in words(say(at("urgency", **ANA), text))


@pytest.mark.parametrize("text", ["2027-05-01", "next summer", "March 3", "in two months", "no", "skip"])
def test_a_far_one_does_not(text: str) -> None:
    assert "intake_urgent" not in words(say(at("urgency", **ANA), text))


@pytest.mark.parametrize(
    "text", ["they refused me at the border yesterday", "I got a removal order", "I'm stuck at the border"]
)
def test_an_emergency_gets_it_wherever_it_is_told_and_once(text: str) -> None:
    outcome = say(at("matter", name="Ana Ruiz", email="ana@example.com"), text)
    assert words(outcome)[0] == "intake_urgent"
    assert "intake_urgent" not in words(say(outcome.draft, text))


# ---- once it is sent


SENT = sent(at("review", **ANA), "AAAA-2222")
WITH_LEAD = Known("form-2", ("1", "t"), lead={**ANA, "phone": "+16135550199"})


def test_what_is_sent_is_kept_by_its_number_alone() -> None:
    assert not SENT.values and not SENT.agreed and SENT.number == "AAAA-2222"


def test_a_second_send_gives_the_same_receipt() -> None:
    outcome = say(SENT, "Send it", WITH_LEAD)
    assert outcome.say == (Line("intake_receipt_again", {"number": "AAAA-2222"}),) and not outcome.open


def test_asked_again_it_says_what_it_has_masked() -> None:
    outcome = say(SENT, "call me", WITH_LEAD)
    assert outcome.say[0] == Line(
        "intake_sent_already", {"number": "AAAA-2222", "whose": "Ana Ruiz", "contact": "a•••@example.com"}
    )


def test_it_can_be_changed() -> None:
    outcome = after("call me", "Change it", "Change my name", "Ana María Ruiz", draft=SENT, known=WITH_LEAD)
    assert outcome.draft and outcome.draft.step == "review" and outcome.draft.number == "AAAA-2222"
    assert values(outcome.draft) == {**ANA, "name": "Ana María Ruiz", "phone": "+16135550199"}
    assert say(outcome.draft, "send it", WITH_LEAD).does == "amend"
    dropped = say(outcome.draft, "cancel", WITH_LEAD)
    assert words(dropped) == ["intake_unchanged"] and dropped.draft and dropped.draft.number == "AAAA-2222"


def test_a_second_request_has_a_form_and_a_consent_of_its_own() -> None:
    draft = after("call me", "A second request", draft=SENT, known=WITH_LEAD).draft
    assert draft and (draft.form, draft.step, draft.agreed, draft.number) == ("form-2", "consent", None, None)


def test_a_lead_that_was_erased_meanwhile_is_not_spoken_of() -> None:
    assert words(say(SENT, "call me"))[0] == "contact"


def test_a_store_that_cannot_be_asked_is_no_reason_for_a_second_lead() -> None:
    away = Known("form-2", ("1", "t"), lead={})
    outcome = say(SENT, "call me", away)
    assert words(outcome)[0] == "intake_sent_short"
    assert words(say(outcome.draft, "Change it", away))[0] == "intake_not_at_hand"


# ---- anything at all


TEXTS = st.one_of(
    st.text(max_size=80),
    st.sampled_from(
        ["yes", "no", "skip", "back", "why?", "change it", "change my phone", "remove my email", "Ana Ruiz",
         "ana@example.com",
         "613-555-0199", "mornings", "what is the fee?", "hello", "\u202e\x00", "a" * 3000, "my name is",
         "I'm", "{}", "/x{"]
    ),
)  # fmt: skip
INTENTS = st.sampled_from(
    ["", "affirm", "deny", "inform", "ask_fees", "greet", "talk_to_lawyer", "out_of_scope", "start_over"]
)
STEPS = st.sampled_from([*QUESTIONS, "consent", "review", "change", "again", "sent"])


@settings(max_examples=400, deadline=None)
@given(STEPS, st.lists(st.tuples(TEXTS, INTENTS, st.floats(0, 1), st.booleans()), min_size=1, max_size=6))
def test_no_text_raises_or_makes_a_question_a_name(
    step: Any, messages: list[tuple[str, str, float, bool]]
) -> None:
    number = "AAAA-2222" if step in {"again", "sent"} else None
    draft: Draft | None = Draft("f", step, ANA if step == "review" else {}, agreed=AGREED, number=number)
    for text, intent, sure, ours in messages:
        outcome = say(draft, text, WITH_LEAD, intent=intent, sure=sure, ours_open=ours)
        assert outcome.say or outcome.does
        draft = outcome.draft
        name = values(draft).get("name", "")
        assert not name.endswith("?") and name.lower() not in {"yes", "no", "skip", "hello", "back"}
        if draft is not None and draft.step == "review" and not draft.number:
            assert draft.has("name") and draft.has("contact")


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([*QUESTIONS, "review"]), TEXTS, st.booleans())
def test_no_text_loses_an_earlier_answer(step: Any, text: str, ours: bool) -> None:
    draft = at(step, **{name: value for name, value in ANA.items() if name != step})
    outcome = say(draft, text, ours_open=ours)
    if outcome.draft is not None and "remove" not in text:
        assert set(draft.values) <= set(outcome.draft.values)


def test_every_button_says_what_the_form_understands() -> None:
    assert {button for buttons in BUTTONS.values() for button in buttons} <= set(WORDS)
    assert all(len(buttons) <= 5 for buttons in BUTTONS.values())
    for step, buttons in BUTTONS.items():
        for button in buttons:
            outcome = say(
                at(step, **ANA) if step != "consent" else Draft("f"), WORDS[button]["en"], WITH_LEAD
            )
            assert not any(word.startswith("intake_hint") for word in words(outcome)), (step, button)


def test_a_slot_of_another_making_is_no_draft() -> None:
    assert [from_slot(value) for value in (None, 3, "x", {}, {"form": 1}, {"form": "f", "step": "none"})] == [
        None
    ] * 6
    assert set(FIELDS) > set(ANA) - {"matter"}
