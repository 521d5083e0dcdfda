"""The cases a lawyer wrote (tests/cases), held against the rules alone."""

from pathlib import Path

import pytest
import yaml

from knowledge import facts
from knowledge.eligibility import Situation, assess

CASES = [
    pytest.param(case, id=f"{file.stem}: {case['case']}")
    for file in sorted((Path(__file__).parents[2] / "cases").glob("*.yml"))
    for case in yaml.safe_load(file.read_text(encoding="utf-8"))
    if "situation" in case
]


@pytest.fixture(scope="module")
def all_facts() -> facts.Facts:
    return facts.load()


@pytest.mark.parametrize("case", CASES)
def test_a_lawyers_case(case: dict, all_facts: facts.Facts) -> None:
    told = {
        name: tuple(value) if isinstance(value, list) else value for name, value in case["situation"].items()
    }
    assessment = assess(Situation(**told), all_facts)
    assert assessment.verdict == case["verdict"]
    if "reasons" in case:
        assert list(assessment.reasons) == case["reasons"]
