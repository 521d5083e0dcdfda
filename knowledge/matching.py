"""Words → job titles: exact names, plurals, spellings, typos and longer titles, never a careless substring.

``TitleMatcher(facts).find(text)`` returns every job of a text, left to right. A ``Match`` either names a
title of the facts (``title``) or is an unknown job (``title`` is None, see ``knowledge.match``). The
first is the job that the text is about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from knowledge.facts import Facts
from knowledge.job_phrases import JobPhrases
from knowledge.longer_titles import LongerTitles, heads_of_phrases
from knowledge.match import Match, joined, match_of, reach
from knowledge.meant import is_denied, is_helped, is_meant, likened_from, other_work_told
from knowledge.text import Token, tokens
from knowledge.title_names import LONGEST_NAME, TitleNames, Words, singular
from knowledge.vocabulary import Context, Vocabulary

__all__ = ["Match", "TitleMatcher"]

_ARTICLES = frozenset({"a", "an", "the", "our", "my"})
_LEADING = frozenset({"from", "here", "with"})


class TitleMatcher:
    """Finds job titles. ``ordinary`` are everyday words, never taken for the typo of a title's word."""

    def __init__(
        self, facts: Facts, ordinary: AbstractSet[str] = frozenset(), vocabulary: Vocabulary | None = None
    ) -> None:
        self.facts = facts
        self.words = vocabulary or Vocabulary()
        everyday = ordinary | self.words.boundaries | self.words.neutral | self.words.not_typos
        self.names = TitleNames(facts, everyday, self.words.heads.keys(), self.words.abbreviations)
        self._longer = LongerTitles(facts, self.words)
        self._phrases = JobPhrases(self.words)

    def find(self, text: str) -> list[Match]:
        """The jobs in order, none overlapping another: titles, else work told, else an unknown job."""
        words = tokens(text)
        found = [self._in_context(text, match) for match in self._titles_in(text, words)]
        meant = [match for match in found if not is_denied(text, match) and not is_helped(text, match)]
        if not meant:
            told = self._phrases.told_in(text)
            if told or found or self._speaks_of_others(text, words):
                return told
            return self._phrases.unknown_in(text)
        described = self._described_before(text, meant[0])
        if not described and meant[0].title and other_work_told(text, meant[0]):
            meant[0] = self._only_near(meant[0])
        return [*described, *meant]

    def _only_near(self, match: Match) -> Match:
        """A job that is only asked about: what is told of the work decides."""
        known = self.facts.titles[str(match.title)]
        if known.status == "not_listed":
            return match
        nearest = next(iter(known.professions or known.nearest), None)
        return match._replace(title=None, status="depends", nearest=nearest)

    def _described_before(self, text: str, match: Match) -> list[Match]:
        """The work told before asking whether it is this job: 'I shelve books, does librarian cover me?'."""
        clause = likened_from(text, match)
        if clause is None:
            return []
        before = text[:clause]
        return self._phrases.told_in(before) or self._phrases.unknown_in(before)

    def _speaks_of_others(self, text: str, words: Sequence[Token]) -> bool:
        """Somebody is looked for or spoken of: 'can I talk to a lawyer', 'my manager said so'."""
        for place, token in enumerate(words):
            title = self.names.exact((token.word,)) or self.names.short.get((token.word,))
            if title and not is_meant(text, words, place, 1, title, self.words):
                return True
        return False

    def _titles_in(self, text: str, words: Sequence[Token]) -> list[Match]:
        found: list[Match] = []
        place = 0
        while place < len(words):
            match, width = self._at(text, words, place)
            if match:
                found.append(match)
            place += width
        return heads_of_phrases(text, found, self.words.boundaries)

    def _at(self, text: str, words: Sequence[Token], place: int) -> tuple[Match | None, int]:
        """The job that begins at a word, if any, and how many words are done with."""
        turned = self._turned_round(text, words, place)
        if turned:
            return turned
        following = words[place + 1].word if place + 1 < len(words) else ""
        verb = words[place].raw in {"is", "Is"}  # 'is analyst listed?' asks for no IS analyst
        most = 1 if verb else self.names.longest_from(words[place].word, following)
        for width in range(reach(text, words, place, min(most, LONGEST_NAME)), 0, -1):
            title, right = self._title(text, words, place, width)
            if title is None:
                continue
            if not is_meant(text, words, place, width, title, self.words):
                return None, width
            return self._longer.whole(text, words, place, title, right), width
        return self._longer.bare_head(text, words, place), 1

    def _title(self, text: str, words: Sequence[Token], place: int, width: int) -> tuple[str | None, Words]:
        """The title of a span of words, and the words as they should be."""
        span = words[place : place + width]
        exact = tuple(token.word for token in span)
        if title := self.names.exact(exact):
            return title, exact
        if exact in self.names.short and self._short_is_meant(text, words, place, span[0]):
            return self.names.short[exact], exact
        misspelt = self.names.misspelt(exact)
        if misspelt is None:
            return None, exact
        wrong = [token for token, right in zip(span, misspelt[1], strict=False) if token.word != right]
        if (
            place
            and any(token.raw[0].isupper() for token in wrong)
            and not (len(wrong) < len(span) and all(token.raw[0].isupper() for token in span))
            and not _shouts(words)
            and not _titled(words)
        ):
            return None, exact  # a capital inside a sentence is a name, not a typo: Whistler is no wrestler
        return misspelt

    def _short_is_meant(self, text: str, words: Sequence[Token], place: int, token: Token) -> bool:
        before = words[place - 1] if place else None
        letters = re.sub(r"[^A-Za-z]", "", token.raw).rstrip("s")
        capitals = letters.isupper() or ("." in token.raw and letters[:2].isupper())
        if capitals and not _shouts(words):
            state = before and token.raw in self.words.states and _is_place_before(before)
            return not state or bool(before and before.word in self.words.peoples)
        one_breath = before and not re.search("[.,;:!?]", text[before.end : token.start])
        if len(words) == 1 or (before and one_breath and before.word in self.words.article_like):
            return True
        return before is None and words[1].word in _LEADING

    def _turned_round(self, text: str, words: Sequence[Token], place: int) -> tuple[Match, int] | None:
        """A title told backwards: 'manager of a hotel', 'engineer, civil'."""
        head = words[place]
        for first, width in self._tails(text, words, place):
            tail = tuple(token.word for token in words[first : first + width])
            for read in ((*tail, head.word), (*tail[:-1], singular(tail[-1]), head.word)):
                title = self.names.names.get(read) if singular(head.word) != tail[-1] else None
                if title and is_meant(text, words, place, 1, title, self.words):
                    span = words[place : first + width]
                    return match_of(text, span, title), len(span)
        return None

    def _tails(self, text: str, words: Sequence[Token], place: int) -> Iterator[tuple[int, int]]:
        """Where the words may stand that belong before the head, and how many: the longest first."""
        if place + 2 < len(words) and words[place + 1].word == "of":
            first = place + 2 + (words[place + 2].word in _ARTICLES)
            for start, width in ((first + skipped, n) for skipped in range(3) for n in (3, 2, 1)):
                if start + width <= len(words) and joined(text, words[first : start + width]):
                    yield start, width
        alone = (
            place == 0
            and 1 < len(words) <= 4
            and re.fullmatch(r"\s?[,(:–-] ?", text[words[0].end : words[1].start])
        )
        if alone and joined(text, words[1:]):
            yield 1, len(words) - 1

    def _in_context(self, text: str, match: Match) -> Match:
        """A title whose meaning hangs on the place of work: a teacher at a high school."""
        name = self._right_words(match)
        for context in self.words.contexts:
            if self._is_open(match, name, context) and context.pattern.search(text):
                return match._replace(title=context.title, status="known", nearest=None)
        return match

    def _right_words(self, match: Match) -> Words:
        """The words of a match, singular, and without typos or abbreviations."""
        words = tuple(token.word for token in tokens(match.text))
        if self.names.exact(words) is None and (misspelt := self.names.misspelt(words)):
            words = misspelt[1]
        read = [self.words.abbreviations.get(word, (word,))[0] for word in words]
        return tuple(map(singular, read))

    def _is_open(self, match: Match, name: Words, context: Context) -> bool:
        """True unless the title itself already says where the work is done ('CEGEP teacher')."""
        heads = [tuple(head.split()) for head in context.heads]
        if not any(name[-len(head) :] == head for head in heads):
            return False
        known = self.facts.titles.get(match.title or "")
        general = known is not None and known.basis == "ours" and known.status != "not_listed"
        return known is None or general or name in heads


def _shouts(words: Sequence[Token]) -> bool:
    """Everything is in capitals, so that they say nothing."""
    letters = [token.raw for token in words if token.raw.isalpha() and len(token.raw) > 1]
    return len(words) > 3 and bool(letters) and all(raw.isupper() for raw in letters)


def _titled(words: Sequence[Token]) -> bool:
    """A bare title In Its Capitals."""
    return len(words) <= 5 and all(
        token.raw[0].isupper() or token.raw in {"of", "and", "the"} for token in words
    )


def _is_place_before(before: Token) -> bool:
    """'in CA', 'San Diego, CA'."""
    return before.word in {"in", "from", "near", "of", "to"} or (
        before.raw[0].isupper() and len(before.raw) > 2
    )
