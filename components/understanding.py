"""One reading of a message, shared by the entity extractor and the featurizer: jobs, facts about the person, masked text."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import List, NamedTuple, Sequence, Tuple

from components import clauses
from components.encoder import ordinary_words
from components.reading import Fact, Reader
from knowledge import facts
from knowledge.matching import Match, TitleMatcher

# Every job reads alike to the sentence encoder: what is asked does not depend on which job it is asked for.
JOB_WORD = "engineer"


class Reading(NamedTuple):
    """What a message says: the jobs named in it, the facts about the person, and its clauses with every job masked."""

    jobs: Tuple[Match, ...]
    facts: Tuple[Fact, ...]
    masked: str
    clauses: Tuple[str, ...]


class MessageReader:
    """Reads messages. Building one takes about a second; ``shared()`` gives the one of this process."""

    def __init__(self) -> None:
        self.titles = TitleMatcher(facts.load(), ordinary_words())
        self.person = Reader()

    @lru_cache(maxsize=16)  # noqa: B019
    def read(self, text: str) -> Reading:
        """The reading of one message. Never raises on any text."""
        jobs = self.titles.find(text)
        spans = [(job.start, job.end) for job in jobs]
        masked = masked_text(text, jobs)
        parts = clauses.split(masked)
        return Reading(tuple(jobs), tuple(self.person.read(text, spans)), masked, tuple(parts))


def masked_text(text: str, jobs: Sequence[Match]) -> str:
    """The text with every job replaced by one word, and its white space evened out."""
    pieces: List[str] = []
    end = 0
    for job in jobs:
        pieces += [text[end : job.start], JOB_WORD]
        end = job.end
    return re.sub(r"[ \t]+", " ", "".join([*pieces, text[end:]])).strip()


@lru_cache(maxsize=1)
def shared() -> MessageReader:
    """The reader of this process."""
    return MessageReader()
