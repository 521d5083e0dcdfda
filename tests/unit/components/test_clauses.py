"""A message falls into the clauses that may each ask for something."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.clauses import split


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("What are the fees? Do I need a CAQ?", ["What are the fees?", "Do I need a CAQ?"]),
        ("What are the fees and how long does it last", ["What are the fees", "how long does it last"]),
        ("what does it cost, can my wife come", ["what does it cost", "can my wife come"]),
        ("I'm American. Where do I apply?", ["I'm American.", "Where do I apply?"]),
        ("Where do I apply; is there a quota", ["Where do I apply", "is there a quota"]),
        ("fees?\n\nand how long does it last", ["fees?", "and how long does it last"]),
        ("I need no CAQ - what does it cost", ["I need no CAQ", "what does it cost"]),
        ("Is it legal plus also how long is it", ["Is it legal", "how long is it"]),
    ],
)
def test_every_question_becomes_a_clause(text: str, clauses: list[str]) -> None:
    assert split(text) == clauses


@pytest.mark.parametrize(
    "text",
    [
        "Can a pharmacist and an economist apply",
        "I have a degree and experience",
        "my wife and kids",
        "I am a U.S. citizen",
        "It costs CAN$155.50 or so",
        "full-time work",
        "Hello",
    ],
)
def test_a_single_clause_comes_back_whole(text: str) -> None:
    assert split(text) == [text]


@pytest.mark.parametrize("text", ["", "   ", "?!", "\n\n", " - ", ",;,"])
def test_nothing_to_ask_gives_no_clause(text: str) -> None:
    assert split(text) == []


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(st.text(alphabet="abz AZ?!.,;-–\n0é日", max_size=60))
def test_no_letter_is_lost_added_or_moved(text: str) -> None:
    clauses = split(text)
    assert all(re.search(r"\w", clause) for clause in clauses)
    rest = iter(re.findall(r"\w", text))
    assert all(letter in rest for letter in re.findall(r"\w", "".join(clauses)))
