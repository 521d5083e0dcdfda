"""The jobs and facts of a message become entities of Rasa's form."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from components.extractor import ENGLISH, NAME, FactExtractor, entities
from components.understanding import shared


def test_a_known_title_carries_its_name_and_the_words_as_typed() -> None:
    (job,) = [entity for entity in entities("I'm an RN from Texas") if entity["entity"] == "job_title"]
    assert (job["value"], job["text"], job["start"], job["end"]) == ("registered nurse", "RN", 7, 9)


def test_an_unknown_job_carries_what_a_closed_list_makes_of_it() -> None:
    (job,) = [entity for entity in entities("a quantum engineer") if entity["entity"] == "unknown_job"]
    assert (job["value"], job["status"], job["nearest"]) == ("quantum engineer", "depends", "engineer")


def test_facts_come_with_their_values_and_places() -> None:
    text = "I'm a US citizen moving to Quebec with a bachelor's degree and 5 years of experience"
    found = {entity["entity"]: entity for entity in entities(text)}
    expected = {"citizenship": "us", "destination": "QC", "degree": "degree", "experience_years": "5"}
    assert {name: found[name]["value"] for name in expected} == expected
    assert text[found["destination"]["start"] : found["destination"]["end"]] == "Quebec"


@pytest.mark.parametrize("text", ["", "Hello", "What does it cost?", "🙂", "can you tell us more"])
def test_a_message_without_facts_has_no_entities(text: str) -> None:
    assert entities(text) == []


def test_every_entity_says_who_found_it_and_is_plain_data() -> None:
    for entity in entities("My wife is a Mexican nurse, I'm a falcon smith in Toronto with no degree"):
        assert entity["extractor"] == NAME
        assert all(isinstance(value, (str, int, type(None))) for value in entity.values())


def test_entities_found_by_others_are_kept() -> None:
    other = {"entity": "topic", "value": "fees", "start": 0, "end": 0}
    message = Message({TEXT: "I'm Mexican", ENTITIES: [other]})
    FactExtractor().process([message, Message({})])
    found = [entity["entity"] for entity in message.get(ENTITIES)]
    assert found[0] == "topic" and "citizenship" in found


# ---- in another language ------------------------------------------------------------------------------


def heard(text: str, **note: Any) -> Message:
    """A message as Rasa has it behind the extractor; ``note``: what its channel says of it."""
    (message,) = FactExtractor().process([Message({TEXT: text, "metadata": note or None})])
    return message


def language(text: str, **note: Any) -> str | None:
    """The language that it is heard in."""
    found = [
        entity["value"] for entity in heard(text, **note).get(ENTITIES) if entity["entity"] == "language"
    ]
    assert len(found) <= 1
    return found[0] if found else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Je suis infirmière mexicaine, j'ai une offre d'emploi à Québec",
            {"job_title": ("nurse", "infirmière"), "citizenship": ("mx", "mexicaine"), "destination": ("QC", "Québec")},
        ),
        (
            "soy farmacéutico de Texas, con 5 años de experiencia",
            {"job_title": ("pharmacist", "farmacéutico"), "citizenship": ("us", "Texas"), "experience_years": ("5", "5 años")},
        ),
        (
            "ma femme est ingénieure civile et américaine",
            {
                "job_title": ("civil engineer", "ingénieure civile"),
                "person": ("wife", "ma femme"),
                "citizenship": ("us", "américaine"),
            },
        ),
        (
            "¿un mécanico puede trabajar en Toronto? él es mexicano",
            {"destination": ("ON", "Toronto"), "citizenship": ("mx", "mexicano")},
        ),
    ],
)  # fmt: skip
def test_what_is_told_in_another_language_has_its_value_and_the_words_as_typed(
    text: str, expected: dict[str, tuple[str, str]]
) -> None:
    english = shared().read(text).gloss.text
    found = {entity["entity"]: entity for entity in entities(text)}
    for name, (value, typed) in expected.items():
        entity = found[name]
        assert entity["value"] == value
        assert typed in text[entity["start"] : entity["end"]]
        start, end = entity["in_english"]
        assert english[start:end].strip(), "and its place in what the actions read"


def test_a_title_in_another_language_carries_the_words_as_typed() -> None:
    text = "Bonjour, je suis ingénieure civile"
    (job,) = [entity for entity in entities(text) if entity["entity"] == "job_title"]
    assert (job["value"], job["text"], text[job["start"] : job["end"]]) == (
        "civil engineer",
        *["ingénieure civile"] * 2,
    )


@pytest.mark.parametrize(
    ("text", "job", "status", "nearest"),
    [
        ("je suis docteur en droit", "docteur en droit", "not_listed", "physician"),
        ("je suis chirurgienne d’arbres", "chirurgienne d’arbres", "not_listed", "physician"),
        ("soy ingeniero técnico", "ingeniero técnico", "depends", "engineer"),
        ("soy kinesióloga", "kinesióloga", "depends", "physiotherapist"),
    ],
)
def test_what_only_looks_like_a_title_or_may_be_several_is_an_unknown_job(
    text: str, job: str, status: str, nearest: str
) -> None:
    (found,) = [entity for entity in entities(text) if entity["entity"] in ("job_title", "unknown_job")]
    assert (found["entity"], found["value"], found["text"]) == ("unknown_job", job, job)
    assert found["status"] == status and found["nearest"] == nearest


def test_the_actions_get_the_english_of_a_message_in_another_language_and_of_no_other() -> None:
    message = heard("Combien ça coûte?")
    assert message.get(ENGLISH) == "how much does it cost?" and message.get(TEXT) == "Combien ça coûte?"
    assert message.as_dict(only_output_properties=True)[ENGLISH] == "how much does it cost?"
    for text in ("What does it cost?", "ok", "2"):
        assert heard(text).get(ENGLISH) is None


def test_in_english_an_entity_has_one_place() -> None:
    assert not [entity for entity in entities("I'm a Mexican nurse from Texas") if "in_english" in entity]


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("What does it cost?", "en"), ("Combien ça coûte?", "fr"), ("¿Cuánto cuesta?", "es"), ("merci", "fr"), ("hola", "es"),
        ("CAQ?", None), ("ok", None), ("2", None), ("nurse", None), ("José Ramírez", None),
        ("Wo kann ich mich bewerben?", None),
    ],
)  # fmt: skip
def test_the_language_of_a_message_is_an_entity_where_it_is_sure(text: str, spoken: str | None) -> None:
    assert language(text) == spoken


@pytest.mark.parametrize("page", ["en", "fr", "es"])
def test_the_pages_language_counts_only_where_the_message_is_in_none(page: str) -> None:
    assert [language(text, language=page) for text in ("CAQ?", "ok", "nurse")] == [page] * 3
    assert language("What does it cost?", language=page) == "en"
    assert language("Combien ça coûte?", language=page) == "fr"
    assert language("¿Cuánto cuesta?", language=page) == "es"


@pytest.mark.parametrize(
    "note", [{"language": "de"}, {"language": None}, {"language": ["fr"]}, {"language": 7}, {"typed": "/ok"}]
)
def test_what_is_no_language_of_ours_is_not_taken_from_the_page(note: dict[str, Any]) -> None:
    assert language("CAQ?", **note) is None


@pytest.mark.parametrize("note", [None, "fr", ["fr"], 7])
def test_a_note_that_is_none_does_no_harm(note: Any) -> None:
    (message,) = FactExtractor().process([Message({TEXT: "CAQ?", "metadata": note})])
    assert [entity["entity"] for entity in message.get(ENTITIES)] == []


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("en español por favor", "es"), ("in Spanish please", "es"), ("Français?", "fr"), ("peux-tu répondre en anglais?", "en"),
        ("¿podemos hablar en inglés?", "en"), ("English", "en"), ("parlez-vous français", "fr"),
    ],
)  # fmt: skip
def test_who_asks_for_a_language_is_heard_in_it_whatever_the_words_and_the_page_are_in(
    text: str, wish: str
) -> None:
    for page in ("en", "fr", "es"):
        assert language(text, language=page) == wish


def test_who_speaks_no_english_stays_in_their_own() -> None:
    assert [language("no hablo inglés"), language("je ne parle pas anglais")] == ["es", "fr"]


def test_the_language_says_who_found_it_and_is_plain_data() -> None:
    (entity,) = heard("merci").get(ENTITIES)
    assert entity == {"entity": "language", "value": "fr", "start": 0, "end": 0, "extractor": NAME}
