"""The language in which a channel says its own words: that of the conversation, or of the text, where it is sure."""

from __future__ import annotations

from typing import Any

import pytest

from components.spoken import language_in, language_of


def said(language: str | None, name: str = "language") -> list[dict[str, Any]]:
    """The events of a turn."""
    slot = [{"event": "slot", "name": name, "value": language}] if language is not None else []
    return [{"event": "user", "text": "…"}, *slot, {"event": "bot", "text": "…"}]


def test_it_is_that_of_the_last_message_whose_language_was_sure() -> None:
    assert language_of([*said("en"), *said("fr"), *said(None)]) == "fr"
    assert language_of([*said("fr"), *said("es")]) == "es"
    assert language_of(iter(said("es"))) == "es"


NOWHERE: list[list[dict[str, Any]]] = [
    *([], [{}], said(None), said(""), said("fr", "citizenship")),
    [{"event": "slot", "name": "language"}],
]


@pytest.mark.parametrize("events", NOWHERE)
def test_where_none_was_sure_it_is_another(events: list[dict[str, Any]]) -> None:
    assert language_of(events) == "en"
    assert language_of(events, "es") == "es"
    assert language_of(events, "") == ""


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Faut-il un CAQ?", "fr"),
        ("¿Necesito un CAQ?", "es"),
        ("Do I need a CAQ?", "en"),
        ("merci", "fr"),
        ("Borrar todo", "es"),
        ("Tout supprimer", "fr"),
    ],
)
def test_a_text_is_in_the_language_that_it_surely_is_in(text: str, language: str) -> None:
    for otherwise in ("en", "fr", "es"):
        assert language_in(text, otherwise) == language


@pytest.mark.parametrize(
    "text", ["", "CAQ?", "ok", "2", "José Ramírez", "Toronto", "Wo kann ich mich bewerben?", "🙂", "\ud800"]
)
def test_else_in_another(text: str) -> None:
    assert [language_in(text), language_in(text, "fr"), language_in(text, "es")] == ["en", "fr", "es"]
