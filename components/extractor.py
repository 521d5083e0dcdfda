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

NAME = "FactExtractor"


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
        """Adds the entities found to each message."""
        for message in messages:
            text = message.get(TEXT)
            if text:
                found = [*(message.get(ENTITIES) or []), *entities(text)]
                message.set(ENTITIES, found, add_to_output=True)
        return messages


def entities(text: str) -> list[dict[str, Any]]:
    """The entities of a text in Rasa's form."""
    reading = understanding.shared().read(text)
    found = []
    for job in reading.jobs:
        name, value = ("job_title", job.title) if job.title else ("unknown_job", job.text)
        extra = (
            {"text": job.text}
            if job.title
            else {"text": job.text, "status": job.status, "nearest": job.nearest}
        )
        found.append(
            {"entity": name, "value": value, "start": job.start, "end": job.end, "extractor": NAME, **extra}
        )
    for fact in reading.facts:
        found.append(
            {
                "entity": fact.entity,
                "value": fact.value,
                "start": fact.start,
                "end": fact.end,
                "extractor": NAME,
            }
        )
    return found
