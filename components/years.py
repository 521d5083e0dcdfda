"""Years of experience in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from components.phrases import Fact

_NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "fifteen": 15, "eighteen": 18, "twenty": 20, "twenty five": 25,
    "thirty": 30, "a couple of": 2, "a few": 3, "a": 1,
}  # fmt: skip
_NUMBER = r"\b(\d{1,2}|" + "|".join(sorted(_NUMBERS, key=len, reverse=True)) + r")\s*\+?[\s-]*"
# Which unit it is, in months.
_UNITS = (
    (12, re.compile(_NUMBER + r"(?:years?|yrs?|yr|anos)\b(?!\s+(?:old|of age|permit|contract|ago|work permit"
                    r"|diploma|degree|program|college|young|certificate))", re.I)),
    (120, re.compile(_NUMBER + r"decades?\b", re.I)),
    (1, re.compile(_NUMBER + r"months?\b(?!\s+(?:old|permit|contract|ago|left|from now|stay))", re.I)),
)  # fmt: skip
_EXPERIENCE = re.compile(
    r"\b(experience|exp|as an?|in the field|working|worked|work|in the industry|practi[cs]ing|doing"
    r"|on the job"
    r"|under my belt|been an?|in the trade)\b",
    re.I,
)
_AFTER, _BEFORE = 40, 30


def find(text: str) -> Iterator[Fact]:
    """At most one fact: whole years of work, never an age, the length of a course or a date."""
    for months, pattern in _UNITS:
        for match in pattern.finditer(text):
            around = text[max(0, match.start() - _BEFORE) : match.start()], text[match.end() :][:_AFTER]
            if any(map(_EXPERIENCE.search, around)):
                number = match.group(1).lower()
                years = int(_NUMBERS.get(number, number)) * months // 12
                yield Fact("experience_years", str(years), *match.span())
                return
