"""One reading of a message, shared by the entity extractor and the featurizer: jobs, facts about the person, masked text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from components import clauses
from components.encoder import ordinary_words
from components.reading import Fact, Reader
from knowledge import facts
from knowledge.matching import Match, TitleMatcher

# Every job reads alike to the sentence encoder: what is asked does not depend on which job it is asked for.
JOB_WORD = "engineer"


class Reading(NamedTuple):
    """What a message says: the jobs named in it, the facts about the person, its text and clauses with every job masked.

    ``bag``: the masked text with a made-up word for each kind of fact found, for the model that counts words.
    """

    jobs: tuple[Match, ...]
    facts: tuple[Fact, ...]
    masked: str
    clauses: tuple[str, ...]
    bag: str


class MessageReader:
    """Reads messages. Building one takes about a second; ``shared()`` gives the one of this process."""

    def __init__(self) -> None:
        self.titles = TitleMatcher(facts.load(), ordinary_words())
        self.person = Reader()

    @lru_cache(maxsize=64)  # noqa: B019
    def read(self, text: str) -> Reading:
        """The reading of one message. Never raises on any text."""
        jobs = self.titles.find(text)
        spans = [(job.start, job.end) for job in jobs]
        found = self.person.read(text, spans)
        masked = masked_text(text, jobs)
        kinds = {fact.entity for fact in found} | ({"job"} if jobs else set())
        kinds |= ({"unknown"} if any(job.title is None for job in jobs) else set()) | (
            {"ask"} if "?" in text else set()
        )
        bag = " ".join([masked, *(f"xx{kind}" for kind in sorted(kinds))])
        return Reading(tuple(jobs), tuple(found), masked, tuple(clauses.split(masked)), bag)


def masked_text(text: str, jobs: Sequence[Match]) -> str:
    """The text with every job replaced by one word, and its white space evened out."""
    pieces: list[str] = []
    end = 0
    for job in jobs:
        pieces += [text[end : job.start], JOB_WORD]
        end = job.end
    return re.sub(r"[ \t]+", " ", "".join([*pieces, text[end:]])).strip()


@lru_cache(maxsize=1)
def shared() -> MessageReader:
    """The reader of this process."""
    return MessageReader()
