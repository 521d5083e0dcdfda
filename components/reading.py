"""What a message says about the person: citizenship, residence, destination, credentials, offer, own
business.

Plain code without Rasa. ``Reader().read(text, jobs)`` returns ``Fact``s, each an entity name, a value and
its place in the text.
Citizenship and residence are kept apart: a green card is residence. Values: ISO country codes in small
letters, province codes
in capitals, 'yes' or 'no', years as digits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from components import persons, years
from components.nations import PARTIES, Nations
from components.phrases import Fact, Phrases
from knowledge.places import Places
from knowledge.text import tokens

_GREEN_CARD = re.compile(
    r"\b(green ?cards?(?: holders?)?|greencards?|permanent residen(?:t|ts|cy|ce)|lprs?|lawful permanent)\b",
    re.I,
)
_US_STATUS = re.compile(r"\b(h-?1-?b|l-?1[ab]?|f-?1|opt|o-?1|daca|j-?1|h-?4|tps|asylum in the us)\b", re.I)
_AMERICA = re.compile(r"\b(us|u\.s\.?|usa|america\w*|states|lpr)\b", re.I)
_FROM = re.compile(r"\bfrom (the )?$", re.I)
# Who speaks, and whose passport it is: "Canadian founder here, she's American", "my wife is American, can I
# apply?"
_CANDIDATE = re.compile(
    r"\b(we|we're|our|hire|hiring|candidate|employee|recruit\w*|she|he|he's|she's|they)\b", re.I
)
_BOTH = re.compile(r"\b(dual|both|also)\b", re.I)
_I_ASK = re.compile(
    r"\b(?:can|could|may|do|will|would|am|should) i\b|\bi(?:'m| am) an? |\bdoes that help me\b", re.I
)
_THEY_ASK = re.compile(
    r"\b(?:can|could|may|does|will|would|is|for|about|bring|hire) (?:he|she|they|him|her)\b", re.I
)


class Reader:
    """Reads the facts about a person from a message."""

    def __init__(self, places: Places | None = None) -> None:
        self.places = places or Places()
        self.nations, self.phrases = Nations(self.places), Phrases()
        relatives = "|".join(sorted(self.places.around["relatives"]))
        self._of_a_relative = re.compile(
            rf"\b(?:{relatives})(?:'s)?"
            r"(?: (?:is|was|are|were|has|have|holds|who|from|also|an?|the|dual|a)\b)*\W*$",
            re.I,
        )

    def read(self, text: str, jobs: Sequence[tuple[int, int]] = ()) -> list[Fact]:
        """The facts in a text; ``jobs`` are the places of job titles, so that 'us pharmacist' is read as
        American."""
        plain = text.replace("’", "'")
        facts = [
            *self.nations.find(tokens(text), frozenset(start for start, _ in jobs), text),
            *self.phrases.find(plain),
            *_status(plain),
            *years.find(plain),
            *persons.find(plain),
        ]
        return sorted(dict.fromkeys(self._settled(facts, plain)), key=lambda fact: fact.start)

    def _settled(self, facts: Sequence[Fact], text: str) -> Iterator[Fact]:
        """One reading of the whole: whose citizenship it is, who only comes 'from' a place, and who heads
        there."""
        own = [fact for fact in facts if not self._is_anothers(fact, facts, text)]
        stated = {f.value for f in own if f.entity == "citizenship" and not _FROM.search(text[: f.start])}
        for fact in own:
            came_from = fact.entity == "citizenship" and _FROM.search(text[: fact.start])
            if came_from and stated and fact.value not in stated:
                fact = fact._replace(entity="residence")
            if fact.entity == "place_abroad":
                nations = {f.value for f in own if f.entity == "citizenship"}
                fact = fact._replace(entity="destination" if nations - {fact.value} else "residence")
            yield fact

    def _is_anothers(self, fact: Fact, facts: Sequence[Fact], text: str) -> bool:
        """True for the citizenship of an employer who asks for a candidate, or of a relative who is not the
        applicant."""
        if fact.entity != "citizenship":
            return False
        others = {f.value for f in facts if f.entity == "citizenship"} - {fact.value}
        if fact.value == "ca" and others & PARTIES and _CANDIDATE.search(text) and not _BOTH.search(text):
            return True
        if not self._of_a_relative.search(text[: fact.start]):
            return False
        return bool(_I_ASK.search(text)) and not _THEY_ASK.search(text)


def _status(text: str) -> Iterator[Fact]:
    """A green card or a visa: residence, never citizenship."""
    if match := _GREEN_CARD.search(text):
        country = _country_of(match, text)
        if country != "us" or "green" in match.group().lower() or _AMERICA.search(text):
            yield Fact("residence", country, *match.span())
            yield Fact("residence", "permanent", *match.span())
    if match := _US_STATUS.search(text):
        yield Fact("residence", _country_of(match, text), *match.span())


def _country_of(match: re.Match[str], text: str) -> str:
    """Canada or Mexico where one of them is named with the status, else the US."""
    named = re.search(r"\b(canad|mexic)\w*\W+(?:\w+\W+)?$", text[: match.start()], re.I) or re.match(
        r"\W+(?:of|in) (canad|mexic)", text[match.end() :], re.I
    )
    return {"c": "ca", "m": "mx"}[named.group(1)[0].lower()] if named else "us"
