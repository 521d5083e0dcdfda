"""The actions read a message in English, whatever it was typed in."""

from __future__ import annotations

from typing import Any

import pytest

from actions.heard import heard
from components.extractor import entities
from components.understanding import shared

NAMED = {"entity": "job_title", "value": "pharmacist", "start": 8, "end": 18, "extractor": "FactExtractor"}


def test_an_english_message_is_read_as_it_is_typed() -> None:
    entity = {"entity": "citizenship", "value": "mx", "start": 4, "end": 11}
    message = heard(
        {"text": "I'm Mexican", "intent": {"name": "inform", "confidence": 0.9}, "entities": [entity]}
    )
    assert message == ("inform", "I'm Mexican", [entity])


def test_one_in_another_language_is_read_in_english_with_the_places_there() -> None:
    typed = {**NAMED, "in_english": [5, 15]}
    message = heard(
        {"text": "je suis pharmacien", "english": "i am pharmacist", "intent": {}, "entities": [typed]}
    )
    assert message.text == "i am pharmacist"
    (entity,) = message.entities
    assert message.text[entity["start"] : entity["end"]] == "pharmacist"
    assert (entity["value"], entity["extractor"]) == ("pharmacist", "FactExtractor")
    assert (typed["start"], typed["end"]) == (8, 18), "what Rasa keeps is not changed"


def test_the_language_tells_nothing_of_the_person() -> None:
    language = {"entity": "language", "value": "fr", "start": 0, "end": 0}
    message = heard({"text": "merci", "english": "thank you", "entities": [language, NAMED, {"value": "x"}]})
    assert [entity.get("entity") for entity in message.entities] == ["job_title", None]


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"text": None, "intent": None, "entities": None},
        {"text": "", "english": "", "intent": {"name": None}, "entities": []},
    ],
)
def test_a_message_without_anything_is_read_too(message: dict[str, Any]) -> None:
    assert heard(message) == ("", "", [])


def test_a_button_tells_what_it_stands_for() -> None:
    """Its facts have places in the payload, and no English."""
    text = '/inform{"citizenship": "us"}'
    entity = {"entity": "citizenship", "value": "us", "start": 7, "end": 28}
    message = heard({"text": text, "intent": {"name": "inform"}, "entities": [entity]})
    assert message == ("inform", text, [entity])


@pytest.mark.parametrize(
    "text",
    [
        "Je suis infirmière au Texas, américaine, avec 10 ans d'expérience",
        "Mi esposa es arquitecta mexicana y tiene una oferta en Quebec",
        "I'm a nurse from Texas with 10 years of experience",
    ],
)
def test_the_places_of_what_is_extracted_lie_in_what_is_read(text: str) -> None:
    gloss = shared().read(text).gloss
    parsed = {"text": text, "entities": entities(text), **({"english": gloss.text} if gloss.places else {})}
    message = heard(parsed)
    assert message.text == gloss.text and len(message.entities) >= 2
    for entity in message.entities:
        assert message.text[entity["start"] : entity["end"]].strip()
    for entity in (one for one in message.entities if one["entity"] == "job_title"):
        assert entity["value"] in message.text[entity["start"] : entity["end"]]
