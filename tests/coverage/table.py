"""The coverage table: every profession × every topic of fact × every language, each a message that somebody may type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from knowledge import facts as knowledge
from knowledge import title_languages
from knowledge.eligibility import own_title
from knowledge.languages import DEFAULT, LANGUAGES

QUESTIONS = Path(__file__).with_name("questions.yml")
FACTS = knowledge.load()
NAMES = title_languages.load(FACTS)
TOPICS = tuple(FACTS.topics)
PROFESSIONS = tuple(FACTS.professions)
# One in so many cells is typed to the model by the tests. It divides neither the number of professions nor of topics.
ONE_IN = 5


@dataclass(frozen=True)
class Cell:
    """A place in the table. ``profession`` and ``topic`` are ids of the facts."""

    profession: str
    topic: str
    language: str


@dataclass(frozen=True)
class Question:
    """How a topic is asked: a sentence for each language, with ``{job}`` in it, all by a citizen of ``citizenship``."""

    citizenship: tuple[str, ...]
    sentences: Mapping[str, str]


def cells(language: str) -> list[Cell]:
    """All cells of a language, profession by profession."""
    return [Cell(profession, topic, language) for profession in PROFESSIONS for topic in TOPICS]


def some_cells(language: str) -> Iterator[Cell]:
    """A slice in which each profession and each topic stands several times; another one in each language."""
    shift = LANGUAGES.index(language)
    for cell in cells(language):
        if (PROFESSIONS.index(cell.profession) + TOPICS.index(cell.topic) + shift) % ONE_IN == 0:
            yield cell


@lru_cache(maxsize=1)
def questions() -> Mapping[str, Question]:
    """The question for each topic."""
    return {
        topic: Question(tuple(said["citizenship"]), {language: said[language] for language in LANGUAGES})
        for topic, said in knowledge.read_yaml(QUESTIONS).items()
    }


def typed(cell: Cell) -> str:
    """The message: its question, with the profession's own name in the language."""
    return questions()[cell.topic].sentences[cell.language].format(job=job(cell.profession, cell.language))


@cache
def job(profession: str, language: str) -> str:
    """The profession's own name in a language: the one that a visitor reads."""
    title = own_title(FACTS, profession)
    return title if language == DEFAULT else NAMES.shown(title, language)


def told(cell: Cell) -> list[dict[str, Any]]:
    """What the message says of its author, as the actions read it: the job, as typed, and the citizenship."""
    title = own_title(FACTS, cell.profession)
    job_title = {"entity": "job_title", "value": title, "text": job(cell.profession, cell.language)}
    nations = questions()[cell.topic].citizenship
    return [job_title, *({"entity": "citizenship", "value": nation} for nation in nations)]
