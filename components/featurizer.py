"""Rasa featurizer: the sentence vector of a message, and which topics its listeners hear in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components import understanding
from components.encoder import PACKAGE, WEIGHTS_SHA256, SentenceEncoder

ROOT = Path(__file__).resolve().parent.parent
HEARD = "heard_topics"
BAG = "bag"
BATCH = 64


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class SentenceEncoderFeaturizer(DenseFeaturizer, GraphComponent):
    """Vectors of a pretrained sentence encoder. ``encoder`` in config.yml names a package or folder, ``sha256`` its weights;
    ``tuned`` and ``tuned_sha256``, if given, the file of the layers that take the place of the published ones.

    The quantised encoder is kept in the model archive, so that serving needs neither the weights nor onnx tools.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The published English encoder."""
        return {
            **DenseFeaturizer.get_default_config(),
            "encoder": PACKAGE,
            "sha256": WEIGHTS_SHA256,
            "tuned": None,
            "tuned_sha256": "",
        }

    @staticmethod
    def required_packages() -> list[str]:
        """What serving needs."""
        return ["onnxruntime", "tokenizers"]

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Nothing to check before the weights are read."""

    def __init__(
        self,
        config: dict[str, Any],
        name: str,
        storage: ModelStorage,
        resource: Resource,
        encoder: SentenceEncoder,
    ):
        super().__init__(name, config)
        self._storage, self._resource, self.encoder = storage, resource, encoder

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceEncoderFeaturizer:
        """Builds the encoder from the checked weights."""
        tuned = (ROOT / config["tuned"], config["tuned_sha256"]) if config["tuned"] else None
        encoder = SentenceEncoder.from_weights(config["encoder"], config["sha256"], tuned)
        return cls(config, execution_context.node_name, model_storage, resource, encoder)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> SentenceEncoderFeaturizer:
        """Takes the encoder from the model archive."""
        with model_storage.read_from(resource) as folder:
            graph = (folder / "encoder.onnx").read_bytes()
            tokenizer = (folder / "tokenizer.json").read_text(encoding="utf-8")
        return cls(
            config, execution_context.node_name, model_storage, resource, SentenceEncoder(graph, tokenizer)
        )

    def train(self, training_data: TrainingData) -> Resource:
        """Nothing is learned; the encoder is put into the model archive."""
        with self._storage.write_to(self._resource) as folder:
            (folder / "encoder.onnx").write_bytes(self.encoder.graph)
            (folder / "tokenizer.json").write_text(self.encoder.tokenizer_json, encoding="utf-8")
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Adds the sentence vector of every training example."""
        reader = understanding.shared()
        examples = [example for example in training_data.training_examples if example.get(TEXT)]
        examples.sort(key=lambda example: len(example.get(TEXT)))  # a batch is as slow as its longest text
        for first in range(0, len(examples), BATCH):
            batch = examples[first : first + BATCH]
            readings = [reader.read(example.get(TEXT)) for example in batch]
            vectors = self.encoder.encode([reading.masked for reading in readings])
            for example, reading, vector in zip(batch, readings, vectors, strict=True):
                example.set(BAG, reading.bag)
                self._add(example, vector)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds the vector of each message, and the topics heard in it (``encoder.Heard``)."""
        for message in messages:
            text = message.get(TEXT)
            if text:
                vector, heard = self.encoder.listen(understanding.shared().read(text).masked or text)
                self._add(message, vector)
                message.set(HEARD, heard)
        return messages

    def _add(self, message: Message, vector: np.ndarray) -> None:
        message.add_features(Features(vector[np.newaxis], FEATURE_TYPE_SENTENCE, TEXT, self._identifier))
