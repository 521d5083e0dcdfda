"""What a longer title comes to: 'software architect' is no architect, 'senior economist' is an economist.

A title found inside a longer one counts only as far as the words around it allow. Some last words, the
heads, say little by themselves ('technician', 'designer'): an unknown word before them makes another job.
The lists are in ``vocabulary.yml``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import zip_longest

from knowledge.facts import Facts
from knowledge.match import Match, joined, match_of
from knowledge.text import Token, tokens
from knowledge.title_names import singular
from knowledge.vocabulary import Vocabulary

MOST_MODIFIERS = 3
ENGINEER = "engineer"
_SUBJECTS = frozenset({"i", "we", "they", "you", "he", "she", "who"})
_TECHNICIANS = frozenset({"technician", "technologist", "tech"})


class LongerTitles:
    """Judges titles together with the words before and behind them."""

    def __init__(self, facts: Facts, words: Vocabulary) -> None:
        self.facts = facts
        self.words = words

    def whole(self, text: str, words: Sequence[Token], place: int, title: str, right: Sequence[str]) -> Match:
        """The match of a title with all that belongs to it; a longer, unknown one is not the short one."""
        end = place + len(right)
        typo = [token.word for token in words[place:end]] != list(right)
        if self._goes_on(text, words, end):
            return self._unknown(text, words[place : end + 1], title)
        modifiers = self._modifiers(text, words, place)
        if modifiers and modifiers[-1].word in self.words.unpaid:
            return match_of(text, words[place - 1 : end], None, "not_listed", self._nearest_of(title))
        span = [*modifiers, *words[place:end]]
        head = singular(right[-1])
        before = [*(token.word for token in modifiers), *right[:-1]]
        if modifiers and _any_phrase(before, self.words.other_work.get(head, ())):
            return self._unknown(text, span, title, head)
        if modifiers and head == ENGINEER and _ends_in(before, self.words.engineering_branches):
            return match_of(text, span, ENGINEER, typo=typo)
        if modifiers and len(right) == 1 and head in self.words.heads:
            return self._unknown(text, span, title, head)
        return match_of(text, words[place:end], title, typo=typo)

    def bare_head(self, text: str, words: Sequence[Token], place: int) -> Match | None:
        """An unknown title by its last word alone ('wedding planner'), when that word is the head of jobs."""
        head = singular(words[place].word)
        modifiers = self._modifiers(text, words, place) if head in self.words.heads else []
        before = words[place - len(modifiers) - 1 : place - len(modifiers)]
        if not modifiers or self._goes_on(text, words, place + 1) or _not_a_title(before, head, self.words):
            return None
        return self._unknown(text, [*modifiers, words[place]])

    def _goes_on(self, text: str, words: Sequence[Token], end: int) -> bool:
        """True where the next word makes another job of the title: 'nurse aide', 'engineer's assistant'."""
        return (
            end < len(words)
            and words[end].word in self.words.following
            and joined(text, words[end - 1 : end + 1])
        )

    def _modifiers(self, text: str, words: Sequence[Token], place: int) -> list[Token]:
        """The unknown words directly before a title, at most three, without neutral ones such as 'senior'."""
        found: list[Token] = []
        for before in range(place - 1, max(-1, place - 1 - MOST_MODIFIERS), -1):
            token = words[before]
            if not joined(text, words[before : before + 2]) or not self._may_modify(token):
                break
            if token.word in self.words.neutral:
                if found:
                    break
                continue
            found.insert(0, token)
        return found

    def _may_modify(self, token: Token) -> bool:
        if token.word in self.words.boundaries or token.word.isdigit():
            return False
        return not re.search(r"['’]s$", token.raw)

    def _unknown(
        self, text: str, span: Sequence[Token], title: str | None = None, head: str | None = None
    ) -> Match:
        head = head or singular(span[-1].word)
        before = [token.word for token in span[:-1]]
        if _any_phrase(before, self.words.other_work.get(head, ())):
            return match_of(text, span, None, "not_listed", self._nearest_of(title, head))
        likely = next(
            (p for words, p in self.words.may_be.get(head, {}).items() if _any_phrase(before, [words])), None
        )
        if likely:
            return match_of(text, span, None, "depends", likely)
        status = self.words.heads.get(head, "not_listed")
        if head in _TECHNICIANS and self.words.technician_disciplines & set(before):
            status = "depends"
        return match_of(text, span, None, status, self._nearest_of(title, head))

    def _nearest_of(self, title: str | None, head: str = "") -> str | None:
        known = self.facts.titles.get(title or "")
        likely = (known.professions or known.nearest) if known else ()
        return next(iter(likely), self.words.head_professions.get(head))


def heads_of_phrases(text: str, matches: Sequence[Match], boundaries: frozenset[str]) -> list[Match]:
    """Of titles in one phrase the last one is the job: a 'vet clinic receptionist' is a receptionist."""
    kept: list[Match] = []
    for match, following in zip_longest(matches, matches[1:]):
        if following and following.start < match.end:
            continue
        between = text[match.end : following.start] if following else ","
        words = tokens(between)
        plain = re.fullmatch(r"[\w\s-]*", between) and not re.search(r"\s-\s", between)
        if not plain or len(words) > 1 or any(word.word in boundaries for word in words):
            kept.append(match)
    return kept


def _not_a_title(before: Sequence[Token], head: str, lists: Vocabulary) -> bool:
    """'I advise corn growers' tells no title, and 'the border officer' is nobody's own."""
    word = before[0].word if before else ""
    return word in _SUBJECTS or (word in lists.not_behind and head in lists.ordinary_titles)


def _phrases(words: Sequence[str]) -> Iterator[str]:
    for start in range(len(words)):
        for end in range(start + 1, len(words) + 1):
            yield " ".join(words[start:end])


def _any_phrase(words: Sequence[str], among: Collection[str]) -> bool:
    return bool(among) and any(phrase in among for phrase in _phrases(words))


def _ends_in(words: Sequence[str], among: Collection[str]) -> bool:
    return any(" ".join(words[start:]) in among for start in range(len(words)))
