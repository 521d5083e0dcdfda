"""Every question that is likely enough is taken up; a saved classifier gives the same probabilities again."""

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

from components.encoder import Heard
from components.featurizer import BAG, HEARD
from components.intents import (
    TopicClassifier,
    Verdict,
    about_a_job,
    combine,
    is_question,
    likelihoods,
    to_choose_from,
)
from components.understanding import shared

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


# The whole message and what is heard in it

HALF, ENOUGH = 0.5, 0.3


def heard(*topics: tuple[str, float]) -> list[Heard]:
    """Topics in the order of the text, each with its likelihood."""
    return [Heard(topic, likelihood, float(place)) for place, (topic, likelihood) in enumerate(topics)]


def taken(whole: Ranking, topics: list[Heard], weight: float = HALF, enough: float = ENOUGH) -> Verdict:
    return combine(whole, topics, likelihoods(whole, topics, weight), enough)


def test_where_nothing_is_heard_the_message_is_what_the_whole_says() -> None:
    verdict = taken(sure("ask_fees"), [])
    assert (verdict.ranking, verdict.topics) == (sure("ask_fees"), [])


def test_of_several_questions_the_likeliest_is_the_intent_and_the_others_follow_in_the_order_of_the_text() -> (
    None
):
    whole = [("ask_caq", 0.4), ("ask_fees", 0.3), ("ask_lmia", 0.3)]
    verdict = taken(whole, heard(("ask_fees", 0.7), ("ask_caq", 0.9), ("ask_lmia", 0.8)))
    assert verdict.ranking[0][0] == "ask_caq" and verdict.topics == ["fees", "lmia"]


def test_a_question_that_is_far_less_likely_than_another_is_not_answered() -> None:
    whole = [("ask_caq", 0.9), ("ask_fees", 0.1)]
    topics = heard(("ask_fees", 0.01), ("ask_caq", 0.9))
    assert taken(whole, topics, enough=0.03).topics == []  # 0.03 to 0.9
    assert taken(whole, heard(("ask_fees", 0.05), ("ask_caq", 0.9)), enough=0.03).topics == ["fees"]


def test_a_question_to_people_is_a_topic_too() -> None:
    whole = [("ask_fees", 0.6), ("talk_to_lawyer", 0.4)]
    assert taken(whole, heard(("ask_fees", 0.9), ("talk_to_lawyer", 0.9))).topics == ["lawyer"]


def test_a_message_that_is_not_for_us_is_declined_whole() -> None:
    whole = [("out_of_scope", 0.6), ("ask_fees", 0.3)]
    assert taken(whole, heard(("ask_fees", 0.9))) == (whole, [])


@pytest.mark.parametrize("chat", ["greet", "inform", "thank"])
def test_small_talk_yields_to_a_question_that_is_heard_in_it(chat: str) -> None:
    whole = [(chat, 0.8), ("ask_fees", 0.2)]
    verdict = taken(whole, heard((chat, 0.99), ("ask_fees", 0.9)))
    assert verdict.ranking[0][0] == "ask_fees" and verdict.topics == []


def test_what_the_whole_surely_is_does_not_yield_to_a_question_that_is_hardly_heard() -> None:
    whole = [("who_are_you", 0.9), ("talk_to_lawyer", 0.1)]
    verdict = combine(whole, heard(("talk_to_lawyer", 0.1)), {"talk_to_lawyer": 0.1}, 0.06, 0.2)
    assert verdict == Verdict(whole, [])


def test_both_must_find_a_question_likely_enough() -> None:
    whole = [("greet", 0.91), ("ask_fees", 0.09)]
    assert taken(whole, heard(("ask_fees", 0.99))) == (whole, [])  # 0.298
    assert taken(whole, heard(("ask_fees", 0.99)), enough=0.29).ranking[0][0] == "ask_fees"
    assert taken(whole, heard(("ask_fees", 0.99)), weight=0.1).ranking[0][0] == "ask_fees"


def test_the_likeliest_question_is_answered_even_if_none_is_likely_enough() -> None:
    whole = [("ask_fees", 0.2), ("ask_caq", 0.1)]
    verdict = taken(whole, heard(("ask_fees", 0.1), ("ask_caq", 0.1)))
    assert verdict.ranking[0][0] == "ask_fees" and verdict.topics == []


def test_no_more_than_the_three_likeliest_questions_are_taken_up() -> None:
    names = [f"ask_{name}" for name in ("fees", "caq", "lmia", "family", "wages")]
    all_heard = heard(*((name, 0.95 - place / 10) for place, name in enumerate(reversed(names))))
    verdict = taken([(name, 0.2) for name in names], all_heard)
    assert (verdict.ranking[0][0], verdict.topics) == ("ask_wages", ["family", "lmia"])


