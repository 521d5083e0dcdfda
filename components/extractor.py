"""Rasa entity extractor: jobs from the list of titles, and the facts a person states about themselves."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from components import understanding
from components.language_wish import asked_for
from knowledge.gloss import Gloss
from knowledge.languages import LANGUAGES

NAME = "FactExtractor"
ENGLISH = "english"  # what the actions read in the place of the text


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class FactExtractor(GraphComponent):
    """Adds entities: ``job_title`` (a title of the facts), ``unknown_job``, citizenship, residence, destination and so on."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        context: ExecutionContext,
    ) -> FactExtractor:
        """Ready at once: nothing is learned, the facts are the model."""
        understanding.shared()
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds the entities found to each message, and its rough English where it is in another language."""
        for message in messages:
            text = message.get(TEXT)
            if not text:
                continue
            gloss = understanding.shared().read(text).gloss
            found = [*(message.get(ENTITIES) or []), *entities(text)]
            if (language := spoken(gloss, message.get("metadata"))) is not None:
                found.append(_entity("language", language, 0, 0))
            message.set(ENTITIES, found, add_to_output=True)
            if gloss.places:
                message.set(ENGLISH, gloss.text, add_to_output=True)
        return messages


def spoken(gloss: Gloss, note: Any) -> str | None:
    """The language to go on in: the one that is asked for, or surely written in, or that the page says (``note``); None to
    stay in the one before.
    """
    page = note.get("language") if isinstance(note, dict) else None
    written = gloss.language if gloss.is_sure else page if page in LANGUAGES else None
    return asked_for(gloss.text) or written


def entities(text: str) -> list[dict[str, Any]]:
    """The entities of a text in Rasa's form. ``in_english``: where one stands in the gloss of a text in another language."""
    reading, found = understanding.shared().read(text), []
    for job in reading.jobs:
        start, end = reading.gloss.typed(job.start, job.end)
        typed = text[start:end]
        if job.title:
            entity = {**_entity("job_title", job.title, start, end), "text": typed}
        else:
            entity = {
                **_entity("unknown_job", typed, start, end),
                "text": typed,
                "status": job.status,
                "nearest": job.nearest,
            }
        found.append(_placed(entity, job.start, job.end, reading.gloss))
    for fact in reading.facts:
        place = reading.gloss.typed(fact.start, fact.end)
        entity = _entity(fact.entity, fact.value, *place)
        found.append(_placed(entity, fact.start, fact.end, reading.gloss))
    return found


def _entity(name: str, value: str, start: int, end: int) -> dict[str, Any]:
    return {"entity": name, "value": value, "start": start, "end": end, "extractor": NAME}


def _placed(entity: dict[str, Any], start: int, end: int, gloss: Gloss) -> dict[str, Any]:
    return {**entity, "in_english": [start, end]} if gloss.places else entity
