"""A job named in a text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from knowledge.text import Token

_DASH_BETWEEN_THOUGHTS = re.compile(r"\s[-–]\s")
_SMALL_GAP = re.compile(r"[\s\-–/&'’.\"”“]{0,3}")


class Match(NamedTuple):
    """Where a job stands, as typed, and the title of the facts, or None for an unknown job.

    Of an unknown job ``status`` says what a closed list makes of it ('depends', 'not_listed') and ``nearest``
    which profession its last word makes people think of, if any.
    """

    start: int
    end: int
    text: str
    title: str | None
    status: str = "known"
    nearest: str | None = None
    typo: bool = False


def match_of(
    text: str,
    span: Sequence[Token],
    title: str | None,
    status: str = "known",
    nearest: str | None = None,
    typo: bool = False,
) -> Match:
    """The match that covers these words of the text."""
    start, end = span[0].start, span[-1].end
    return Match(start, end, text[start:end], title, status, nearest, typo)


def joined(text: str, span: Sequence[Token]) -> bool:
    """True where nothing but spaces, hyphens, slashes or '&' stands between the words of a title."""
    return all(_one_gap(text[a.end : b.start], a.raw) for a, b in pairwise(span))


def reach(text: str, words: Sequence[Token], place: int, most: int) -> int:
    """How many words from a place on, at most so many, may be one title."""
    last = min(place + most, len(words)) - 1
    for number in range(place, last):
        if not _one_gap(text[words[number].end : words[number + 1].start], words[number].raw):
            return number + 1 - place
    return last + 1 - place


def _one_gap(gap: str, before: str) -> bool:
    if gap == " ":
        return True
    if gap.strip() == ".":  # a full stop, unless it stands behind an abbreviation: 'Mgmt. consultant'
        return len(before) < 5 and not (before.isupper() and len(before) > 2) and before.lower() != "card"
    if _DASH_BETWEEN_THOUGHTS.search(gap):
        return False
    if gap == "(":  # MLS(ASCP)
        return before.isupper()
    return bool(_SMALL_GAP.fullmatch(gap))
