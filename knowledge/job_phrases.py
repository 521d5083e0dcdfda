"""Jobs told without a title of the facts.

By a field ('I work in accounting'), by what somebody does ('I milk cows'), or, where no list knows the job,
by its place in the sentence ('is a falconer on the list?').
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from knowledge.match import Match, match_of
from knowledge.text import fold, tokens
from knowledge.title_names import singular
from knowledge.vocabulary import Vocabulary

_STUDIED = re.compile(
    r"(?:degree|diploma|bachelor'?s?|master'?s?|ph\.?d|b\.?sc?|b\.?a|m\.?sc?|major(?:ed)?|minor|"
    r"studied|study|studies|studying|certificate|licen[sc]e|graduated|background|course|school)"
    r"(?: of \w+)?(?: \w+)? (?:in|of)?\s*$|\bschool of\s*$",
    re.I,
)
_STUDY_BEHIND = re.compile(
    r"\s*(?:degree|diploma|student|school|course|program|graduate|licen[sc]e|major|department|class|firm|office|company|society|books?)",
    re.I,
)
_DOING = re.compile(
    r"\b(?:work(?:s|ing|ed)?|career|job|jobs|am|i['’]?m|is|are|do|does|doing|practi[cs]e|practi[cs]ing|specialize[sd]?)"
    r" (?:(?!an?\b)\w+ ){0,2}(?:in |with )?(?:the )?(?:field of )?\s*$|^\W*$",
    re.I,
)  # fmt: skip
_RUN = re.compile(r"\w+")
_JOB = r"(?P<job>[A-Za-zÀ-ÿ'’&/-]+(?: [A-Za-zÀ-ÿ'’&/-]+){0,4})"
_JOB_PLACES = tuple(
    re.compile(pattern.replace("JOB", _JOB), re.I)
    for pattern in (
        r"\b(?:i['’]?m|i am|am|he is|she is|he['’]s|she['’]s|wife is|husband is|works?|working|worked|job"
        r"|employed|hired|me|him|her|hire|bring)"
        r" (?:as )?(?:an?|the) JOB",
        r"\bas (?:an? )?JOB",
        r"\b(?:is|are|does|do|can|could|would|will) (?:(?:an?|the|being an?|my job,?|my title,?) )?JOB"
        r" (?:on the list|on it|listed|eligible|covered|included|qualif\w+|counts?|on that list|get|work"
        r"|apply|a listed)\b",
        r"\b(?:my )?(?:job|profession|occupation|title|job title|trade|role|position)(?: title)?"
        r"(?: is|:|=| would be| of)?"
        r" (?:(?:an?|the|that of an?) )?JOB",
        r"^\W*(?:(?:an?|the|for an?|and an?|what about an?|how about an?|for) )?JOB\W*$",
        r"\b(?:an?|for|about) JOB"
        r"(?= (?:from|in|at|with|who|for|to|on|going|wanting|job|position|visa|permit)\b|[?.,!]|$)",
        r"^\W*(?!(?:what|whats|how|hows|who|where|when|why|is|are|can|do|does|will|tell|give|show|write|find|ignore)\b)JOB,?"
        r" (?:from|in|at|on the list|listed|covered|eligible)\b",
    )
)
_JOB_ENDING = re.compile(
    r"(?:er|or|ist|ian|man|woman|men|women|person|people|smith|wright|eer|stewardess|actress|hostess|waitress|seamstress|eur|euse|yst|hand|"
    r"keeper|guard|monger|herd|nun|monk|clown|spy|scout|chef|cop|medic|mechanic|mate|midwife|sweep|bouncer|jockey|dj|barista|stylist|"
    r"assistant|attendant|accountant|agent|resident|pro|host|aide|butler|groom|maid|page|usher|umpire|valet|model|bailiff|sheriff|marshal|"
    r"judge|priest|rabbi|imam|monk|pastor|deacon|cleric|sommelier|croupier|masseuse|therapist|rep|temp|hygienist|doula|nanny|surgeon|"
    r"physicist|guide|cook|technician)$"
)


class JobPhrases:
    """Reads jobs out of sentences that name no title of the facts."""

    def __init__(self, words: Vocabulary) -> None:
        self.words = words
        self._fields = _any_of(words.fields)
        self._sciences = _any_of(words.sciences)

    def told_in(self, text: str) -> list[Match]:
        """The work that a text tells: what somebody does, else the field of work."""
        return self._duty_in(text) or self._field_in(text)

    def _duty_in(self, text: str) -> list[Match]:
        words = set(_RUN.findall(text.lower()))
        for duty in self.words.duties:
            if not duty.openers.isdisjoint(words) and (found := duty.pattern.search(text)):
                return [Match(found.start(), found.end(), found.group(), duty.title)]
        return []

    def _field_in(self, text: str) -> list[Match]:
        """A field instead of a title ('I do management consulting'), unless it is what somebody studied."""
        for pattern, fields in ((self._fields, self.words.fields), (self._sciences, self.words.sciences)):
            for field in pattern.finditer(text):
                before = text[: field.start()]
                if _STUDIED.search(before) or _STUDY_BEHIND.match(text[field.end() :]):
                    continue
                behind = tokens(text[field.end() :])[:1]
                if behind and behind[0].word in self.words.following:  # 'beekeeping helper'
                    return [Match(field.start(), field.end(), field.group(), None, "not_listed")]
                if fields is self.words.fields or _DOING.search(before):
                    title = fields[fold(field.group()).replace("-", " ")]
                    return [Match(field.start(), field.end(), field.group(), title)]
        return []

    def unknown_in(self, text: str) -> list[Match]:
        """A job that no list knows: 'I'm a falconer', 'are chimney sweeps covered?'."""
        for pattern in _JOB_PLACES:
            for found in pattern.finditer(text):
                if match := self._unknown_at(text, *found.span("job")):
                    return [match]
        return []

    def _unknown_at(self, text: str, start: int, end: int) -> Match | None:
        words = tokens(text[start:end])
        while words and words[0].word in self.words.neutral | self.words.boundaries:
            words.pop(0)
        for number, token in enumerate(words):
            if token.word in self.words.boundaries:
                words = words[:number]
                break
        if not words or not self._looks_like_a_job(words[-1].word):
            return None
        title_case = all(token.raw[0].isupper() for token in tokens(text))
        if words[-1].raw[0].isupper() and not title_case:
            return None  # a name
        span = [token._replace(start=start + token.start, end=start + token.end) for token in words]
        return match_of(text, span, None, "not_listed")

    def _looks_like_a_job(self, word: str) -> bool:
        if len(word) < 3 or {word, singular(word)} & self.words.not_jobs:
            return False
        return bool(_JOB_ENDING.search(singular(word)))


def _any_of(fields: Mapping[str, str] | Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted(map(re.escape, fields), key=len, reverse=True)
    return re.compile(r"\b(?:" + "|".join(longest_first).replace(r"\ ", r"[ -]") + r")\b", re.I)
