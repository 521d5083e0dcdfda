"""Training lines joined by chance: many examples of messages that ask two or three things. Pure: no Rasa, no torch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import NamedTuple

LONGEST_QUESTION, LONGEST_OF_THREE, LONGEST_STATEMENT = 25, 14, 30  # words
# How often: three questions, two; the rest is one. And how often with a statement about oneself, before or behind.
THREE, TWO = 0.15, 0.6
TOLD_WITH_TWO, TOLD_LAST = 0.25, 0.25
BETWEEN_QUESTIONS = (
    *(" and ", ", ", " + ", ". ", "? ", " also ", ", and ", " / "),
    *("? and ", "; ", " & ", ". Also, ", "? Also ", "\n", " or ", "? oh and ", " - ", " "),
)
BETWEEN_SENTENCES = (". ", ", ", " ", "\n")


class Line(NamedTuple):
    """A message with the topics it asks, the first one first."""

    text: str
    labels: tuple[str, ...]


def joined(lines: Sequence[Line], number: int, random: Random) -> Iterator[Line]:
    """About so many messages: two or three questions, or a statement about oneself and what is asked."""
    asking = [e for e in lines if _asks_one(e.labels) and _words(e) <= LONGEST_QUESTION]
    short = [e for e in asking if _words(e) <= LONGEST_OF_THREE]
    telling = [e for e in lines if e.labels in {("inform",), ("greet",)} and _words(e) <= LONGEST_STATEMENT]
    for _ in range(number):
        kind = random.random()
        if kind < THREE:
            parts, told = random.sample(short, 3), False
        elif kind < THREE + TWO:
            parts, told = random.sample(asking, 2), random.random() < TOLD_WITH_TWO
        else:
            parts, told = [random.choice(asking)], True
        labels = tuple(dict.fromkeys(label for part in parts for label in part.labels))
        if len(labels) < len(parts):
            continue
        text = parts[0].text
        for part in parts[1:]:
            text = text.rstrip("?. ") + random.choice(BETWEEN_QUESTIONS) + part.text
        if told:
            pair = [random.choice(telling).text, text]
            if random.random() < TOLD_LAST:
                pair.reverse()
            text = random.choice(BETWEEN_SENTENCES).join(pair)
        yield Line(text, labels)


def _words(line: Line) -> int:
    return len(line.text.split())


def _asks_one(labels: tuple[str, ...]) -> bool:
    return len(labels) == 1 and (labels[0].startswith("ask_") or labels[0] == "talk_to_lawyer")
