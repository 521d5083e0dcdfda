"""The training data: enough of it, none of it in the test sets, and valid for Rasa without a warning."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
SMALL_TALK = {"greet", "goodbye", "thank", "affirm", "deny", "start_over", "choose_language"}


def examples() -> list[tuple[str, str]]:
    found = []
    for file in sorted((ROOT / "data").glob("nlu*.yml")):
        for block in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]:
            lines = [
                line.strip()[2:] for line in block["examples"].splitlines() if line.strip().startswith("- ")
            ]
            found += [(line, block["intent"]) for line in lines]
    return found


def plain(text: str) -> str:
    return re.sub(r"\W+", " ", text.lower()).strip()


def test_every_question_has_sixty_examples_or_more() -> None:
    counts = Counter(intent for _, intent in examples())
    assert {intent: n for intent, n in counts.items() if n < 60 and intent not in SMALL_TALK} == {}


def test_no_test_line_is_a_training_line() -> None:
    trained = {plain(text) for text, _ in examples()}
    for name, key in (
        ("questions.yml", "questions"),
        ("questions_dev.yml", "questions"),
        ("questions_held_out.yml", "questions"),
        ("out_of_scope.yml", "lines"),
        ("out_of_scope_held_out.yml", "lines"),
    ):
        lines = yaml.safe_load((ROOT / "tests" / "nlu" / name).read_text(encoding="utf-8"))[key]
        shared = [
            line["text"]
            for line in lines
            if len(plain(line["text"]).split()) > 2 and plain(line["text"]) in trained
        ]
        assert shared == []


def test_rasa_validates_the_data_without_a_warning() -> None:
    environment = {
        **os.environ,
        "ACTION_SERVER_URL": "http://127.0.0.1:1/webhook",
        "CONVERSATIONS_DB": ":memory:",
        "RASA_TELEMETRY_ENABLED": "false",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    }
    command = [sys.executable, "-m", "rasa", "data", "validate"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)
    output = done.stdout + done.stderr
    assert done.returncode == 0, output
    ours = [line for line in output.splitlines() if "Warning" in line and "site-packages" not in line]
    assert ours == []
    assert "not used" not in output and "duplicate" not in output.lower()
