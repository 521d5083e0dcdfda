"""Rasa intent classifier: sentence vectors and words together, and the encoder's listeners for what else is asked.

A message may ask two or three things. Two linear models say what it is about as a whole; a listener for each topic says whether,
and where, it is asked. The first question in the text becomes the intent, the others become ``topic`` entities.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, METADATA, METADATA_INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components import understanding
from components.encoder import Heard
from components.featurizer import BAG, HEARD
from components.language_wish import asked_for
from components.models import VectorModel, WordModel, agreed
from components.understanding import JOB_WORD, Reading
from knowledge.text import tokens

NAME = "TopicClassifier"
ASK = "ask_"
PEOPLE = ("ask_legal_other", "ask_firm", "ask_privacy", "talk_to_lawyer")
RANKING = 5
BARE, SURE_OF_CHAT = 1, 0.25
FOREIGN_SHARE, FOREIGN_WORDS = 0.4, 3
_FILLERS = "a an the and or as for i im am is it in on at of to me my sr jr senior junior head"
_RANKS = "lead chief iii ii"
FILLERS = frozenset(f"{_FILLERS} {_RANKS}".split())
MOST_TOPICS = 3
SURELY_HEARD, FAR_LESS = 0.8, 0.06
LIKELY_CASE = 0.1
# Who says one of these and tells such a fact goes on with the case: 'good news, I have an offer from a bank'.
CIVILITIES, CASE = (
    ("greet", "thank", "goodbye"),
    ("job_offer", "citizenship", "licence", "degree", "own_business"),
)
NOT_OURS = "out_of_scope"
DECLINED, SURE_OF_DECLINING = (NOT_OURS, "not_helpful"), 0.35
SURE_OF_DECLINING_A_JOB = 0.5
_TOLD = re.compile(
    r"^\W*(?:an? )?$|\b(?:am|i['’]?m|is|are|was|['’]s|as|be|been|our) (?:an? |the |also |still |currently )*(?:[\w-]+ )?$",
    re.I,
)

Ranking = Sequence[tuple[str, float]]  # intents with their probability, the most likely first


class Verdict(NamedTuple):
    """What a message asks: intents with their confidence, the most likely first, and the further topics."""

    ranking: Ranking
    topics: list[str]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class TopicClassifier(IntentClassifier, GraphComponent):
    """Sets the intent, its ranking and the further ``topic`` entities of a message."""

    @classmethod
    def required_components(cls) -> list[Any]:
        """Needs sentence vectors."""
        return [DenseFeaturizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """``vector_C``, ``word_C``: inverse strength of regularisation; ``word_weight``: how much the words count.

        ``whole_weight``: how much the message as a whole counts beside the listeners. By language: ``confidence``, how likely
        a question must be, by both, to be answered; ``unsure_confidence``, below which the likeliest are offered to choose
        from; and ``declining_confidence``, from when on a message is declined although a question of ours is likelier.
        """
        return {
            "vector_C": 3.0,
            "word_C": 20.0,
            "word_weight": 0.4,
            "random_state": 42,
            "whole_weight": 0.25,
            "confidence": {"en": 0.06, "fr": 0.06, "es": 0.06},
            "unsure_confidence": {"en": 0.2, "fr": 0.2, "es": 0.2},
            "declining_confidence": {"en": 0.3, "fr": 0.3, "es": 0.3},
        }

    def __init__(
        self,
        config: dict[str, Any],
        storage: ModelStorage,
        resource: Resource,
        labels: Sequence[str] = (),
        vectors: VectorModel | None = None,
        words: WordModel | None = None,
    ) -> None:
        self.config, self._storage, self._resource = (
            {**self.get_default_config(), **config},
            storage,
            resource,
        )
        self.labels, self.vectors, self.words = list(labels), vectors, words

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> TopicClassifier:
        """An untrained classifier."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Learns from the vectors and words of the training examples."""
        examples = [e for e in training_data.intent_examples if e.get(INTENT) and e.get(TEXT)]
        labels = [_labels(example) for example in examples]
        seed = int(self.config["random_state"])
        self.labels = sorted({label for several in labels for label in several})
        self.vectors = VectorModel.fit(
            np.vstack(list(map(_vector, examples))), labels, float(self.config["vector_C"]), seed
        )
        bags = [example.get(BAG) for example in examples]
        self.words = WordModel.fit(bags, labels, float(self.config["word_C"]), seed)
        with self._storage.write_to(self._resource) as folder:
            np.savez_compressed(
                folder / "classifier.npz",
                labels=self.labels,
                vector_weights=self.vectors.weights,
                vector_bias=self.vectors.bias,
                terms=self.words.terms,
                rarity=self.words.rarity,
                word_weights=self.words.weights,
                word_bias=self.words.bias,
            )
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> TopicClassifier:
        """The trained classifier. A missing or broken file raises; there is no untrained answer."""
        with (
            model_storage.read_from(resource) as folder,
            np.load(folder / "classifier.npz", allow_pickle=False) as saved,
        ):
            vectors = VectorModel(saved["vector_weights"], saved["vector_bias"])
            words = WordModel(
                saved["terms"].tolist(), saved["rarity"], saved["word_weights"], saved["word_bias"]
            )
            return cls(config, model_storage, resource, saved["labels"].tolist(), vectors, words)

    def process(self, messages: list[Message]) -> list[Message]:
        """Classifies each message that has text."""
        for message in messages:
            text = message.get(TEXT)
            if not text:
                continue
            verdict = self.classify(text, _vector(message), message.get(HEARD) or ())
            ranking = [{"name": name, "confidence": sure} for name, sure in verdict.ranking[:RANKING]]
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
            topics = [
                {"entity": "topic", "value": t, "start": 0, "end": 0, "extractor": NAME}
                for t in verdict.topics
            ]
            message.set(ENTITIES, [*(message.get(ENTITIES) or []), *topics], add_to_output=True)
        return messages

    def classify(self, text: str, vector: np.ndarray, heard: Sequence[Heard]) -> Verdict:
        """The verdict on a message from its text, its vector and what the listeners hear in it."""
        reading = understanding.shared().read(text)
        if asked_for(reading.gloss.text):
            return Verdict([("choose_language", 1.0)], [])
        whole: Ranking = self._ranked(vector, reading.bag)
        assert self.words is not None
        known = any(job.title for job in reading.jobs)
        if not known and self.words.known_share(reading.masked, FOREIGN_WORDS) < FOREIGN_SHARE:
            return Verdict([("out_of_scope", 1.0), *whole], [])
        language = reading.gloss.language
        if not _is_told(reading) and not (known and _rather_told(whole)):
            whole = _declined_first(whole, heard, self.config["declining_confidence"][language])
        likely = likelihoods(whole, heard, self.config["whole_weight"])
        unsure = self.config["unsure_confidence"][language]
        verdict = combine(whole, heard, likely, self.config["confidence"][language], unsure)
        if verdict.ranking[0][0] in CIVILITIES and any(fact.entity in CASE for fact in reading.facts):
            return Verdict([("inform", 1.0), *(p for p in verdict.ranking if p[0] != "inform")], [])
        if reading.jobs:
            return about_a_job(verdict, reading)
        return to_choose_from(verdict, likely, unsure)

    def _ranked(self, vector: np.ndarray, bag: str) -> list[tuple[str, float]]:
        assert self.vectors is not None and self.words is not None, "the classifier is not trained"
        tables = self.vectors.probabilities(vector[np.newaxis]), self.words.probabilities([bag])
        row = agreed(*tables, self.config["word_weight"])[0]
        return [(self.labels[i], float(row[i])) for i in np.argsort(-row)]


