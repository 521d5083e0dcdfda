"""Splits a message into the clauses that may each ask for something."""

from __future__ import annotations

import re

_SENTENCE = re.compile(
    r"(?<=[?!;])\s*|(?<=[a-z0-9)\]]{3}\.)\s+|(?<=[A-Z]{3}\.)\s+|\s*\n+\s*|\s+[-–—]{1,2}\s+"
)
_OPENERS = """
    how what whats do does did can could is are am will would should must may where when which who whether if need any
    anything anyone at-what by-when i-also lets please
"""
_QUESTION = "(?:" + "|".join(opener.replace("-", " ") for opener in _OPENERS.split()) + ")"
_JOINED = re.compile(
    rf"(?:,\s*(?:and|also|plus|but|or)?\s*|\s+(?:and|plus|also|but|n)\s+(?:also\s+|then\s+)?|\s+\+\s+|\s+&\s+)(?={_QUESTION}\s+\w+)",
    re.I,
)
_SHORTEST = 2
_SEVERAL = re.compile(
    r"\b(?:and|or|plus|also|as well|both|first|second|n|either)\b|[+&/]|\?.+\?|\(b\)|\b2[.)]", re.I | re.S
)


def split(text: str) -> list[str]:
    """The clauses of a text in order, without empty ones. A single clause comes back whole."""
    clauses: list[str] = []
    for sentence in _SENTENCE.split(text):
        clauses += [part.strip(" ,;") for part in _JOINED.split(sentence)]
    return [clause for clause in clauses if len(clause) >= _SHORTEST and re.search(r"\w", clause)]


def may_be_several(text: str) -> bool:
    """True where the words leave room for a second question: 'and', a plus, two question marks."""
    return bool(_SEVERAL.search(text))