def test_an_intent_stands_in_the_ranking_once() -> None:
    whole = [("ask_caq", 0.5), ("ask_fees", 0.3), ("greet", 0.2)]
    ranking = taken(whole, heard(("ask_fees", 0.9), ("ask_caq", 0.2))).ranking
    names = [name for name, _ in ranking]
    assert sorted(names) == ["ask_caq", "ask_fees", "greet"] and names[0] == "ask_fees"


def test_an_unsure_question_leaves_the_choice_among_the_likeliest() -> None:
    likely = {"ask_fees": 0.2, "ask_caq": 0.1, "ask_lmia": 0.05, "talk_to_lawyer": 0.15}
    unsure = Verdict([("ask_fees", 0.2), ("ask_caq", 0.1)], [])
    choice = to_choose_from(unsure, likely, 0.3)
    assert choice.ranking[0] == ("out_of_scope", 0.8) and choice.topics == ["fees", "lawyer", "caq"]
    assert to_choose_from(unsure, likely, 0.2) is unsure


@pytest.mark.parametrize("verdict", [Verdict([("greet", 0.1)], []), Verdict([("ask_fees", 0.1)], ["caq"])])
def test_small_talk_and_several_questions_leave_no_choice(verdict: Verdict) -> None:
    assert to_choose_from(verdict, {"ask_fees": 0.1}, 0.3) is verdict


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
    messages = [message(text, intent, i, **{INTENT: intent}) for i, (text, intent) in enumerate(EXAMPLES * 2)]
    classifier.train(TrainingData(messages))
    return classifier


@pytest.fixture(scope="module")
def loaded(trained: TopicClassifier, storage: LocalModelStorage) -> TopicClassifier:
    return TopicClassifier.load({}, storage, Resource("classifier"), CONTEXT)


def test_a_loaded_classifier_gives_equal_probabilities(
    trained: TopicClassifier, loaded: TopicClassifier
) -> None:
    for text, intent in (("how much is it", "ask_fees"), ("zzz", "greet"), ("the caq fees", "ask_caq")):
        before, after = (c.classify(text, vector(intent, 99), ()) for c in (trained, loaded))
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
    questions = heard(("ask_fees", 0.9), ("ask_caq", 0.9))
    asked = message("How much are the fees? Do I need a CAQ?", "ask_fees", 52, **{HEARD: questions})
    loaded.process([asked])
    assert asked.get(INTENT)["name"] == "ask_fees"
    assert [(e["entity"], e["value"]) for e in asked.get(ENTITIES)] == [("topic", "caq")]


def test_a_bare_job_is_no_small_talk(loaded: TopicClassifier) -> None:
    assert loaded.classify("a pharmacist", vector("greet", 53), ()).ranking[0][0] == "inform"
    assert loaded.classify("hello", vector("greet", 53), ()).ranking[0][0] == "greet"


READ = shared().read


def test_a_job_told_of_somebody_is_a_case_even_where_the_rest_is_odd() -> None:
    odd = Verdict([("out_of_scope", 0.45), ("ask_eligibility", 0.2), ("inform", 0.1)], [])
    for text in (
        "soy zoóloga, me especializo en murciélagos",
        "zoologist, bats mostly lol",
        "my wife is a zoologist, bats",
    ):
        assert about_a_job(odd, READ(text)).ranking[0][0] == "ask_eligibility", text


def test_a_complaint_that_names_a_job_is_answered_for_the_job() -> None:
    complaint = Verdict([("not_helpful", 0.9), ("ask_eligibility", 0.06), ("inform", 0.02)], [])
    said = about_a_job(complaint, READ("and is engineer in the list, you didn't say"))
    assert said.ranking[0][0] == "ask_eligibility"
    assert about_a_job(complaint, READ("you didn't answer me")) == complaint


def test_a_job_that_is_only_spoken_of_makes_no_case() -> None:
    odd = Verdict([("out_of_scope", 0.45), ("ask_eligibility", 0.2), ("inform", 0.1)], [])
    for text in ("mi dentista me dejó la muela peor", "do you know a good zoologist joke"):
        assert about_a_job(odd, READ(text)) == odd, text
    surely = odd._replace(ranking=[("out_of_scope", 0.8), ("ask_eligibility", 0.1), ("inform", 0.1)])
    assert about_a_job(surely, READ("I am a zoologist, what is my sign")) == surely


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
