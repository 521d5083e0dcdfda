"""Citizenship, residence and destination: what a message makes of the countries, peoples and towns it
names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from components.phrases import Fact
from knowledge.places import Places
from knowledge.text import Token

PARTIES = frozenset({"us", "mx"})
# Before a people these say that the person is not one of them.
NOT_ITS_CITIZEN = (
    "married to", "to marry", "marrying", "wife of", "husband of", "spouse of",
    "count as", "counts as", "considered", "treated as",
)  # fmt: skip
ARTICLES = frozenset({"a", "an", "the"})
# 'Canadian' says whose citizen somebody is behind or before these, or alone; before any other word it tells which company,
# school or offer is meant.
_IS = frozenset(
    {"im", "am", "is", "are", "hes", "shes", "were", "was", "be", "as", "born", "dual", "become", "became"}
)
_BEHIND = """
    and or but who with here in living lives from working by so not too also is are can could do does am going moving want wants
    wanting looking trying if at on through since to than
"""
_RESIDENCE = frozenset({"resident", "residents", "residence", "residency"})
_GOES_ON = frozenset(_BEHIND.split())


class Named(NamedTuple):
    """A place or people in its sentence: the words before it, the one after it, and whether a job follows."""

    code: str
    name: tuple[str, ...]
    before: list[str]
    after: str
    start: int
    end: int
    before_a_job: bool
    apart: bool = False  # from the next word, by a comma or another sign

    def fact(self, entity: str, value: str = "") -> Fact:
        """This place as a fact."""
        return Fact(entity, value or self.code, self.start, self.end)

    def follows(self, *phrases: str) -> bool:
        """True if one of the phrases stands right before it, articles aside."""
        plain = [word for word in self.before if word not in ARTICLES]
        return any(plain[-len(words) :] == words for words in map(str.split, phrases))


class Nations:
    """Reads the places of a message."""

    def __init__(self, places: Places) -> None:
        self.places, self.around = places, places.around
        named = (places.not_a_country, places.peoples, places.provinces, places.countries, places.regions)
        self._openers = frozenset(name[0] for names in named for name in names)

    def find(self, words: Sequence[Token], jobs: frozenset[int], text: str = "") -> Iterator[Fact]:
        """The facts in order; ``jobs``: where the names of jobs begin. A country and nothing else is a
        citizenship, and so is one with which a message begins, as a sentence of its own.
        """
        for number, token in enumerate(words[:3], start=1):
            if text[token.end : token.end + 1] in {".", ";", "!"} and words[number:]:
                yield from self.find(words[:number], jobs)
                words = words[number:]
                break
        told = [token for token in words if token.word not in self.around["fillers"]]
        if (code := self.places.countries.get(tuple(t.word for t in told))) and code != "ca":
            yield Fact("citizenship", code, told[0].start, told[-1].end)
            return
        place = 0
        while place < len(words):
            fact, width = self._at(words, place, jobs)
            if fact:
                yield fact
            place += width

    def _at(self, words: Sequence[Token], place: int, jobs: frozenset[int]) -> tuple[Fact | None, int]:
        if words[place].word not in self._openers:
            return None, 1
        for width in range(min(self.places.longest, len(words) - place), 0, -1):
            span = words[place : place + width]
            name = tuple(token.word for token in span)
            rest = words[place + width :]
            named = Named(
                "", name, [token.word for token in words[max(0, place - 6) : place]],
                rest[0].word if rest else "",
                span[0].start, span[-1].end, bool(rest) and rest[0].start in jobs,
                bool(rest) and rest[0].start > span[-1].end + 1,
            )  # fmt: skip
            if name in self.places.not_a_country:
                return None, width
            if name in self.places.peoples:
                return self._people(named._replace(code=self.places.peoples[name])), width
            if name in self.places.provinces and not self._is_elsewhere(named, rest):
                return named.fact("destination", self.places.provinces[name]), width
            if name == ("us",) and not self._is_the_country(span[0], named, words):
                continue
            if code := self.places.countries.get(name) or self.places.regions.get(name):
                return self._country(named._replace(code=code)), width
        return None, 1

    def _is_elsewhere(self, named: Named, rest: Sequence[Token]) -> bool:
        """'I'm Victoria' is a person, 'Richmond, VA' and 'Vancouver, Washington' lie in the US."""
        if named.name[0] in self.around["first_names"] and named.before[-1:] in (["im"], ["am"], ["is"]):
            return True
        state = rest[:1] and rest[0].raw.isupper() and rest[0].word in self.places.state_letters
        return bool(state) or any(
            self.places.regions.get(tuple(token.word for token in rest[:width])) == "us" for width in (1, 2)
        )

    def _people(self, named: Named) -> Fact | None:
        if self._is_language(named):
            return None
        naturalized = named.follows("naturalized", "naturalised")
        if named.after in self.places.not_people and not named.before_a_job and not naturalized:
            return None
        if named.after in _RESIDENCE or named.before[-2:] == ["resident", "of"]:
            return named.fact("residence")
        if named.name[-1].endswith("s") and "only" in named.before[-2:]:  # 'is it only for Mexicans?'
            return None
        return None if named.code == "ca" and self._describes(named) else self._citizen(named)

    def _describes(self, named: Named) -> bool:
        """'a Canadian retailer': the next word is what is Canadian."""
        if (
            not named.after
            or named.apart
            or named.before_a_job
            or named.after in self.around["citizen"] | _GOES_ON
        ):
            return False
        return not _IS & {word for word in named.before[-3:] if word not in ARTICLES}

    def _is_language(self, named: Named) -> bool:
        if named.name[-1] not in self.places.language_names:
            return False
        spoken = bool(self.around["speaks"] & set(named.before[-1:])) or named.before[-1:] == ["in"]
        the_language = named.before[-1:] == ["the"] and named.after in {"", "to", "word", "term", "name"}
        spoken = spoken or named.name[-1] == named.after or named.name[-1:] == tuple(named.before[-1:])
        return named.after in self.places.languages or spoken or the_language

    def _country(self, named: Named) -> Fact | None:
        citizen = named.after in self.around["citizen"] or self._is_citizen_of(named) or named.follows("dual")
        if named.code == "ca":
            return named.fact("citizenship") if citizen or named.follows("from") else None
        in_it = named.follows("in", "of")
        if citizen or (named.before_a_job and not in_it and not named.follows("from")):
            return self._citizen(named)
        if named.before[-1:] == ["and"] and self.around["citizen"] & set(named.before):
            return named.fact("citizenship")
        if named.after in {"resident", "residents", "based"} or self.around["lives"] & set(named.before[-4:]):
            return named.fact("residence")
        near = set(named.before[-3:])
        if (
            "born" in named.before[-4:]
            or self.around["studied"] & near
            or named.after in self.places.not_people
        ):
            return None
        if named.follows("from"):
            return self._from(named)
        if named.code in PARTIES and named.before and self._is_heading(named):
            return named.fact("place_abroad")
        return named.fact("residence") if in_it else None

    def _from(self, named: Named) -> Fact | None:
        """'an architect from Texas' is a Texan; 'moving from Texas' lives there; 'a client from Texas' is
        neither."""
        verb = [word for word in named.before if word not in ARTICLES][-2:-1]
        if self.around["leaves"] & set(verb):
            return named.fact("residence")
        return None if self.around["companies"] & set(verb) else self._citizen(named)

    def _citizen(self, named: Named) -> Fact | None:
        """A citizenship, unless it is denied, yet to come, given up, or merely felt."""
        near = [word for word in named.before[-4:] if word not in ARTICLES]
        if named.follows(*NOT_ITS_CITIZEN) or self.around["nearly"] & set(near[-1:]):
            return None
        denied = bool(self.around["negations"] & set(self._before_citizen(named)[-1:]))
        if named.code in PARTIES and (
            denied or self.around["not_now"] & set(named.before) or _will_be(named)
        ):
            return named.fact("citizenship", "other")
        return named.fact("citizenship")

    def _before_citizen(self, named: Named) -> list[str]:
        """The words before 'a citizen of the US' as before 'a US citizen'."""
        words = [word for word in named.before if word not in {*ARTICLES, "yet"}]
        while words and (words[-1] == "of" or words[-1] in self.around["citizen"]):
            words.pop()
        return words

    def _is_citizen_of(self, named: Named) -> bool:
        near = [word for word in named.before[-4:] if word not in {"the", "of", "a"}]
        of = "of" in named.before[-2:] or "dual" in named.before
        return of and bool(self.around["citizen"] & set(near[-1:]))

    def _is_heading(self, named: Named) -> bool:
        """'to work in the US', 'move to Texas': on the way there, not living there."""
        near = [word for word in named.before[-4:] if word not in {*ARTICLES, "in"}]
        if named.follows("to"):
            return True
        on_the_way = "to" in named.before[-5:] and "used" not in named.before[-5:]
        return bool(self.around["goes"] & set(near[-1:])) and (
            on_the_way or near[-1] in self.around["at_a_job"]
        )

    def _is_the_country(self, token: Token, named: Named, words: Sequence[Token]) -> bool:
        """'US' in capitals is a country; 'us' only where it cannot be the pronoun."""
        shouting = len(words) > 3 and all(other.raw.isupper() for other in words if other.raw.isalpha())
        if token.raw in {"US", "U.S", "U.S."} and not shouting:
            return True
        goes_on = self.around["citizen"] | {
            "resident", "residents", "based", "born", "state", "licensed", "green", "company", "passport",
        }  # fmt: skip
        alone = len(words) == 1 or (named.before[-1:] in (["im"], ["am"]) and not named.after)
        return (
            named.after in goes_on or named.before_a_job or named.before[-1:] in (["the"], ["from"]) or alone
        )


def _will_be(named: Named) -> bool:
    return named.follows(
        "will be", "ill be", "shall be", "going to be", "about to be", "to be", "be", "was", "were"
    )
