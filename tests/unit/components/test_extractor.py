"""The jobs and facts of a message become entities of Rasa's form."""

import pytest
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from components.extractor import NAME, FactExtractor, entities


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
