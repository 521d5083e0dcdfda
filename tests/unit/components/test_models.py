"""Two linear models give probabilities; a word none of them knows tips no scale."""

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from components.models import SELDOM, VectorModel, WordModel, agreed, shares, softmax

BAGS = [
    "what does it cost", "how much are the fees", "fees fees and cost", "cost of the permit",
    "how long does it last", "how long is the permit", "can I extend how long",
    "can my wife come", "my wife and kids", "wife kids family",
]  # fmt: skip
LABELS = ["fees"] * 4 + ["duration"] * 3 + ["family"] * 3
EACH = [[label] for label in LABELS]
NAMES = sorted(set(LABELS))


def vectors() -> np.ndarray:
    """Ten points around three corners."""
    corners = np.eye(3, 5)[[NAMES.index(label) for label in LABELS]]
    return (corners + np.random.default_rng(1).normal(0, 0.1, (10, 5))).astype(np.float32)


@pytest.fixture(scope="module")
def words() -> WordModel:
    return WordModel.fit(BAGS, EACH, 20.0, seed=42)


def test_softmax_makes_rows_that_sum_to_one_and_keep_their_order() -> None:
    table = softmax(np.array([[1.0, 2.0, 3.0], [-1e4, 0.0, 1e4]]))
    assert np.allclose(table.sum(axis=1), 1)
    assert table.argsort(axis=1).tolist() == [[0, 1, 2], [0, 1, 2]]
    assert np.isfinite(table).all()


def test_softmax_of_equal_scores_is_even() -> None:
    assert np.allclose(softmax(np.zeros((1, 4))), 0.25)


def test_the_vector_model_gives_each_label_a_probability_in_the_order_of_the_alphabet() -> None:
    model = VectorModel.fit(vectors(), EACH, 10.0, seed=42)
    table = model.probabilities(vectors())
    assert table.shape == (10, 3) and np.allclose(table.sum(axis=1), 1, atol=1e-5)
    assert [NAMES[i] for i in table.argmax(axis=1)] == LABELS


def test_the_vector_model_answers_as_scikit_learn_would() -> None:
    model = VectorModel.fit(vectors(), EACH, 10.0, seed=42)
    learned = LogisticRegression()
    learned.classes_, learned.coef_, learned.intercept_ = np.array(NAMES), model.weights, model.bias
    assert np.allclose(model.probabilities(vectors()), learned.predict_proba(vectors()), atol=1e-5)


def test_the_word_model_knows_its_own_examples(words: WordModel) -> None:
    table = words.probabilities(BAGS)
    assert table.shape == (10, 3) and np.allclose(table.sum(axis=1), 1, atol=1e-5)
    assert [NAMES[i] for i in table.argmax(axis=1)] == LABELS


def test_the_word_model_weighs_words_as_scikit_learn_does(words: WordModel) -> None:
    tfidf = TfidfVectorizer(ngram_range=(1, 2), min_df=SELDOM, sublinear_tf=True, token_pattern=r"\w+").fit(BAGS)
    asked = ["How long, how LONG is my permit?", "fees", "wife wife wife cost"]
    scores = tfidf.transform(asked) @ words.weights.astype(np.float32) + words.bias
    assert np.allclose(words.probabilities(asked), softmax(scores), atol=1e-4)


def test_without_a_known_word_every_text_is_alike(words: WordModel) -> None:
    table = words.probabilities(["", "zzz qqq", "?!"])
    assert np.allclose(table[0], table[1]) and np.allclose(table[0], table[2])
    assert np.allclose(table.sum(axis=1), 1, atol=1e-5)


def test_the_same_examples_give_the_same_model(words: WordModel) -> None:
    again = WordModel.fit(BAGS, EACH, 20.0, seed=42)
    assert np.array_equal(again.weights, words.weights) and again.terms == words.terms


A, B = np.array([[0.8, 0.1, 0.1]]), np.array([[0.2, 0.7, 0.1]])


def test_agreement_is_the_weighted_geometric_mean() -> None:
    expected = A**0.7 * B**0.3
    assert np.allclose(agreed(A, B, 0.3), expected / expected.sum(), atol=1e-6)


@pytest.mark.parametrize(("weight", "alone"), [(0.0, A), (1.0, B)])
def test_a_weight_of_nothing_or_one_leaves_one_model_alone(weight: float, alone: np.ndarray) -> None:
    assert np.allclose(agreed(A, B, weight), alone, atol=1e-6)


def test_what_one_model_rules_out_stays_unlikely_but_finite() -> None:
    table = agreed(np.array([[0.0, 1.0]]), np.array([[1.0, 0.0]]), 0.5)
    assert np.isfinite(table).all() and np.allclose(table, 0.5)


def test_an_example_of_two_labels_counts_half_for_each() -> None:
    rows, labels, weights = shares([["fees"], ["fees", "family"]])
    assert (rows.tolist(), labels, weights.tolist()) == ([0, 1, 1], ["fees", "fees", "family"], [1.0, 0.5, 0.5])
