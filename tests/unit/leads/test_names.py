"""A name is a name in any script; a question, a yes, a greeting or a command is none."""

from __future__ import annotations

import pytest

from leads import names
from leads.phrases import load


@pytest.mark.parametrize(
    "typed",
    [
        "Ana Ruiz", "ana ruiz", "ANA RUIZ", "José Luis Pérez", "Mary O'Neill-Smith", "Mary O’Neill",
        "Jean-Pierre Tremblay",
        "Nguyễn Văn An", "张伟", "田中太郎", "محمد علي", "עדי לוי", "Ольга Иванова", "Σοφία", "김민준",
        "राम कुमार",
        "علی\u200cرضا", "Will Smith", "Can Dündar", "May Day", "Do Kwon", "Mark Price", "Grant Fields",
        "Dr. House",
        "Ruiz, Ana", "J. R. R. Tolkien", "Kim", "Jo", "Christian Baker", "Maria da Silva e Souza",
        "Hope Stone",
    ],
)  # fmt: skip
def test_a_name(typed: str) -> None:
    assert names.name(typed, load()) == typed


@pytest.mark.parametrize(
    "typed",
    [
        "", " ", "J", "yes", "no", "ok", "sure", "hello", "hi", "good morning", "thanks", "skip", "cancel",
        "go back",
        "forget it", "why?", "what is the fee", "What's this", "how long does it take", "can i apply",
        "will it take long",
        "is that so", "who are you", "Ana?", "Ana 2", "613-555-0199", "http://example.com", "www.x",
        "ana@example.com",
        "my wife", "the boss", "I need a lawyer", "call me", "a pharmacist", "fees", "work permit", "phone",
        "e-mail",
        "send it", "change my name", "Ana\u202eziuR", "Ana\x00", "<b>Ana</b>", "=HYPERLINK", "🙂🙂", "...",
        "Ana\nBcc: x",
        "x" * 81, "one two three four five six seven eight", "any time", "mornings", "tomorrow", "nobody",
        "{name}",
    ],
)  # fmt: skip
def test_what_is_no_name(typed: str) -> None:
    assert names.name(typed, load()) is None


def test_space_and_signs_around_it_go() -> None:
    assert names.name("  Ana   Ruiz. ", load()) == "Ana Ruiz"
    assert names.name("Ken Griffey Jr.", load()) == "Ken Griffey Jr."
