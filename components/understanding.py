"""One reading of a message, shared by the entity extractor and the featurizer: jobs, facts about the person, masked text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from components.encoder import ordinary_words
from components.reading import Fact, Reader
from knowledge import facts
from knowledge.gloss import Gloss, Glosser
from knowledge.languages import DEFAULT
from knowledge.matching import Match, TitleMatcher

# Every job reads alike to the sentence encoder: what is asked does not depend on which job it is asked for.
JOB_WORD = "engineer"
FEW = 3  # words


class Reading(NamedTuple):
    """What a message says: the jobs named in it, the facts about the person, its text with every job masked.

    All of it is read from the ``gloss`` of the message, and its places lie there. ``bag``: the masked text with a made-up
    word for each kind of fact found, for the model that counts words.
    """

    gloss: Gloss
    jobs: tuple[Match, ...]
    facts: tuple[Fact, ...]
    masked: str
    bag: str


class MessageReader:
    """Reads messages. Building one takes about a second; ``shared()`` gives the one of this process."""

    def __init__(self) -> None:
        everyday, known = ordinary_words(), facts.load()
        self.glosser = Glosser(known, everyday)
        self.titles = TitleMatcher(known, everyday | self.glosser.said)
        self.person = Reader()

    @lru_cache(maxsize=64)  # noqa: B019
    def read(self, text: str) -> Reading:
        """The reading of one message. Never raises on any text."""
        gloss = self.glosser.read(text)
        if gloss.places and self._is_english_title(text, gloss):
            gloss = Gloss(DEFAULT, False, text)
        return self._read(gloss)

    def _is_english_title(self, text: str, gloss: Gloss) -> bool:
        """A few words that are a job in English, spelt well or badly, and none in their own language: 'hotel manger'."""
        if len(text.split()) > FEW:
            return False
        return _names_a_title(self.titles.find(text)) and not _names_a_title(self.titles.find(gloss.text))

    def _read(self, gloss: Gloss) -> Reading:
        text, named = gloss.text, self.titles.find(gloss.text)
        spans = [(job.start, job.end) for job in named]
        found = [fact for fact in self.person.read(text, spans) if not _says_the_job(fact, spans)]
        graduate = any(fact.entity == "degree" and fact.value in {"degree", "licenciatura"} for fact in found)
        jobs = [self._as_in_its_language(job, gloss, graduate) for job in named]
        masked = masked_text(text, jobs)
        kinds = {fact.entity for fact in found} | ({"job"} if jobs else set())
        kinds |= ({"unknown"} if any(job.title is None for job in jobs) else set()) | (
            {"ask"} if "?" in text else set()
        )
        bag = " ".join([masked, *(f"xx{kind}" for kind in sorted(kinds))])
        return Reading(gloss, tuple(jobs), tuple(found), masked, bag)

    def _as_in_its_language(self, job: Match, gloss: Gloss, graduate: bool) -> Match:
        """A job that only looks like one of ours in its language, or may be several there, is an unknown one near to it; but
        who has a degree is no gardener: 'horticultora con licenciatura'.
        """
        for start, end, title, status in gloss.only_near:
            if job.start < end and start < job.end and not (graduate and status == "depends"):
                known = self.titles.facts.titles[title]
                nearest = next(iter(known.professions or known.nearest), None)
                return job._replace(title=None, status=status, nearest=nearest)
        return job


def _says_the_job(fact: Fact, jobs: Sequence[tuple[int, int]]) -> bool:
    """The degree in 'RN BSN' belongs to the name of the job; nobody says that it is all they have."""
    return fact.entity == "degree" and any(start <= fact.start and fact.end <= end for start, end in jobs)


def _names_a_title(jobs: Sequence[Match]) -> bool:
    return any(job.title for job in jobs)


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
