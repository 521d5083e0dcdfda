"""What a message of the table is taken for, and what of that is wrong."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from actions.heard import heard
from actions.jobs import Job, jobs_named
from components import understanding
from components.extractor import entities, spoken
from knowledge.eligibility import own_title
from knowledge.languages import DEFAULT
from tests.coverage.table import FACTS, NAMES, Cell, job, questions, typed

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))
import evaluate


def misunderstood(cell: Cell, listener: evaluate.Listener) -> list[str]:
    """What the trained model and the readers get wrong in a cell; empty if it is understood."""
    said = listener.hear(typed(cell))
    topics = evaluate.names(said)
    is_answered = f"ask_{cell.topic}" in topics
    if cell.topic == "eligibility":
        is_answered = is_answered or bool(said.record.get("verdict"))
    return misread(cell) + ([] if is_answered else [f"topic {'+'.join(topics)}"])


def misread(cell: Cell) -> list[str]:
    """What is read wrongly without a model: the job, the citizenship, the language."""
    text = typed(cell)
    gloss = understanding.shared().read(text).gloss
    message = heard({"text": text, "english": gloss.text, "entities": entities(text)})
    jobs = jobs_named(message.entities, message.text, FACTS)
    nations = {entity["value"] for entity in message.entities if entity["entity"] == "citizenship"}
    language = spoken(gloss, None)
    faults = [] if _are_the_profession(jobs, cell) else [f"job {_said(jobs)}"]
    if nations != set(questions()[cell.topic].citizenship):
        faults.append(f"citizenship {'+'.join(sorted(nations)) or 'none'}")
    return faults + ([] if language == cell.language else [f"language {language or 'unsure'}"])


def failures(found: Iterable[tuple[Cell, Sequence[str]]]) -> list[str]:
    """A line for each cell that has faults, with the message as typed."""
    return [
        f"{cell.language} {cell.topic} {cell.profession}, {typed(cell)!r}: {'; '.join(faults)}"
        for cell, faults in found
        if faults
    ]


def _are_the_profession(jobs: Sequence[Job], cell: Cell) -> bool:
    return bool(jobs) and all(_is_the_profession(one, cell) for one in jobs)


def _is_the_profession(found: Job, cell: Cell) -> bool:
    """A title as good as its own. Where its name is that of another job as well ("apiculteur", a beekeeper too), a job that may
    be it.
    """
    if found.title:
        own, title = FACTS.titles[own_title(FACTS, cell.profession)], FACTS.titles[found.title]
        return (title.status, title.professions) == (own.status, own.professions)
    may_be_it = (found.status, found.nearest) == ("depends", cell.profession)
    return may_be_it and _is_shared(cell)


def _is_shared(cell: Cell) -> bool:
    name = job(cell.profession, cell.language)
    return cell.language != DEFAULT and len(NAMES.called(name, cell.language)) > 1


def _said(jobs: Sequence[Job]) -> str:
    return ", ".join(f"{one.text!r} as {one.title or one.status}" for one in jobs) or "none"
