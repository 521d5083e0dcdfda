"""How well the trained assistant understands: the figures of `make evaluate` may not fall, known failures only shrink."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))
import evaluate

from knowledge.languages import TRANSLATIONS

FLOORS = {
    "questions": 0.97,
    "questions_dev": 0.98,
    "questions_held_out": 0.95,
    "questions_fr": 0.95,
    "questions_es": 0.94,
    "titles": 0.98,
    "titles_held_out": 0.965,
    "titles_fr": 0.97,
    "titles_es": 0.965,
    "out_of_scope": 0.97,
    "out_of_scope_held_out": 0.97,
    "out_of_scope_fr": 0.98,
    "out_of_scope_es": 0.96,
}
# Quantised arithmetic differs a little from one kind of processor to the next.
ROUNDING = 0.005


@pytest.fixture(scope="module")
def results() -> list[evaluate.Result]:
    # In a thread of its own: the browser tests leave an event loop running in this one.
    with ThreadPoolExecutor(1) as worker:
        return worker.submit(lambda: evaluate.evaluate(evaluate.Listener(evaluate.ensure_trained()))).result()


@pytest.mark.parametrize("name", FLOORS)
def test_the_share_of_right_answers_does_not_fall(name: str, results: list[evaluate.Result]) -> None:
    assert evaluate.figures(results)[name] >= FLOORS[name] - ROUNDING


@pytest.mark.parametrize("name", [name.replace("titles", "unlisted_called_listed") for name in evaluate.TITLES])
def test_an_unlisted_title_is_hardly_ever_called_listed(name: str, results: list[evaluate.Result]) -> None:
    assert evaluate.figures(results)[name] < 0.01


def test_the_known_failures_only_shrink(results: list[evaluate.Result]) -> None:
    failures = evaluate.failed(results)
    known = evaluate.known_failures()
    assert len(failures - known) <= ROUNDING * len(results), sorted(failures - known)


def test_there_is_enough_to_judge_by() -> None:
    assert len(evaluate.read("questions.yml", "questions")) >= 400
    assert len(evaluate.read("titles.yml", "titles")) >= 500
    assert len(evaluate.read("out_of_scope.yml", "lines")) >= 300
    for language in TRANSLATIONS:
        assert len(evaluate.read(f"questions_{language}.yml", "questions")) >= 250
        assert len(evaluate.read(f"titles_{language}.yml", "titles")) >= 150
        assert len(evaluate.read(f"out_of_scope_{language}.yml", "lines")) >= 100
