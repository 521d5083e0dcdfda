"""The share of test lines whose first intent is right, for several models, on the sets of tests/nlu.

Questions of one topic count, and lines out of scope. The intent is the one that Rasa's NLU puts first, where it is unsure too
(``nlu_fallback`` is passed over); nothing of our actions has a part in it. ``sample`` was trained on the same lines as
``stock``, by which its encoder had been taught with all of them; ``ours`` is the model that is served.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from benchmarks.bots import ROOT, run

TESTS = ROOT / "tests" / "nlu"
QUESTIONS = ("questions", "questions_dev", "questions_held_out")
DECLINED = ("out_of_scope", "out_of_scope_held_out")
CHAT = {"out_of_scope", "greet", "goodbye", "thank", "who_are_you", "help", "not_helpful"}


def measure(models: Mapping[str, Path]) -> dict[str, dict[str, float]]:
    """By model and set, in percent, each model in a process of its own; ``all``: of all lines."""
    return {name: _measured(model) for name, model in models.items()}


def lines() -> Iterator[tuple[str, str, set[str]]]:
    """Set, text and the intents that are right."""
    for name in QUESTIONS:
        for line in _read(name)["questions"]:
            if len(line["topics"]) == 1:
                yield name, line["text"], {*line["topics"], *line.get("also", [])}
    for name in DECLINED:
        for line in _read(name)["lines"]:
            yield name, line["text"], CHAT


def _read(name: str) -> Any:
    return yaml.safe_load((TESTS / f"{name}.yml").read_text(encoding="utf-8"))


def _measured(model: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.accuracy", str(model)]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **run.QUIET}, stdout=subprocess.PIPE, text=True, check=True
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def judged(model: Path) -> dict[str, float]:
    """The shares for one model, in this process."""
    from rasa.core.agent import Agent

    agent, right = Agent.load(str(model)), defaultdict[str, list[bool]](list)
    for name, text, wanted in lines():
        ranking = asyncio.run(agent.parse_message(text))["intent_ranking"]
        understood = next(one["name"] for one in ranking if one["name"] != "nlu_fallback") in wanted
        right[name].append(understood)
        right["all"].append(understood)
    return {name: round(100 * sum(row) / len(row), 1) for name, row in right.items()}


if __name__ == "__main__":
    import structlog

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    print(json.dumps(judged(Path(sys.argv[1]))))