def likelihoods(whole: Ranking, heard: Sequence[Heard], whole_weight: float) -> dict[str, float]:
    """How likely each question is by what is heard and by the whole message: the weighted geometric mean."""
    shares = dict(whole)
    return {
        one.topic: one.likelihood ** (1 - whole_weight) * shares[one.topic] ** whole_weight
        for one in heard
        if is_question(one.topic) and one.topic in shares
    }


def combine(
    whole: Ranking, heard: Sequence[Heard], likely: Mapping[str, float], enough: float, unsure: float = 0.0
) -> Verdict:
    """One verdict from the ranking of the whole message, what is heard in it, and how likely each question is by both.

    Every question that is likely enough, and not far less so than the likeliest, is answered, three at most; the likeliest is the
    intent, the others follow in the order of the text. Where none is surer than ``unsure`` and the message as a whole says
    more, that decides. A message that is most likely not for us is declined whole.
    """
    best, sure = whole[0]
    if best in DECLINED and sure > SURE_OF_DECLINING:
        return Verdict(whole, [])
    shares = dict(whole)
    if max(likely.values(), default=0.0) < min(unsure, sure):
        return Verdict(whole, [])
    enough = max(enough, FAR_LESS * max(likely.values(), default=0.0))
    asked = sorted((t for t in likely if likely[t] >= enough), key=lambda t: -likely[t])[:MOST_TOPICS]
    if not asked and not is_question(best):
        return Verdict(whole, [])
    places = {one.topic: one.place for one in heard}
    names = [*asked[:1], *sorted(asked[1:], key=lambda name: places[name])] or [best]
    first = (names[0], max(shares[names[0]], likely.get(names[0], 0.0)))
    return Verdict([first, *(pair for pair in whole if pair[0] != names[0])], _topics(names[1:]))


