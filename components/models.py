"""The two linear models whose agreement is the intent: one on sentence vectors, one on words.

Vectors know that 'kids' and 'children' are near; words know that 'LMIA' is not 'CAQ'. Each gives probabilities; the
weighted geometric mean of both beats either (see `make evaluate`). Learned with scikit-learn, answered with numpy.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

_WORD = re.compile(r"\w+")
TINY = 1e-9
SELDOM = 2  # lines: what stands in fewer teaches nothing


Labels = Sequence[str]


def shares(examples: Sequence[Labels]) -> tuple[np.ndarray, list[str], np.ndarray]:
    """Examples with one or several labels as rows with one each: the example of each row, its label, and its share."""
    rows = [(row, label, 1 / len(labels)) for row, labels in enumerate(examples) for label in labels]
    places, flat, weights = zip(*rows, strict=True)
    return np.array(places), list(flat), np.array(weights)


def fair_weights(labels: Labels) -> dict[str, float]:
    """Half-way between counting every example alike and every label alike (square root of the balanced weight)."""
    counts = Counter(labels)
    return {label: float((len(labels) / (len(counts) * count)) ** 0.5) for label, count in counts.items()}


def softmax(scores: np.ndarray) -> np.ndarray:
    """Rows of scores → rows of probabilities."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    result: np.ndarray = powers / powers.sum(axis=1, keepdims=True)
    return result


class VectorModel:
    """Probabilities of labels [n, labels] from sentence vectors [n, width]."""

    def __init__(self, weights: np.ndarray, bias: np.ndarray) -> None:
        self.weights, self.bias = weights, bias

    @classmethod
    def fit(cls, vectors: np.ndarray, labels: Sequence[Labels], strength: float, seed: int) -> VectorModel:
        """Rare labels count for more than their number. Rows of the weights follow the sorted labels."""
        from sklearn.linear_model import LogisticRegression  # for trainings only

        rows, flat, weights = shares(labels)
        model = LogisticRegression(
            C=strength, max_iter=200, class_weight=fair_weights(flat), random_state=seed
        )
        model.fit(vectors[rows], flat, weights)
        return cls(model.coef_.astype(np.float32), model.intercept_.astype(np.float32))

    def probabilities(self, vectors: np.ndarray) -> np.ndarray:
        """[n, labels], each row summing to one."""
        return softmax(vectors @ self.weights.T + self.bias)


class WordModel:
    """Probabilities of labels from tf-idf of words and pairs of words."""

    def __init__(
        self, terms: Sequence[str], rarity: np.ndarray, weights: np.ndarray, bias: np.ndarray
    ) -> None:
        self.terms, self.rarity, self.weights, self.bias = list(terms), rarity, weights, bias
        self._place = {term: place for place, term in enumerate(self.terms)}

    @classmethod
    def fit(cls, bags: Sequence[str], labels: Sequence[Labels], strength: float, seed: int) -> WordModel:
        """Learns the vocabulary and the weights."""
        from sklearn.feature_extraction.text import TfidfVectorizer  # for trainings only
        from sklearn.linear_model import LogisticRegression

        rows, flat, weights = shares(labels)
        tfidf = TfidfVectorizer(
            ngram_range=(1, 2),
            min_df=SELDOM,
            sublinear_tf=True,
            token_pattern=_WORD.pattern,
            dtype=np.float32,
        )
        matrix = tfidf.fit_transform(bags)
        model = LogisticRegression(
            C=strength, max_iter=60, class_weight=fair_weights(flat), random_state=seed
        )
        model.fit(matrix[rows], flat, weights)
        terms = list(tfidf.get_feature_names_out())
        return cls(
            terms,
            tfidf.idf_.astype(np.float32),
            model.coef_.T.astype(np.float16),
            model.intercept_.astype(np.float32),
        )

    def probabilities(self, bags: Sequence[str]) -> np.ndarray:
        """[n, labels], each row summing to one."""
        return softmax(np.vstack([self._scores(bag) for bag in bags]))

    def known_share(self, text: str, at_least: int) -> float:
        """How many of the words of a text were ever seen in training; 1 for texts of fewer words than ``at_least``."""
        words = _WORD.findall(text.lower())
        return 1.0 if len(words) < at_least else sum(word in self._place for word in words) / len(words)

    def _scores(self, bag: str) -> np.ndarray:
        words = _WORD.findall(bag.lower())
        counts = Counter([*words, *(f"{a} {b}" for a, b in zip(words, words[1:], strict=False))])
        known = [(self._place[term], count) for term, count in counts.items() if term in self._place]
        if not known:
            return self.bias
        places = np.array([place for place, _ in known])
        values = (1 + np.log([count for _, count in known])) * self.rarity[places]
        scores: np.ndarray = (values / np.linalg.norm(values)) @ self.weights[places].astype(
            np.float32
        ) + self.bias
        return scores


def agreed(vectors: np.ndarray, words: np.ndarray, word_weight: float) -> np.ndarray:
    """The weighted geometric mean of two tables of probabilities, rows summing to one."""
    return softmax((1 - word_weight) * np.log(vectors + TINY) + word_weight * np.log(words + TINY))
