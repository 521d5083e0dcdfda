"""What a message orders, in the many ways of saying it; and what orders nothing."""

from __future__ import annotations

import pytest

from leads.phrases import Order, load

SAID = {
    "yes": ["yes", "Yes, I agree", "yep", "sure", "ok", "OK!", "go ahead", "fine by me", "i agree",
        "looks good", "👍"],
    "no": ["no", "No, thanks", "nope", "I don't agree", "rather not", "not really"],
    "skip": ["skip", "Skip", "skip it please", "pass", "n/a", "-", "prefer not to say", "I don't know",
        "not yet",
             "I don't have one", "none yet", "no deadline", "No date"],
    "cancel": ["cancel", "Cancel, please", "forget it", "never mind", "nevermind", "stop", "please stop",
        "I changed my mind",
               "i changed my mind about this", "don't send it", "delete my data", "forget about it all"],
    "back": ["back", "go back", "previous question", "oops", "I made a mistake"],
    "why": ["why", "why?", "why do you need that?", "Why do you need my phone", "what for?",
        "is that necessary?", "who sees this",
            "do I have to answer"],
    "send": ["send", "Send it", "send it please", "submit", "ok send it", "confirm", "that's all"],
    "change": ["change", "Change something", "Change it", "edit", "there's a mistake", "something is wrong"],
    "again": ["A second request", "another request", "it's for my brother", "for somebody else"],
    "start_over": ["start over", "start again", "from the beginning"],
}  # fmt: skip


@pytest.mark.parametrize(("text", "command"), [(text, c) for c, texts in SAID.items() for text in texts])
def test_an_order(text: str, command: str) -> None:
    assert load().order(text).command == command


@pytest.mark.parametrize(
    ("text", "command", "field"),
    [
        ("change my phone", "change", "phone"),
        ("Change my e-mail", "change", "email"),
        ("can I change the name?", "change", "name"),
        ("my email is wrong", "change", "email"),
        ("the matter is not right", "change", "matter"),
        ("fix the employer's name", "change", "employer"),
        ("go back to the time", "change", "best_time"),
        ("please change the travel date", "change", "urgency"),
        ("remove my phone number", "remove", "phone"),
        ("delete the employer", "remove", "employer"),
    ],
)
def test_an_order_that_names_an_answer(text: str, command: str, field: str) -> None:
    assert load().order(text) == Order(command, field)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    ["Ana Ruiz", "ana@example.com", "mornings", "TD Bank", "I want to change employers in Canada",
     "my boss said no",
     "I stopped working", "yesterday", "nobody told me why", "how long does it take", "", "   ", "x" * 500],
)  # fmt: skip
def test_no_order(text: str) -> None:
    assert load().order(text) == Order()


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("my name is Ana Ruiz", "name", "Ana Ruiz"),
        ("Name: Ana Ruiz", "name", "Ana Ruiz"),
        ("sorry, my name is actually Ana", "name", "Ana"),
        ("my email is actually ana@example.com", "email", "ana@example.com"),
        ("call me at 613-555-0199", "phone", "613-555-0199"),
        ("the best time is after 5", "best_time", "after 5"),
        ("I work for TD Bank", "employer", "TD Bank"),
        ("deadline: 3 May", "urgency", "3 May"),
    ],
)
def test_a_value_with_its_label(text: str, field: str, value: str) -> None:
    assert load().labelled(text) == (field, value)


@pytest.mark.parametrize(
    "text",
    ["Ana?", "how long", "What's that", "can I come", "is it far", "tell me more", "do you know",
     "would it help", "¿y ahora?"],
)  # fmt: skip
def test_a_question(text: str) -> None:
    assert load().asks(text)


@pytest.mark.parametrize(
    "text", ["Will Smith", "Can Dündar", "May Day", "mornings", "Isabel", "Whatcom County"]
)
def test_no_question(text: str) -> None:
    assert not load().asks(text)
