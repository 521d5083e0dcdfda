"""What a message says about the person: citizenship, residence, destination, credentials, offer, own business.

Plain code without Rasa. ``Reader().read(text, jobs)`` returns ``Fact``s, each an entity name, a value and its place in the text.
Citizenship and residence are kept apart: a green card is residence. Values: ISO country codes in small letters, province codes
in capitals, 'yes' or 'no', years as digits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from knowledge.places import Places
from knowledge.text import Token, tokens


class Fact(NamedTuple):
    """One thing said: the entity it belongs to, its value, and where it stands."""

    entity: str
    value: str
    start: int
    end: int


_NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
    "twelve": 12, "fifteen": 15, "eighteen": 18, "twenty": 20, "twenty five": 25, "thirty": 30, "a couple of": 2, "a few": 3,
}  # fmt: skip
_YEARS = re.compile(
    r"\b(\d{1,2}|"
    + "|".join(sorted(_NUMBERS, key=len, reverse=True))
    + r")\s*\+?\s*(?:years?|yrs?|yr|anos)\b(?!\s+(?:old|of age|permit|contract|ago|work permit|diploma|degree|program|college))",
    re.I,
)
_EXPERIENCE = re.compile(
    r"\b(experience|exp|as an?|in the field|working|worked|work|in the industry|practi[cs]ing|doing|on the job|under my belt|been an?)\b",
    re.I,
)
_PERSON = re.compile(
    r"\bmy (?:\w+ )?(wife|husband|spouse|partner|friend|brother|sister|son|daughter|mother|mom|father|dad|cousin|uncle|aunt|nephew|niece|boss|colleague|"
    r"co-?worker|employee|client|candidate|boyfriend|girlfriend|fianc[eé]e?|buddy|roommate|neighbou?r|in-?law)\b",
    re.I,
)
_ME = re.compile(
    r"\b(?:and|what about|how about|for|as for) (?:me|myself)\b|\bi['’]?m an? |\bi am an? ", re.I
)
# (entity, value, pattern): the first that fits for an entity wins, so "no" stands before "yes".
_PHRASES: Sequence[tuple[str, str, str]] = (
    ("job_offer", "no", r"\b(no|without (?:an?|any)?|don'?t (?:yet )?have (?:an?|any)?|do not (?:yet )?have (?:an?|any)?|haven'?t got (?:an?|any)?|have no|not (?:got|have) (?:an?|any)?|lack an?)\s*"
                        r"(?:canadian |firm |formal |real )?(job offer|offer|employer|job lined up|job|contract|employer yet)\b(?! (?:description|title|letter))"),
    ("job_offer", "no", r"\b(look(?:ing)? (?:around )?for (?:an? )?(?:\w+ )?(?:job|work|employer)|job[- ]hunt(?:ing)?|find (?:an? )?(?:job|work|employer) (?:once|when|after|there|later|up there)|"
                        r"search(?:ing)? for (?:an? )?(?:job|work)|haven'?t found (?:an? )?(?:job|employer|work)|(?:nobody|no ?one|no company|no employer)(?: has)? (?:hired|offered|wants|picked)|browsing jobs|before (?:i have|finding|getting) (?:an? )?(?:job|offer))\b"),
    ("job_offer", "yes", r"\b((?:have|has|got|with|received|getting|hold|given|accepted|signed) (?:an? |the |my |a written )?(?:\w+ ){0,2}(?:job offer|offer letter|offer|contract)|"
                         r"(?:was|been|got|being|am) (?:just )?(?:hired|offered)|wants? to hire (?:me|him|her|us)|offered (?:me|him|her)|employer (?:in|from) (?:canada|\w+) wants|is hiring me)\b"),
    ("own_business", "yes", r"\b((?:my|our) own (?:\w+ ){0,3}(?:company|business|firm|practice|clinic|corporation|start-?up|studio|office|shop|agency|consultancy|lab|corp)|"
                            r"(?:i|we|he|she) (?:also |already |currently |would )?(?:own|owns|founded|control|controls|co-?own|incorporated)(?: \d+ ?%| most| all| half| part)?(?: of)? (?:the|a|an|my|100%|51%|this|that)? ?(?:\w+ ){0,3}(?:company|business|firm|practice|clinic|corporation|corp|start-?up|inc|employer|enterprise|shares)|"
                            r"be my own (?:boss|employer)|work for my own|(?:sole|majority|main|only|100 ?%) (?:owner|shareholder)|owner of (?:the|a|an|my) (?:canadian )?(?:company|business|firm|clinic|practice))\b"),
    ("own_business", "plans", r"\b(?:start|open|set up|launch|starting|opening|launching|setting up|incorporate|incorporating) (?:up )?(?:an? |my |our |the )?(?:\w+ ){0,3}(?:company|business|firm|practice|clinic|corporation|start-?up|inc|studio|consultancy)\b"),
    ("own_business", "self_employed", r"\b(self[- ]employed|self[- ]employment|freelanc(?:e|er|ing|ers)|sole proprietor|independent contractor|independent consultant|1099|gig work)\b"),
    ("degree", "none", r"\b(no (?:college |university |bachelor'?s? |formal )?degree|without (?:an? |any )?(?:college |university |bachelor'?s? |formal |related )?(?:degree|diploma)|"
                       r"(?:don'?t|do not|doesn'?t|does not|didn'?t|never|not) (?:have|hold|got|get|finish|finished|finishing|complete|completed|graduate|graduated|went|go|go to|went to)(?: to)? ?(?:an? |any |my |the )?(?:college |university |bachelor'?s? |related |actual )?(?:degree|diploma|college|university|bachelor'?s?|school)|"
                       r"(?:high ?school|ged)(?: diploma)? only|only (?:have )?(?:an? |my )?(?:high ?school|ged)|dropped out|self[- ]taught|never (?:went to|finished|graduated)|no bachelor'?s?|no diploma|no college|no formal education)\b"),
    ("degree", "diploma", r"\b(associate'?s?(?: degree)?|(?:2|two|3|three)[- ]year (?:college )?(?:diploma|degree|program|certificate)|(?:college|post-?secondary|technical|trade school) (?:diploma|certificate)|diploma (?:in|from)|only (?:have )?a diploma|have a diploma|vocational diploma)\b"),
    ("degree", "licenciatura", r"\b(licenciatura|licenciado|licenciada)\b"),
    ("degree", "degree", r"\b(bachelor'?s?|baccalaureate|undergraduate degree|b\.?sc|b\.?s\. (?:in|degree)|bs in|ba in|bsn|b\.?eng|b\.?arch|bba|master'?s?(?: degree| in)|m\.?sc|mba|ph\.?d|doctorate|doctoral|graduate degree|"
                         r"(?:4|four)[- ]year degree|university degree|college degree|pharm\.?d|d\.?v\.?m|d\.?d\.?s|j\.?d\.?|m\.?l\.?i?\.?s|(?:have|has|hold|holds|got|with|earned|finished) (?:an? |my )?(?:\w+ ){0,2}degree|degree in|my degree|graduated (?:from|in|with))\b"),
    ("licence", "no", r"\b(unlicen[sc]ed|(?:not|isn'?t|aren'?t|am not|never) (?:yet )?licen[sc]ed|(?:no|without (?:an? |any |the )?|don'?t have (?:an? |any |the |my )?|do not have (?:an? |any |the |my )?|doesn'?t have (?:an? )?|haven'?t got (?:an? |my )?|lost my|not have (?:an? )?)\s?"
                      r"(?:state |provincial |canadian |nursing |us |professional |ontario |quebec |bc |alberta )*(?:licen[sc]es?|licensure|bar membership|p\.?eng))\b"),
    ("licence", "yes", r"\b(licen[sc]ed|(?:have|has|hold|holds|got|with|my|carry) (?:an? |my |the |both )?(?:\w+ ){0,3}(?:licen[sc]e|licensure)(?! (?:in )?(?:enough|transfer|valid|work))|state[- ]licensed|admitted to the (?:\w+ )?bar|bar (?:member|admission|membership)|board[- ]certified|nclex)\b"),
    ("group", "medical_allied", r"\b(medical (?:and allied |or allied |/ ?allied |allied )?(?:professions?|professionals?|jobs?|occupations?|group|fields?|category|roles|list|workers|people|staff|stuff)|health ?care (?:jobs?|professions?|occupations?|workers?|professionals?|fields?)|health (?:professions?|jobs?|occupations?|professionals?)|allied health)\b"),
    ("group", "scientist", r"\b(scientists|science (?:jobs?|professions?|occupations?|group|fields?|category)|scientific (?:jobs?|professions?|occupations?|group|fields?|category)|sciences)\b"),
    ("group", "teacher", r"\b(teaching (?:jobs?|professions?|occupations?|group|positions?|posts?|category|roles)|teachers? (?:group|category|section|list)|kinds? of teachers?|types? of teachers?|which teachers|what teachers|education (?:jobs?|professions?))\b"),
    ("group", "general", r"\b(general (?:professions?|jobs?|occupations?|group|category|section|list))\b"),
)  # fmt: skip
_COMPILED = [(entity, value, re.compile(pattern, re.I)) for entity, value, pattern in _PHRASES]
_LANGUAGES = frozenset(
    [
        "french",
        "english",
        "spanish",
        "german",
        "italian",
        "portuguese",
        "russian",
        "chinese",
        "japanese",
        "korean",
        "dutch",
        "polish",
        "greek",
        "turkish",
        "hungarian",
        "swedish",
        "norwegian",
        "danish",
        "finnish",
        "czech",
        "romanian",
        "ukrainian",
        "vietnamese",
        "thai",
        "irish",
    ]
)
_CITIZEN = {
    "citizen",
    "citizens",
    "citizenship",
    "national",
    "nationals",
    "passport",
    "passports",
    "nationality",
}
_GREEN_CARD = re.compile(
    r"\b(green ?cards?(?: holders?)?|greencards?|permanent residen(?:t|ts|cy|ce)|lprs?|lawful permanent)\b",
    re.I,
)
_US_STATUS = re.compile(r"\b(h-?1-?b|l-?1[ab]?|f-?1|opt|o-?1|daca|j-?1|h-?4|tps|asylum in the us)\b", re.I)
_LIVES = {
    "live",
    "lives",
    "living",
    "lived",
    "reside",
    "resides",
    "residing",
    "based",
    "resident",
    "residents",
    "residence",
    "located",
    "currently",
    "settled",
}
_GOES = {
    "to",
    "move",
    "moving",
    "relocate",
    "relocating",
    "go",
    "going",
    "work",
    "working",
    "job",
    "jobs",
    "offer",
    "offered",
    "position",
    "transfer",
}


class Reader:
    """Reads the facts about a person from a message."""

    def __init__(self, places: Places | None = None) -> None:
        self.places = places or Places()

    def read(self, text: str, jobs: Sequence[tuple[int, int]] = ()) -> list[Fact]:
        """The facts in a text; ``jobs`` are the places of job titles, so that 'us pharmacist' is read as American."""
        words = tokens(text)
        plain = text.replace("’", "'")
        facts = [
            *self._countries(text, words, {start for start, _ in jobs}),
            *_phrases(plain),
            *_years(plain),
            *_persons(plain),
        ]
        return _settled(facts, plain)

    def _countries(self, text: str, words: Sequence[Token], jobs: set[int]) -> Iterator[Fact]:
        place = 0
        while place < len(words):
            fact, width = self._place(text, words, place, jobs)
            if fact:
                yield fact
            place += width

    def _place(
        self, text: str, words: Sequence[Token], place: int, jobs: set[int]
    ) -> tuple[Fact | None, int]:
        for width in range(min(self.places.longest, len(words) - place), 0, -1):
            span = words[place : place + width]
            name = tuple(token.word for token in span)
            before = [token.word for token in words[max(0, place - 5) : place]]
            after = words[place + width].word if place + width < len(words) else ""
            ends = (span[0].start, span[-1].end)
            if name in self.places.peoples:
                named_job = place + width < len(words) and words[place + width].start in jobs
                return self._people(self.places.peoples[name], name, before, after, ends, named_job), width
            if name in self.places.provinces and not self._is_word(span, before):
                return Fact("destination", self.places.provinces[name], *ends), width
            if name == ("us",) and not _is_the_country(span[0], before, after, words, place, jobs):
                continue
            code = self.places.countries.get(name) or self.places.regions.get(name)
            if code:
                named_job = place + width < len(words) and words[place + width].start in jobs
                return self._country(code, before, after, ends, named_job), width
        return None, 1

    @staticmethod
    def _is_word(span: Sequence[Token], before: Sequence[str]) -> bool:
        """'victoria', 'regina' and 'surrey' are towns, 'on' is a word."""
        return (
            len(span) == 1
            and span[0].word in {"victoria", "regina", "brandon", "hamilton", "kingston"}
            and before[-1:] in (["im"], ["am"], ["is"])
        )

    def _people(
        self,
        code: str,
        name: tuple[str, ...],
        before: Sequence[str],
        after: str,
        ends: tuple[int, int],
        named_job: bool = False,
    ) -> Fact | None:
        if after in self.places.languages and name[-1] in _LANGUAGES:
            return None
        if after in self.places.not_people and not named_job:
            return None
        spoken = {"speak", "speaks", "learn", "in", "fluent", "teach", "teaches", "teaching", "taught"}
        if (
            before[-1:]
            and before[-1] in spoken
            or before[-1:] == ["the"]
            and after in {"", "to"}
            and name[-1] in {"french", "english"}
        ):
            return None
        if after in {"resident", "residents"} or before[-2:] == ["resident", "of"]:
            return Fact("residence", code, *ends)
        return Fact("citizenship", _negated(code, before), *ends)

    def _country(
        self, code: str, before: Sequence[str], after: str, ends: tuple[int, int], named_job: bool = False
    ) -> Fact | None:
        if code == "ca":
            return (
                Fact("citizenship", "ca", *ends)
                if before[-1:] == ["from"] or _citizen_of(before) or after in _CITIZEN
                else None
            )
        if (
            after in _CITIZEN
            or _citizen_of(before)
            or (named_job and before[-1:] != ["in"] and before[-2:] != ["in", "the"])
        ):
            return Fact("citizenship", _negated(code, before), *ends)
        if before[-1:] == ["and"] and _CITIZEN & set(before):
            return Fact("citizenship", code, *ends)
        if after in {"resident", "residents"} or any(word in _LIVES for word in before[-4:]):
            return Fact("residence", code, *ends)
        if (
            "born" in before[-4:]
            or "degree" in before
            or "studied" in before[-3:]
            or "university" in before[-3:]
            or "school" in before[-3:]
            or after in self.places.not_people
        ):
            return None
        if before[-1:] == ["from"] or before[-2:] == ["from", "the"]:
            return Fact("citizenship", code, *ends)
        if code in {"us", "mx"} and before and _heading(before):
            return Fact("place_abroad", code, *ends)
        if before[-1:] in (["in"], ["of"]) or before[-2:] == ["in", "the"]:
            return Fact("residence", code, *ends)
        return None


def _heading(before: Sequence[str]) -> bool:
    """'to work in the US', 'move to Texas': on the way there, not living there."""
    near = [word for word in before[-4:] if word not in {"the", "in", "a", "an"}]
    return (
        before[-1] == "to"
        or before[-2:] == ["to", "the"]
        or bool(near)
        and near[-1] in _GOES
        and ("to" in before[-5:] or near[-1] in {"job", "jobs", "offer", "position"})
    )


def _citizen_of(before: Sequence[str]) -> bool:
    near = [word for word in before[-4:] if word not in {"the", "of", "a"}]
    return bool(near) and near[-1] in _CITIZEN and "of" in before[-2:]


def _negated(code: str, before: Sequence[str]) -> str:
    """'not a US citizen' is some other citizenship."""
    negation = {"not", "isnt", "arent", "non", "neither", "wasnt", "never"}
    near = [word for word in before[-3:] if word not in {"a", "an", "the"}]
    return "other" if near[-1:] and near[-1] in negation and code in {"us", "mx"} else code


def _is_the_country(
    token: Token, before: Sequence[str], after: str, words: Sequence[Token], place: int, jobs: set[int]
) -> bool:
    """'US' in capitals is a country; 'us' only where it cannot be the pronoun."""
    shouting = len(words) > 3 and all(other.raw.isupper() for other in words if other.raw.isalpha())
    if token.raw in {"US", "U.S", "U.S."} and not shouting:
        return True
    follows_job = place + 1 < len(words) and words[place + 1].start in jobs
    sure = (
        after in _CITIZEN | {"resident", "residents", "based", "born", "state", "licensed", "green"}
        or follows_job
    )
    return sure or before[-1:] in (["the"], ["from"]) or (before[-1:] in (["im"], ["am"]) and not after)


def _phrases(text: str) -> Iterator[Fact]:
    seen: dict[str, str] = {}
    for entity, value, pattern in _COMPILED:
        match = pattern.search(text)
        if match and entity not in seen:
            seen[entity] = value
            yield Fact(entity, value, *match.span())
    for pattern in (_GREEN_CARD, _US_STATUS):
        match = pattern.search(text)
        if match:
            canadian = re.search(
                r"\b(canad\w+|mexic\w+)\W+(?:\w+\W+)?$", text[: match.start()], re.I
            ) or re.match(r"\W+(?:of|in) (canada|mexico)", text[match.end() :], re.I)
            code = {"c": "ca", "m": "mx"}[canadian.group(1)[0].lower()] if canadian else "us"
            if (
                pattern is _US_STATUS
                or code != "us"
                or "green" in match.group().lower()
                or re.search(r"\b(us|u\.s\.?|usa|america\w*|states|lpr)\b", text, re.I)
            ):
                yield Fact("residence", code, *match.span())
                if pattern is _GREEN_CARD:
                    yield Fact("residence", "permanent", *match.span())


def _years(text: str) -> Iterator[Fact]:
    match = _YEARS.search(text)
    if match and (
        _EXPERIENCE.search(text[match.end() : match.end() + 40])
        or _EXPERIENCE.search(text[max(0, match.start() - 30) : match.start()])
    ):
        number = match.group(1).lower()
        yield Fact("experience_years", str(_NUMBERS.get(number, number)), *match.span())


def _persons(text: str) -> Iterator[Fact]:
    match = _PERSON.search(text) or _ME.search(text)
    if match:
        yield Fact("person", "me" if match.re is _ME else match.group(1).lower(), *match.span())


def _settled(facts: Sequence[Fact], text: str) -> list[Fact]:
    """One reading of the whole: a stated citizenship makes 'from Texas' residence, and Canadians head for the places abroad."""
    stated = {
        f.value
        for f in facts
        if f.entity == "citizenship" and not re.search(r"\bfrom (the )?$", text[: f.start], re.I)
    }
    settled: list[Fact] = []
    for fact in facts:
        if (
            fact.entity == "citizenship"
            and stated
            and fact.value not in stated
            and re.search(r"\bfrom (the )?$", text[: fact.start], re.I)
        ):
            fact = fact._replace(entity="residence")
        if fact.entity == "place_abroad":
            going = "ca" in {f.value for f in facts if f.entity == "citizenship"}
            fact = fact._replace(entity="destination" if going else "residence")
        if fact not in settled:
            settled.append(fact)
    return sorted(settled, key=lambda fact: fact.start)
