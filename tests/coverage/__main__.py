"""Types every cell of the coverage table to the trained model and prints how many are understood: ``python -m tests.coverage``.

For each topic and language: of how many professions. Below, each failure with the message as typed. Ends with 1 if there is one.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence

from knowledge.languages import LANGUAGES
from tests.coverage.table import PROFESSIONS, TOPICS, Cell, cells
from tests.coverage.understood import evaluate, failures, misunderstood

Faults = Mapping[Cell, Sequence[str]]


def main() -> int:
    """Types, prints, and tells whether anything failed."""
    listener = evaluate.Listener(evaluate.ensure_trained())
    found = {cell: misunderstood(cell, listener) for language in LANGUAGES for cell in cells(language)}
    print("\n".join(table(found)))
    failed = failures(found.items())
    print(f"\n{len(found) - len(failed)} of {len(found)} cells are understood", *failed, sep="\n  ")
    return 1 if failed else 0


def table(found: Faults) -> list[str]:
    """A line for each topic, and one for all: how many cells have no fault, in each language."""
    head = f"{f'of {len(PROFESSIONS)} professions':24}" + "".join(f"{language:>8}" for language in LANGUAGES)
    rows = [f"{topic:24}" + _counts(found, [topic]) for topic in TOPICS]
    return [head, *rows, f"{'all':24}" + _counts(found, TOPICS)]


def _counts(found: Faults, topics: Sequence[str]) -> str:
    right = [cell.language for cell, faults in found.items() if cell.topic in topics and not faults]
    return "".join(f"{right.count(language):8}" for language in LANGUAGES)


if __name__ == "__main__":
    sys.exit(main())
