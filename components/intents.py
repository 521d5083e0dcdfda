"""Rasa intent classifier: logistic regression on sentence vectors, clause by clause.

A message may ask two or three things. Each clause is classified; the first question becomes the intent, the others become
``topic`` entities, and a clause that asks nothing (a greeting, a fact about the person) yields to one that does.
"""

from __future__ import annotations

from typing import Any, Dict, List, NamedTuple, Sequence, Tuple

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.linear_model import LogisticRegression

from components.featurizer import CLAUSE_VECTORS

ASK = "ask_"
PEOPLE = ("ask_legal_other", "ask_firm", "ask_privacy", "talk_to_lawyer")
RANKING = 5
MOST_TOPICS = 3


class Verdict(NamedTuple):
    """What a message asks: intents with their confidence, the most likely first, and the further topics."""

    ranking: List[Tuple[str, float]]
    topics: List[str]


class LinearModel:
    """Probabilities of labels for vectors: softmax of a linear map. ``labels[i]`` belongs to row i of ``weights``."""

    def __init__(self, labels: Sequence[str], weights: np.ndarray, bias: np.ndarray) -> None:
        self.labels, self.weights, self.bias = list(labels), weights, bias

    @classmethod
    def fit(cls, vectors: np.ndarray, labels: Sequence[str], strength: float, seed: int) -> LinearModel:
        """Learns from vectors [n, width] and their labels; rare labels count as much as frequent ones."""
        model = LogisticRegression(C=strength, max_iter=500, class_weight="balanced", random_state=seed)
        model.fit(vectors, labels)
        return cls(list(model.classes_), model.coef_.astype(np.float32), model.intercept_.astype(np.float32))

    def probabilities(self, vectors: np.ndarray) -> np.ndarray:
        """[n, labels], each row summing to one."""
        scores = vectors @ self.weights.T + self.bias
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        result: np.ndarray = powers / powers.sum(axis=1, keepdims=True)
        return result


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class TopicClassifier(IntentClassifier, GraphComponent):
    """Sets the intent, its ranking and the further ``topic`` entities of a message."""

    @classmethod
    def required_components(cls) -> List[Any]:
        """Needs sentence vectors."""
        return [DenseFeaturizer]

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """``C``: inverse strength of regularisation. ``clause_confidence``: how sure a clause of several must be to count."""
        return {"C": 10.0, "random_state": 42, "clause_confidence": 0.4, "message_confidence": 0.25}

    def __init__(self, config: Dict[str, Any], storage: ModelStorage, resource: Resource, model: LinearModel | None = None):
        self.config, self._storage, self._resource = {**self.get_default_config(), **config}, storage, resource
        self.model = model

    @classmethod
    def create(
        cls, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> TopicClassifier:
        """An untrained classifier."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Learns from the vectors of the training examples."""
        examples = [e for e in training_data.intent_examples if e.get(INTENT) and e.get(TEXT)]
        vectors = np.vstack([_vector(example) for example in examples])
        labels = [example.get(INTENT) for example in examples]
        self.model = LinearModel.fit(vectors, labels, float(self.config["C"]), int(self.config["random_state"]))
        with self._storage.write_to(self._resource) as folder:
            np.savez(folder / "classifier.npz", labels=self.model.labels, weights=self.model.weights, bias=self.model.bias)
        return self._resource

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> TopicClassifier:
        """The trained classifier. A missing or broken file raises; there is no untrained answer."""
        with model_storage.read_from(resource) as folder, np.load(folder / "classifier.npz", allow_pickle=False) as saved:
            model = LinearModel([str(label) for label in saved["labels"]], saved["weights"], saved["bias"])
        return cls(config, model_storage, resource, model)

    def process(self, messages: List[Message]) -> List[Message]:
        """Classifies each message that has text."""
        for message in messages:
            if not message.get(TEXT) or self.model is None:
                continue
            verdict = self.classify(_vector(message), message.get(CLAUSE_VECTORS), [e.get("entity") for e in message.get(ENTITIES) or []])
            ranking = [{"name": name, "confidence": float(sure)} for name, sure in verdict.ranking[:RANKING]]
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
            topics = [{"entity": "topic", "value": topic, "start": 0, "end": 0, "extractor": "TopicClassifier"} for topic in verdict.topics]
            message.set(ENTITIES, [*(message.get(ENTITIES) or []), *topics], add_to_output=True)
        return messages

    def classify(self, vector: np.ndarray, clauses: np.ndarray | None, entities: Sequence[str]) -> Verdict:
        """The verdict on a message from its vector, those of its clauses, and the names of its entities."""
        assert self.model is not None
        whole = self._ranked(vector)
        parts = [self._ranked(clause) for clause in clauses] if clauses is not None else []
        asked: Dict[str, float] = {}
        for part in parts:
            name, sure = part[0]
            if is_question(name) and sure >= self.config["clause_confidence"]:
                asked[name] = max(sure, asked.get(name, 0.0))
        if not asked:
            return Verdict(whole, [])
        if len(asked) == 1 and is_question(whole[0][0]) and whole[0][1] > next(iter(asked.values())):
            return Verdict(whole, [])
        names = list(asked)[:MOST_TOPICS]
        rest = [pair for pair in whole if pair[0] != names[0]]
        topics = [name[len(ASK) :] for name in names[1:] if name.startswith(ASK) and name not in PEOPLE]
        return Verdict([(names[0], asked[names[0]]), *rest], topics)

    def _ranked(self, vector: np.ndarray) -> List[Tuple[str, float]]:
        assert self.model is not None
        sure = self.model.probabilities(vector[np.newaxis] if vector.ndim == 1 else vector)[0]
        return [(self.model.labels[i], float(sure[i])) for i in np.argsort(-sure)]


def is_question(intent: str) -> bool:
    """True for intents that ask for an answer, of the facts or of people."""
    return intent.startswith(ASK) or intent in PEOPLE


def _vector(message: Message) -> np.ndarray:
    _, sentence = message.get_dense_features(TEXT, [])
    if sentence is None:
        raise ValueError("the message has no sentence vector; put SentenceEncoderFeaturizer before TopicClassifier")
    vector: np.ndarray = np.asarray(sentence.features)[-1]
    return vector
