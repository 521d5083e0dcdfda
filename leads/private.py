"""What is never kept before a lawyer asks for it: passport, SIN and SSN numbers, dates of birth, health.

``without(text)`` takes it out, and leaves a mark where it stood.
"""

from __future__ import annotations

import re
from typing import NamedTuple

MARK = "[…]"
_DATE = (
    r"(?:\d{1,4}[-/. ]\d{1,2}[-/. ]\d{1,4}"
    r"|\d{1,2}(?:st|nd|rd|th)?(?: of)? [a-z]{3,9}\.?,? \d{2,4}"
    r"|[a-z]{3,9}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{2,4})"
)
_LEAD = r"(?:\s*(?:number|numbers|no\.?|num\.?|nr\.?|#|n[°º]))?\s*(?:is|was|are|es|:|=|-|,)*\s*"
_PATTERNS = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        # a passport's number: letters and digits with at least five digits, after the word
        r"\b(?:passport|pasaporte|passeport)\b" + _LEAD
        + r"(?=[a-z]{0,3}[\s-]?\d{5})[a-z]{0,3}[\s-]?\d[\d\s-]{4,14}",
        # Social Insurance, Social Security, tax and file numbers, after the word
        r"\b(?:s\.?i\.?n\.?|s\.?s\.?n\.?|social (?:insurance|security)|itin|curp|rfc|uci)\b"
        + _LEAD + r"(?=[a-z]{0,4}[\s-]?\d)[a-z0-9][a-z0-9\s-]{6,20}\d",
        # the same by their shape: 123-45-6789 in the US, 123 456 789 in Canada (unless more digits
        # follow: a telephone)
        r"(?<![\d+(-])\d{3}-\d{2}-\d{4}(?![\d-])",
        r"(?<![\d+()-])(?<!\d[ .-])\d{3}[ -]\d{3}[ -]\d{3}(?![\d-])(?![ .-]\d)",
        # a date of birth, after the word
        r"\b(?:d\.?o\.?b\.?|date of birth|birth ?date|birthday|fecha de nacimiento|date de naissance"
        r"|born(?: on| in)?|nac[ií](?: el)?)\b\s*(?:is|was|:|=|-|,)*\s*(?:" + _DATE + r"|(?:19|20)\d\d\b)",
        # the visitor's own health, told as a fact
        r"\b(?:i|my (?:wife|husband|son|daughter|partner|mother|father|child))"
        r"(?:'m| am|'ve| have| had| has| is| was)"
        r"(?: been| just| also)*"
        r" (?:diagnosed|(?:hiv|aids|cancer|diabetes|tuberculosis|tb|hepatitis|epilepsy|depression"
        r"|schizophrenia|bipolar|autism|adhd|ptsd)\b|hiv[ -]positive|pregnant|disabled|a disability"
        r"|an? (?:illness|disease|medical condition)|on medication|in (?:chemo\w*|dialysis))[^.!?;\n]*",
        r"\bi(?:'m)? (?:suffer(?:ing)?|recover(?:ing)?) from [^.!?;\n]*",
        r"\bmy (?:diagnosis|disability|illness|disease|medication|pregnancy|medical condition|hiv status)"
        r"(?: is| was|:)[^.!?;\n]*",
    )
)  # fmt: skip


class Kept(NamedTuple):
    """A text that may be kept, and whether something had to go. ``empty``: nothing of substance is left."""

    text: str
    left_out: bool
    empty: bool


def without(text: str) -> Kept:
    """The text without what must not be kept."""
    kept = text.replace("’", "'")
    for pattern in _PATTERNS:
        kept = pattern.sub(f" {MARK} ", kept)
    if MARK not in kept or kept == text.replace("’", "'"):
        return Kept(text, False, not text.strip())
    kept = re.sub(r" (?=[.,;!?])", "", " ".join(kept.split()))
    words = re.findall(r"[^\W_]{2,}", re.sub(_OWN, " ", kept.replace(MARK, " "), flags=re.I))
    return Kept(kept, True, not words)


# What is left around a number that was taken out and says nothing by itself.
_OWN = (
    r"\b(?:my|the|here|here's|is|it|and|number|passport|sin|ssn|dob|ok|yes|please|sure|i|was|am|with)\b|'s\b"
)
