"""What the facts cover: every profession and rule, its sources, its age, and what is due for another look;
and which names of the agreement stand in a translation of ours that nobody has held against the official text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from knowledge.facts import Facts
from knowledge.languages import TRANSLATIONS, UNVERIFIED
from knowledge.records import Dated

COLUMNS = ("fact", "as of", "checked", "age", "re-check", "sure", "sources")


class Row(NamedTuple):
    """One fact on one day. ``age`` counts the days since somebody looked; ``due`` asks for another look."""

    kind: str
    id: str
    sources: tuple[str, ...]
    as_of: str
    checked_on: date
    age: int
    recheck_on: date | None
    due: bool
    confidence: str
    volatile: bool


class Unverified(NamedTuple):
    """A name of the agreement, or a whole section of its words, whose official wording in a language is not verified."""

    language: str
    kind: str
    id: str
    wording: str


def unverified(facts: Facts) -> list[Unverified]:
    """By language: the sections, then the names of professions, in the order of the file."""
    found = []
    for language in TRANSLATIONS:
        for section, status in facts.wording_status.items():
            if status[language] == UNVERIFIED:
                found.append(
                    Unverified(language, "section", section, f"all {len(getattr(facts, section))} texts")
                )
        for p in facts.professions.values():
            if p.names_status[language] == UNVERIFIED:
                found.append(Unverified(language, "profession", p.id, p.treaty_name[language]))
    return found


def rows(facts: Facts, today: date) -> list[Row]:
    """A row for every profession, then for every rule, in the order of their files."""
    professions = [_row("profession", fact, today) for fact in facts.professions.values()]
    return professions + [_row("rule", fact, today) for fact in facts.rules.values()]


def _row(kind: str, fact: Dated, today: date) -> Row:
    return Row(
        kind=kind,
        id=fact.id,
        sources=fact.sources,
        as_of=fact.as_of,
        checked_on=fact.checked_on,
        age=(today - fact.checked_on).days,
        recheck_on=fact.recheck_on,
        due=fact.due(today),
        confidence=fact.confidence,
        volatile=fact.volatile,
    )


def as_json(
    found: Sequence[Row], version: str, only_due: bool = False, names: Sequence[Unverified] = ()
) -> str:
    """The rows as JSON, with the version of the facts, how many are due, and the names that are not verified."""
    content = {
        "version": version,
        "due": sum(row.due for row in found),
        "facts": [row._asdict() for row in found if row.due or not only_due],
        "unverified": [name._asdict() for name in names],
    }
    return json.dumps(content, default=str, ensure_ascii=False, indent=2)


def as_table(found: Sequence[Row], only_due: bool = False) -> str:
    """The rows as aligned text under one heading a kind, and a last line that counts all of them."""
    shown = [row for row in found if row.due or not only_due]
    lines = [_cells(row) for row in shown]
    widths = [max(map(len, column)) for column in zip(COLUMNS, *lines, strict=True)]
    text = [_aligned(COLUMNS, widths)]
    for kind in dict.fromkeys(row.kind for row in shown):
        text += ["", f"{kind}s"]
        text += [_aligned(cells, widths) for row, cells in zip(shown, lines, strict=True) if row.kind == kind]
    return "\n".join([*text, "", summary(found)] if shown else [summary(found)])


def _cells(row: Row) -> tuple[str, ...]:
    recheck = f"{row.recheck_on or 'never'}{' DUE' if row.due else ''}"
    sure = row.confidence + (", volatile" if row.volatile else "")
    return row.id, row.as_of, str(row.checked_on), f"{row.age} d", recheck, sure, ", ".join(row.sources)


def _aligned(cells: Iterable[str], widths: Iterable[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def summary(found: Sequence[Row]) -> str:
    """The counts in one line: '64 professions, 72 rules: nothing is due for a re-check'."""
    kinds = [f"{sum(row.kind == kind for row in found)} {kind}s" for kind in ("profession", "rule")]
    due = sum(row.due for row in found)
    state = f"{due} due for a re-check" if due else "nothing is due for a re-check"
    return f"{', '.join(kinds)}: {state}"


def names_as_text(names: Sequence[Unverified]) -> str:
    """The names that are not verified as aligned text under one heading a language, which counts them."""
    width = max((len(name.id) for name in names), default=0)
    blocks = []
    for language in dict.fromkeys(name.language for name in names):
        own = [name for name in names if name.language == language]
        counted = sum(name.kind == "profession" for name in own)
        lines = [_aligned((name.id, name.wording), (width, 0)) for name in own]
        heading = f"official wording not verified in {language}: {counted} names of professions"
        blocks.append("\n".join([heading, *lines]))
    return "\n\n".join(blocks)
