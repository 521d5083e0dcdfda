"""Training lines joined by chance: many examples of messages that ask two things. Pure: no Rasa, no torch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import NamedTuple

TELLING, LONGEST_QUESTION, LONGEST_STATEMENT = 0.3, 25, 30  # share of statements; words
TOLD_LAST = 0.25
BETWEEN_QUESTIONS = (
    *(" and ", ", ", " + ", ". ", "? ", " also ", ", and ", " / "),
    *("? and ", "; ", " & ", ". Also, ", "? Also ", "\n"),
)
BETWEEN_SENTENCES = (". ", ", ", " ", "\n")


class Line(NamedTuple):
    """A message with the topics it asks, the first one first."""

    text: str
    labels: tuple[str, ...]


def joined(lines: Sequence[Line], number: int, random: Random) -> Iterator[Line]:
    """About so many pairs of lines as one message each: two questions, or a statement about oneself and a question."""
    asking = [e for e in lines if _asks_one(e.labels) and len(e.text.split()) <= LONGEST_QUESTION]
    telling = [
        e for e in lines if e.labels in {("inform",), ("greet",)} and len(e.text.split()) <= LONGEST_STATEMENT
    ]
    for _ in range(number):
        first, second = random.choice(asking), random.choice(asking)
        if random.random() < TELLING:
            pair = [random.choice(telling).text, first.text]
            if random.random() < TOLD_LAST:
                pair.reverse()
            yield Line(random.choice(BETWEEN_SENTENCES).join(pair), first.labels)
        elif first.labels != second.labels:
            text = first.text.rstrip("?. ") + random.choice(BETWEEN_QUESTIONS) + second.text
            yield Line(text, first.labels + second.labels)


def _asks_one(labels: tuple[str, ...]) -> bool:
    return len(labels) == 1 and (labels[0].startswith("ask_") or labels[0] == "talk_to_lawyer")
