"""Every clause that surely asks something counts; a saved classifier gives the same probabilities again."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import ENTITIES, FEATURE_TYPE_SENTENCE, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components.featurizer import BAG, CLAUSE_VECTORS
from components.intents import TopicClassifier, combine, is_question

Ranking = list[tuple[str, float]]


def sure(name: str, confidence: float = 0.9) -> Ranking:
    return [(name, confidence), ("other", 1 - confidence)]


# Questions


@pytest.mark.parametrize("intent", ["ask_fees", "ask_privacy", "ask_firm", "talk_to_lawyer"])
def test_an_intent_that_wants_an_answer_is_a_question(intent: str) -> None:
    assert is_question(intent)


@pytest.mark.parametrize("intent", ["greet", "inform", "affirm", "out_of_scope", "task"])
def test_an_intent_that_wants_none_is_no_question(intent: str) -> None:
    assert not is_question(intent)


# Clauses together


def test_a_message_of_one_clause_is_what_the_whole_says() -> None:
    assert combine(sure("ask_fees"), [], 0.3, 0.2).ranking == sure("ask_fees")
    assert combine(sure("ask_fees"), [], 0.3, 0.2).topics == []


def test_a_message_that_may_well_ask_two_things_gets_both() -> None:
    whole = [("ask_fees", 0.5), ("ask_documents", 0.3), ("ask_caq", 0.1)]
    verdict = combine(whole, [], 0.3, 0.2)
    assert (verdict.ranking[0], verdict.topics) == (("ask_fees", 0.5), ["documents"])


def test_a_message_that_is_not_for_us_is_declined_whole() -> None:
    whole = [("out_of_scope", 0.6), ("ask_fees", 0.3)]
    assert combine(whole, [sure("ask_fees", 0.9)], 0.3, 0.2) == (whole, [])


def test_of_two_questions_the_first_is_the_intent_and_the_second_a_topic() -> None:
    verdict = combine(sure("ask_caq", 0.6), [sure("ask_fees", 0.8), sure("ask_caq", 0.7)], 0.3, 0.2)
    assert verdict.ranking[0] == ("ask_fees", 0.8)
    assert verdict.topics == ["caq"]


def test_a_question_to_people_is_a_topic_too() -> None:
    assert combine(sure("ask_fees"), [sure("ask_fees"), sure("talk_to_lawyer")], 0.3, 0.2).topics == ["lawyer"]


@pytest.mark.parametrize("chat", ["greet", "inform", "thank"])
def test_a_clause_that_asks_nothing_yields_to_one_that_does(chat: str) -> None:
    for clauses in ([sure(chat, 0.99), sure("ask_fees", 0.6)], [sure("ask_fees", 0.6), sure(chat, 0.99)]):
        verdict = combine(sure(chat, 0.9), clauses, 0.3, 0.2)
        assert verdict.ranking[0][0] == "ask_fees" and verdict.topics == []


def test_a_clause_that_is_unsure_asks_nothing() -> None:
    whole = sure("greet")
    assert combine(whole, [sure("ask_fees", 0.29), sure("greet")], 0.3, 0.2) == (whole, [])
    assert combine(whole, [sure("ask_fees", 0.3), sure("greet")], 0.3, 0.2).ranking[0][0] == "ask_fees"


def test_one_question_asked_twice_is_asked_once() -> None:
    verdict = combine(sure("ask_fees", 0.5), [sure("ask_fees", 0.6), sure("ask_fees", 0.8)], 0.3, 0.2)
    assert (verdict.ranking[0], verdict.topics) == (("ask_fees", 0.8), [])


def test_the_whole_and_its_clauses_both_count() -> None:
    verdict = combine(sure("ask_extension", 0.9), [sure("inform"), sure("ask_fees", 0.85)], 0.3, 0.2)
    assert [verdict.ranking[0][0], *verdict.topics] == ["ask_fees", "extension"]


def test_a_clause_that_the_whole_speaks_against_must_be_sure() -> None:
    whole = [("ask_eligibility", 0.9), ("ask_job_offer", 0.01)]
    assert combine(whole, [sure("inform"), sure("ask_job_offer", 0.6)], 0.3, 0.2).topics == []


def test_no_more_than_three_questions_are_taken_up() -> None:
    clauses = [sure(f"ask_{name}") for name in ("fees", "caq", "lmia", "family", "wages")]
    verdict = combine(sure("ask_fees"), clauses, 0.3, 0.2)
    assert (verdict.ranking[0][0], verdict.topics) == ("ask_fees", ["caq", "lmia"])


def test_an_intent_stands_in_the_ranking_once() -> None:
    whole = [("ask_caq", 0.5), ("ask_fees", 0.3), ("greet", 0.2)]
    names = [name for name, _ in combine(whole, [sure("ask_fees"), sure("ask_caq")], 0.3, 0.2).ranking]
    assert sorted(names) == ["ask_caq", "ask_fees", "greet"] and names[0] == "ask_fees"


# The classifier

EXAMPLES = [
    ("what does it cost", "ask_fees"), ("how much are the fees", "ask_fees"), ("the fees please", "ask_fees"),
    ("do I need a caq", "ask_caq"), ("is there a caq for quebec", "ask_caq"), ("the caq please", "ask_caq"),
    ("hello", "greet"), ("good morning", "greet"), ("hi there", "greet"),
]  # fmt: skip
NAMES = sorted({intent for _, intent in EXAMPLES})


def vector(intent: str, noise: int) -> np.ndarray:
    """A made-up sentence vector: a corner for each intent, and a little of something else."""
    corner = np.eye(len(NAMES), 8)[NAMES.index(intent)]
    return (corner + np.random.default_rng(noise).normal(0, 0.05, 8)).astype(np.float32)


def message(text: str, label: str, noise: int, **more: Any) -> Message:
    made = Message({TEXT: text, BAG: text, **more})
    made.add_features(Features(vector(label, noise)[np.newaxis], FEATURE_TYPE_SENTENCE, TEXT, "made up"))
    return made


@pytest.fixture(scope="module")
def storage(tmp_path_factory: pytest.TempPathFactory) -> LocalModelStorage:
    return LocalModelStorage.create(tmp_path_factory.mktemp("model"))


CONTEXT = ExecutionContext(GraphSchema({}))


@pytest.fixture(scope="module")
def trained(storage: LocalModelStorage) -> TopicClassifier:
    classifier = TopicClassifier.create({}, storage, Resource("classifier"), CONTEXT)
    messages = [message(text, intent, i, **{INTENT: intent}) for i, (text, intent) in enumerate(EXAMPLES)]
    classifier.train(TrainingData(messages))
    return classifier


@pytest.fixture(scope="module")
def loaded(trained: TopicClassifier, storage: LocalModelStorage) -> TopicClassifier:
    return TopicClassifier.load({}, storage, Resource("classifier"), CONTEXT)


def test_a_loaded_classifier_gives_equal_probabilities(
    trained: TopicClassifier, loaded: TopicClassifier
) -> None:
    for text, intent in (("how much is it", "ask_fees"), ("zzz", "greet"), ("the caq fees", "ask_caq")):
        before, after = (c.classify(text, vector(intent, 99), None) for c in (trained, loaded))
        assert before == after
        assert abs(sum(confidence for _, confidence in before.ranking) - 1) < 1e-5


def test_the_classifier_knows_its_examples_and_the_surest_intent_comes_first(loaded: TopicClassifier) -> None:
    for number, (text, intent) in enumerate(EXAMPLES):
        asked = message(text, intent, number)
        loaded.process([asked])
        ranking = asked.get(INTENT_RANKING_KEY)
        assert asked.get(INTENT) == ranking[0] and ranking[0]["name"] == intent
        assert [entry["confidence"] for entry in ranking] == sorted(
            (entry["confidence"] for entry in ranking), reverse=True
        )


def test_a_message_of_two_questions_gets_an_intent_and_a_topic(loaded: TopicClassifier) -> None:
    clauses = np.vstack([vector("ask_fees", 50), vector("ask_caq", 51)])
    asked = message("How much are the fees? Do I need a CAQ?", "ask_fees", 52, **{CLAUSE_VECTORS: clauses})
    loaded.process([asked])
    assert asked.get(INTENT)["name"] == "ask_fees"
    assert [(e["entity"], e["value"]) for e in asked.get(ENTITIES)] == [("topic", "caq")]


def test_a_bare_job_is_no_small_talk(loaded: TopicClassifier) -> None:
    assert loaded.classify("a pharmacist", vector("greet", 53), None).ranking[0][0] == "inform"
    assert loaded.classify("hello", vector("greet", 53), None).ranking[0][0] == "greet"


def test_a_message_without_text_is_left_alone(loaded: TopicClassifier) -> None:
    empty = Message({})
    loaded.process([empty])
    assert empty.get(INTENT) is None


def test_a_message_without_a_vector_names_the_missing_component(loaded: TopicClassifier) -> None:
    with pytest.raises(ValueError, match="SentenceEncoderFeaturizer"):
        loaded.process([Message({TEXT: "what does it cost"})])


def test_a_broken_or_missing_file_raises(tmp_path: Path) -> None:
    storage = LocalModelStorage.create(tmp_path)
    with pytest.raises(ValueError):
        TopicClassifier.load({}, storage, Resource("classifier"), CONTEXT)
    with storage.write_to(Resource("classifier")) as folder:
        (folder / "classifier.npz").write_bytes(b"broken")
    with pytest.raises(Exception, match=r"pickle|zip|magic|Failed"):
        TopicClassifier.load({}, storage, Resource("classifier"), CONTEXT)
