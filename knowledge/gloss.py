"""French and Spanish → rough English, phrase by phrase, so that one reader understands all three languages.

``Glosser(facts).read(text)`` tells the language of a message and gives a ``Gloss`` of it: the words that somebody who
writes English would have used, in nearly the same order. Nobody ever sees it; the matcher, the patterns and the sentence encoder
read it. Every place in it leads back to the words as typed. An English message is its own gloss.

The words stand in ``gloss_fr.tsv`` and ``gloss_es.tsv``, the jobs in ``titles_fr_es.yml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import NamedTuple

from rapidfuzz.distance import OSA

from knowledge.facts import FOLDER, Facts, FactsError
from knowledge.languages import DEFAULT, TRANSLATIONS
from knowledge.text import fold
from knowledge.title_languages import load as load_titles

LONGEST = 7  # words of a phrase
_WORD = re.compile(r"[^\W_]+")
_ENTRY = re.compile(r"[a-z0-9]+(?: [a-z0-9]+)*")
_LONG, _VERY_LONG = 5, 9  # letters from which one, or two, may be wrong
_FROM = {"fr": frozenset({"de", "du", "des", "d"}), "es": frozenset({"de", "del"})}
_LETTERS = {
    "fr": re.compile("[çàâêîôûèùœëï]", re.I),
    "es": re.compile("[ñáíóú¿¡]", re.I),
}
_PLURALS = {
    "fr": ((re.compile("eaux$"), "eau"), (re.compile("aux$"), "al"), (re.compile("(?<=..)[sx]$"), "")),
    "es": (
        (re.compile("ces$"), "z"),
        (re.compile("(?<=[lnrdz])es$"), ""),
        (re.compile("(?<=..)s$"), ""),
    ),
}


class Word(NamedTuple):
    """A word of the message: as typed, folded, and its place."""

    raw: str
    word: str
    start: int
    end: int


class Piece(NamedTuple):
    """A piece of the gloss, and the words of the message that it stands for.

    ``title``: it names a job. ``status``: unless it only looks like this one ('not_listed'), or may be it ('depends').
    """

    text: str
    words: Sequence[Word]
    title: bool = False
    status: str = ""


class Gloss(NamedTuple):
    """A message in rough English.

    ``language``: of the message; ``is_sure``: no other is nearly as likely. ``places``: for each piece its start and end in
    ``text``, and in the message. ``only_near``: places in ``text`` of words that look like a title or may be it, with that
    title and what the closed list makes of them: 'not_listed', 'depends'.
    """

    language: str
    is_sure: bool
    text: str
    places: tuple[tuple[int, int, int, int], ...] = ()
    only_near: tuple[tuple[int, int, str, str], ...] = ()

    def typed(self, start: int, end: int) -> tuple[int, int]:
        """The place in the message of a place in the gloss."""
        if not self.places:
            return start, end
        inside = [place for place in self.places if place[0] < end and start < place[1]]
        if not inside:  # between two pieces: the place of the next
            inside = [next((place for place in self.places if place[0] >= start), self.places[-1])]
        return min(place[2] for place in inside), max(place[3] for place in inside)


class Glossary:
    """The words of one language. ``words``: phrase → English; ``titles``: name of a job → English title."""

    def __init__(self, language: str, facts: Facts, folder: Path = FOLDER) -> None:
        self.language = language
        self.words = dict(_entries(folder / f"gloss_{language}.tsv"))
        names = load_titles(facts, folder)
        self.titles = {self._singular(name): titles for name, titles in names.titles[language].items()}
        friends = names.false_friends[language]
        self.false_friends = {self._singular(name): title for name, title in friends.items()}
        self.known = {word for phrase in (*self.words, *names.titles[language]) for word in phrase.split()}
        self._by_start: dict[str, list[str]] = {}
        for word in self.known:
            if len(word) >= _LONG:
                self._by_start.setdefault(word[0], []).append(word)

    def _singular(self, name: str) -> str:
        return " ".join(self._stem(word) for word in _WORD.findall(fold(name.replace("'", " ").replace("’", " "))))

    def _stem(self, word: str) -> str:
        for ending, singular in _PLURALS[self.language]:
            if ending.search(word):
                return ending.sub(singular, word)
        return word

    def at(self, words: Sequence[Word], place: int) -> Piece | None:
        """What begins at a word, the longest first: a job, or a phrase."""
        for width in range(min(LONGEST, len(words) - place), 0, -1):
            span = words[place : place + width]
            said = " ".join(word.word for word in span)
            english = self.words.get(said)
            if width == 1 and english is None:
                english = self.words.get(self._stem(said))
            name = " ".join(self._stem(word.word) for word in span)
            if taken_for := self.false_friends.get(name):
                return Piece(taken_for, span, True, "not_listed")
            if (titles := self.titles.get(name)) and (width > 1 or english is None):
                return Piece(titles[0], span, True, "depends" if len(titles) > 1 else "")
            if english is not None:
                return Piece(english, span)
        return None

    def meant(self, word: str, everyday: AbstractSet[str]) -> str:
        """The word of ours that an unknown one is a slip for; itself if there is none."""
        if word in self.known or word in everyday or len(word) < _LONG or not word.isalpha():
            return word
        most = 2 if len(word) >= _VERY_LONG else 1
        near = (
            (OSA.distance(word, other, score_cutoff=most), other)
            for other in self._by_start.get(word[0], ())
            if abs(len(other) - len(word)) <= most
        )
        distance, best = min(near, default=(most + 1, word))
        return best if distance <= most else word


class Glosser:
    """Tells languages, and reads all of them as English. ``everyday``: English words besides those of the glosses."""

    def __init__(self, facts: Facts, everyday: AbstractSet[str] = frozenset(), folder: Path = FOLDER) -> None:
        self.glossaries = {language: Glossary(language, facts, folder) for language in TRANSLATIONS}
        self._everyday = everyday
        self._english = {
            word
            for glossary in self.glossaries.values()
            for english in glossary.words.values()
            for word in _WORD.findall(fold(english))
        }

    def read(self, text: str) -> Gloss:
        """The language of a message, and its gloss. Never raises on any text."""
        words = _words(text)
        language, is_sure = self.language(text, words)
        if language == DEFAULT:
            return Gloss(language, is_sure, text)
        glossary = self.glossaries[language]
        meant = [w._replace(word=self._meant(w, place, glossary)) for place, w in enumerate(words)]
        return _gloss(text, list(_pieces(meant, glossary)), language, is_sure)

    def language(self, text: str, words: Sequence[Word] | None = None) -> tuple[str, bool]:
        """The most likely language, and whether no other is nearly as likely."""
        scores = dict.fromkeys((DEFAULT, *TRANSLATIONS), 0.0)
        for word in words if words is not None else _words(text):
            for language, share in self._shares(word.word).items():
                scores[language] += share
        for language, letters in _LETTERS.items():
            scores[language] += 1.0 if letters.search(text) else 0.0
        order = sorted(scores, key=lambda language: scores[language], reverse=True)
        best, second = scores[order[0]], scores[order[1]]
        asked = 2.0 if order[0] == DEFAULT else 1.0
        return (order[0] if best else DEFAULT), best >= asked and best - second >= 1.0

    def _shares(self, word: str) -> Mapping[str, float]:
        """How much a word speaks for each language: the fewer have it, the more."""
        if not word.isalpha():
            return {}
        having = [name for name, glossary in self.glossaries.items() if word in glossary.known]
        if word in self._english or (not having and word in self._everyday):
            having.append(DEFAULT)
        return {} if len(having) == 3 else {name: 1.0 / len(having) for name in having}

    def _meant(self, word: Word, place: int, glossary: Glossary) -> str:
        """A capital inside a sentence begins a name, which is no slip."""
        is_name = place and word.raw[0].isupper() and not word.raw.isupper()
        return word.word if is_name else glossary.meant(word.word, self._english | self._everyday)


def _words(text: str) -> list[Word]:
    return [Word(m.group(), fold(m.group()), *m.span()) for m in _WORD.finditer(text)]


def _pieces(words: Sequence[Word], glossary: Glossary) -> Iterator[Piece]:
    """The pieces of a gloss in the order of the message."""
    place = 0
    while place < len(words):
        piece = glossary.at(words, place) or Piece(words[place].raw, words[place : place + 1])
        yield piece
        place += len(piece.words)


def _gloss(text: str, pieces: Sequence[Piece], language: str, is_sure: bool) -> Gloss:
    """The pieces put together, with the signs that stand between them."""
    said, end = "", 0
    places: list[tuple[int, int, int, int]] = []
    near: list[tuple[int, int, str, str]] = []
    for number, piece in enumerate(pieces):
        start, stop = piece.words[0].start, piece.words[-1].end
        said += re.sub(r"(?<=\w)?['’\-–](?=$)", " ", text[end:start]).translate({0xBF: " ", 0xA1: " "})
        english = piece.text
        if number and pieces[number - 1].title and piece.words[0].word in _FROM[language] and len(piece.words) == 1:
            english = "from"
        begin = len(said)
        said += english
        if english:
            places.append((begin, len(said), start, stop))
        if piece.status:
            near.append((begin, len(said), piece.text, piece.status))
        end = stop
    return Gloss(language, is_sure, said + text[end:], tuple(places), tuple(near))


def _entries(path: Path) -> Iterator[tuple[str, str]]:
    """The lines of a glossary. Raises ``FactsError`` with file and line for one that is none, or that stands twice."""
    seen: set[str] = set()
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        foreign, tab, english = line.partition("\t")
        if not tab or not _ENTRY.fullmatch(foreign) or foreign in seen or "\t" in english:
            raise FactsError(path.name, f"line {number}", f"{foreign!r} is no new entry")
        seen.add(foreign)
        yield foreign, english


