"""The lawyers' cases (tests/cases), typed into the real bot."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.bot import Bot
from tests.known import expected_to_fail

FOLDER = Path(__file__).parents[1] / "cases"
CASES = [
    pytest.param(case, id=f"{file.stem}: {case['case']}")
    for file in sorted(FOLDER.glob("*.yml"))
    for case in yaml.safe_load(file.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize("case", CASES)
def test_a_lawyers_case(case: dict[str, Any], bot: Bot, request: pytest.FixtureRequest) -> None:
    expected_to_fail(request, "cases")
    reply = bot.ask(case["asks"])
    if "verdict" in case:
        assert reply.record.get("verdict") == case["verdict"], reply.text
    for rule in case.get("rules", []):
        assert rule in reply.record.get("rules", []), reply.text
    for words in case.get("says", []):
        assert words.lower() in reply.text.lower()
    for words in case.get("never", []):
        assert words.lower() not in reply.text.lower()
