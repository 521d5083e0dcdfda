"""What a person says of themselves in set phrases: offer, own business, degree, licence. The patterns are in
``phrases.yml``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import yaml


class Fact(NamedTuple):
    """One thing said: the entity it belongs to, its value, and where it stands."""

    entity: str
    value: str
    start: int
    end: int


FILE = Path(__file__).with_name("phrases.yml")
NEGATIVE = frozenset({"no", "none"})
# "do I need to be licensed", "once I have an offer": asked about, not stated.
_ONLY_ASKED = re.compile(
    r"\b(?:(?:need|needs|needed|require[sd]?|must|should|have to|has to|supposed to)(?: to)?"
    r"|if|once|when|until|unless|before)(?: (?:i|you|he|she|we|they))?(?: (?:to|be|a|an|the|get|have))*\W*$",
    re.I,
)
Patterns = list[tuple[str, re.Pattern[str]]]


class Phrases:
    """The patterns of a file, read once."""

    def __init__(self, path: Path = FILE) -> None:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        self._patterns: dict[str, Patterns] = {
            entity: [(value, _either(patterns)) for entry in entries for value, patterns in entry.items()]
            for entity, entries in content.items()
        }

    def find(self, text: str) -> Iterator[Fact]:
        """At most one fact for each entity."""
        for entity, patterns in self._patterns.items():
            if fact := _first(entity, patterns, text):
                yield fact


def _either(patterns: str) -> re.Pattern[str]:
    return re.compile(
        r"(?:(?<!\w)(?=')|\b)(?:" + "|".join(map(str.strip, patterns.splitlines())) + r")\b", re.I
    )


def _first(entity: str, patterns: Patterns, text: str) -> Fact | None:
    denied = [m.span() for value, pattern in patterns if value in NEGATIVE for m in pattern.finditer(text)]
    for value, pattern in patterns:
        for match in pattern.finditer(text):
            inside = any(start < match.end() and match.start() < end for start, end in denied)
            if value not in NEGATIVE and (inside or _ONLY_ASKED.search(text[: match.start()])):
                continue
            return Fact(entity, value, *match.span())
    return None
