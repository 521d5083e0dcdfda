"""Whose case it is: the visitor's own, or that of a wife, a friend, an employee."""

from __future__ import annotations

import re
from collections.abc import Iterator

from components.phrases import Fact

# "my buddy says I can": he is quoted, it is not his case.
_QUOTED = (
    r"(?!\W+(?:\w+ )?(?:told|tells?|said|says?|thinks?|mentioned|heard|claims?|keeps"
    r"|swears|suggested|advised|insists?)\b)"
)
_PERSON = re.compile(
    r"\b(?:my|our) (?:\w+ )?(wife|husband|spouse|partner|friend|brother|sister|son|daughter|mother|mom"
    r"|father|dad"
    r"|cousin|uncle|aunt|nephew|niece|boss|colleague|co-?worker|employee|client|candidate|applicant|new hire"
    r"|boyfriend|girlfriend|fianc[eé]e?|buddy|roommate|neighbou?r|in-?law)\b" + _QUOTED,
    re.I,
)
_ANOTHER = re.compile(
    r"\b((?:second|third|other|another|next|different) (?:candidate|person|employee|guy|applicant"
    r"|colleague|hire))\b",
    re.I,
)
_ME = re.compile(
    r"\b(?:and|what about|how about|for|as for) (?:me|myself)\b|\bi['’]?m an? |\bi am an? ", re.I
)


def find(text: str) -> Iterator[Fact]:
    """At most one fact: 'me', or the word for the other person."""
    if match := _ANOTHER.search(text) or _PERSON.search(text):
        yield Fact("person", match.group(1).lower(), *match.span())
    elif match := _ME.search(text):
        yield Fact("person", "me", *match.span())