def to_choose_from(verdict: Verdict, likely: Mapping[str, float], enough: float) -> Verdict:
    """Instead of an unsure question the likeliest ones, as the topics of a message that is not for us: actions/ offers them."""
    name, sure = verdict.ranking[0]
    if not likely or not is_question(name) or sure >= enough or verdict.topics:
        return verdict
    shares = dict(verdict.ranking)
    nearest = sorted(likely, key=lambda topic: -max(likely[topic], shares.get(topic, 0.0)))[:MOST_TOPICS]
    return Verdict(
        [(NOT_OURS, 1 - sure), *(p for p in verdict.ranking if p[0] != NOT_OURS)], _topics(nearest)
    )


def _topics(names: Sequence[str]) -> list[str]:
    """Intents as the actions call them: 'ask_fees' → 'fees'."""
    return ["lawyer" if name == "talk_to_lawyer" else name[len(ASK) :] for name in names]


def _rather_told(whole: Ranking) -> bool:
    """'Civil engineer P.E. | roads & drainage': rather somebody's job than what is not for us."""
    shares = dict(whole)
    return shares.get("inform", 0.0) > shares.get(NOT_OURS, 0.0)


def _declined_first(whole: Ranking, heard: Sequence[Heard], enough: float) -> Ranking:
    """The ranking with what is not for us first, sure, where that is likely enough and no question is surely heard."""
    share = dict(whole).get(NOT_OURS, 0.0)
    asks = any(is_question(one.topic) and one.likelihood >= SURELY_HEARD for one in heard)
    if asks or share < enough:
        return whole
    return [
        (NOT_OURS, max(share, SURE_OF_DECLINING + 0.01)),
        *(pair for pair in whole if pair[0] != NOT_OURS),
    ]


def about_a_job(verdict: Verdict, reading: Reading) -> Verdict:
    """A message that names a job is hardly small talk: one that is little else tells us the job, an unsure one asks of it."""
    name, sure = verdict.ranking[0]
    others = [token for token in tokens(reading.masked) if token.word not in {JOB_WORD, *FILLERS}]
    known = any(job.title for job in reading.jobs)
    rude = any(token.word in {"you", "u", "ur", "youre", "off"} for token in others)
    if (
        len(others) <= BARE
        and not is_question(name)
        and not rude
        and not (others and name == NOT_OURS and sure > SURE_OF_DECLINING_A_JOB)
        and (known or not others or sure < SURE_OF_CHAT)
    ):
        return Verdict([("inform", sure), *(pair for pair in verdict.ranking if pair[0] != "inform")], [])
    if (
        known and name == "ask_legal_other" and _is_a_case(verdict, reading)
    ):  # both are answered, what we know first
        rest = (pair for pair in verdict.ranking if pair[0] != "ask_eligibility")
        return Verdict([("ask_eligibility", sure), *rest], ["legal_other", *verdict.topics])
    enough = SURE_OF_CHAT
    if name == "not_helpful":  # 'and is engineer on the list, you didn't say'
        enough = 1.0
    elif name == NOT_OURS and _is_told(reading):
        enough = SURE_OF_DECLINING_A_JOB
    if known and not is_question(name) and name != "inform" and sure < enough:
        best = max(
            (pair for pair in verdict.ranking if pair[0] in {"ask_eligibility", "inform"}),
            key=lambda pair: pair[1],
        )
        return Verdict([best, *(pair for pair in verdict.ranking if pair != best)], verdict.topics)
    return verdict


def _is_told(reading: Reading) -> bool:
    """Whether a known job is said to be somebody's, or begins the message: 'soy zoóloga, me invitan de Manitoba'."""
    text = reading.gloss.text
    return any(job.title and _TOLD.search(text[: job.start]) for job in reading.jobs)


def _is_a_case(verdict: Verdict, reading: Reading) -> bool:
    """Somebody's citizenship beside the job, and a fair chance that the permit is what is asked for."""
    told = any(fact.entity == "citizenship" for fact in reading.facts)
    return (
        told
        and "eligibility" not in verdict.topics
        and dict(verdict.ranking)["ask_eligibility"] >= LIKELY_CASE
    )


def is_question(intent: str) -> bool:
    """True for intents that ask for an answer, of the facts or of people."""
    return intent.startswith(ASK) or intent in PEOPLE


def _labels(example: Message) -> list[str]:
    """The intent of a training example, and those that its ``also`` names (data/nlu_several.yml)."""
    also = ((example.get(METADATA) or {}).get(METADATA_INTENT) or {}).get("also", [])
    return [example.get(INTENT), *also]


def _vector(message: Message) -> np.ndarray:
    _, sentence = message.get_dense_features(TEXT, [])
    if sentence is None:
        raise ValueError(
            "the message has no sentence vector; put SentenceEncoderFeaturizer before TopicClassifier"
        )
    vector: np.ndarray = np.asarray(sentence.features)[-1]
    return vector
