"""SECURITY.md promises nothing without a test, and shows each known advisory as the list has it."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "scripts"))
import audit  # noqa: E402

PAGE = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
PROMISED = PAGE.split("## What is promised")[1].split("\n## ")[0]
ROWS = [line.split(" | ") for line in PROMISED.splitlines() if line.startswith("| ")][1:]
TESTS = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0].strip("| ")[:60])
def test_a_promise_has_its_tests(row: list[str]) -> None:
    assert re.search(r"`tests/[\w/]+\.py::test_\w+`", row[1]), row[0]


@pytest.mark.parametrize(("file", "name"), TESTS, ids=[name for _, name in TESTS])
def test_a_test_that_is_named_is_there(file: str, name: str) -> None:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    assert name in {node.name for node in ast.walk(tree) if isinstance(node, functions)}


def test_it_shows_the_advisories_as_they_are_listed() -> None:
    assert PAGE.rstrip().endswith(audit.table(audit.read_list(ROOT))), "make audit ARGS=--table prints them"


def test_what_the_list_says_of_us_is_so() -> None:
    """The parts of ours that shield us are there."""
    for one in audit.read_list(ROOT)["advisories"]:
        for file in re.findall(r"\b(?:components|leads)/\w+\.py", one["shield"]):
            assert (ROOT / file).is_file(), (one["id"], file)
