"""French and Spanish → rough English, phrase by phrase, so that one reader understands all three languages.

``Glosser(facts).read(text)`` tells the language of a message and gives a ``Gloss`` of it: the words that somebody who
writes English would have used, in nearly the same order. Nobody ever sees it; the matcher, the patterns and the sentence encoder
read it. Every place in it leads back to the words as typed. An English message is its own gloss.

The words stand in ``gloss_fr.tsv`` and ``gloss_es.tsv``, the jobs in ``titles_fr_es.yml``; ``gloss_shared.tsv`` has what the
words that several languages share say of the language (scripts/language_words.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from knowledge.facts import FOLDER, Facts, FactsError
from knowledge.languages import DEFAULT, LANGUAGES, TRANSLATIONS
from knowledge.places import Places
from knowledge.text import fold
from knowledge.title_languages import TitleLanguages
from knowledge.title_languages import load as load_titles

SHARED = FOLDER / "gloss_shared.tsv"
LONGEST = 11  # words of a phrase, or of a title
# What an unknown word counts, where a known one counts 1; and how much less a title counts for each of its words.
UNKNOWN, A_TITLE = 1.5, 0.02
SURE, SURE_OF_ENGLISH, KNOWN_SHARE = 0.6, 1.4, 0.6
_WORD = re.compile(r"[^\W_]+")
_ENTRY = re.compile(r"[a-z0-9]+(?: [a-z0-9]+)*|[^\W_]+")  # without accents, but for a word that needs them
_LONG, _VERY_LONG = 6, 12  # letters from which one, or two, may be wrong
ALONE = {"si": "yes"}  # what a word means as a whole message
# A word that is a job and something else ("médico": doctor, medical) is the job behind these and at the beginning …
_BEFORE_JOBS = {
    "fr": "suis est es sommes sont etais etait etre un une le les comme autre devenir pour",
    "es": "soy es eres somos son era fui ser sea seria un una unos unas el los como otro otra para",
}
_JOB_FOLLOWS = {language: frozenset(words.split()) for language, words in _BEFORE_JOBS.items()}
# … but for these, which seldom are one.
_SELDOM_JOBS = """
    jefe jefa jefes patron patronne dos tt ip boton botones cto cura custodia dependiente dependientes chef religieuse
    voyant traiteur sportif sportifs sportive tuteur tuteurs tutrice tutor arbitre
"""
_SELDOM_A_JOB = frozenset(_SELDOM_JOBS.split())
_FROM = {"fr": frozenset({"de", "du", "des", "d"}), "es": frozenset({"de", "del"})}
_TAKES_ARTICLE = frozenset({"am", "is", "was", "be", "been", "become", "as", "like"})  # a job behind these
_LETTERS = {
    "fr": re.compile("[çàâêîôûèùœëï]", re.I),
    "es": re.compile("[ñáíóú¿¡]", re.I),
}
# The first word of a job's name as people shorten it: 'lic. en enfermería', 'trav. social'.
_SHORTENED = {
    "fr": "ing:ingenieur ing:ingenieure tech:technicien tech:technicienne inf:infirmier inf:infirmiere trav:travailleur"
    " trav:travailleuse prof:professeur prof:professeure adj:adjoint adj:adjointe aux:auxiliaire dr:docteur dre:docteure",
    "es": "ing:ingeniero ing:ingeniera lic:licenciado lic:licenciada tec:tecnico tec:tecnica aux:auxiliar prof:profesor"
    " profa:profesora mtro:maestro mtra:maestra dr:doctor dra:doctora arq:arquitecto arq:arquitecta psic:psicologo",
}
# Small words of a name, of which people choose others: 'technologue en laboratoire', 'de laboratoire'.
_SMALL_WORDS = {"fr": "a au aux d de des du en l la le les pour", "es": "a al de del el en la las los para"}
_SMALL = {language: frozenset(words.split()) for language, words in _SMALL_WORDS.items()}
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

    def __init__(self, language: str, names: TitleLanguages, folder: Path = FOLDER) -> None:
        self.language = language
        self.words = dict(_entries(folder / f"gloss_{language}.tsv"))
        self._small = _SMALL[language]
        self.titles = {self._singular(name): titles for name, titles in names.titles[language].items()}
        friends = names.false_friends[language]
        self.false_friends = {self._singular(name): title for name, title in friends.items()}
        for kept, listed in ((self.titles, names.titles[language]), (self.false_friends, friends)):
            self._learn_shortened(kept, listed)
        self._loose = self._without_small_words(names)
        self.known = set(fold(" ".join((*self.words, *names.titles[language]))).split())
        self._by_shape: dict[tuple[str, int], list[str]] = {}
        for word in sorted(self.known):
            if len(word) >= _LONG - 1:
                self._by_shape.setdefault((word[0], len(word)), []).append(word)

    def _singular(self, name: str) -> str:
        """The key of a name: its words in the singular, run together, for ``knowledge.text.key`` joins "d'arbres" and "M.D."."""
        return "".join(self._stem(word) for word in _WORD.findall(name))

    def _learn_shortened(self, kept: dict[str, Any], listed: Mapping[str, Any]) -> None:
        """'ing. civil' beside 'ingeniero civil'."""
        shorter: dict[str, list[str]] = {}
        for pair in _SHORTENED[self.language].split():
            short, _, whole = pair.partition(":")
            shorter.setdefault(whole, []).append(short)
        for name, meaning in listed.items():
            first, _, rest = name.partition(" ")
            for short in shorter.get(first, ()) if rest else ():
                kept.setdefault(self._singular(f"{short} {rest}"), meaning)

    def _without_small_words(self, names: TitleLanguages) -> dict[str, tuple[str, ...]]:
        """The names of one job each, without the small words inside them; none that another job or a false friend has too."""
        found: dict[str, tuple[str, ...]] = {}
        several = {self._bare(name) for name in names.false_friends[self.language]}
        for name, titles in names.titles[self.language].items():
            if found.setdefault(bare := self._bare(name), tuple(titles)) != tuple(titles):
                several.add(bare)
        return {bare: titles for bare, titles in found.items() if bare not in several}

    def _bare(self, name: str) -> str:
        return "".join(self._stem(word) for word in _WORD.findall(name) if word not in self._small)

    @lru_cache(maxsize=8192)  # noqa: B019
    def _stem(self, word: str) -> str:
        for ending, singular in _PLURALS[self.language]:
            if ending.search(word):
                return ending.sub(singular, word)
        return word

    def pieces(self, words: Sequence[Word]) -> list[Piece]:
        """A message in as few pieces as may be, each a job, a phrase, or a word; an unknown word stays as it is."""
        ways: list[tuple[float, Piece | None]] = [(0.0, None)] * (len(words) + 1)
        for place in range(len(words) - 1, -1, -1):
            span = words[place : place + 1]
            ways[place] = (ways[place + 1][0] + UNKNOWN, Piece(span[0].raw, span))
            for width in range(1, min(LONGEST, len(words) - place) + 1):
                before = words[place - 1].word if place else ""
                piece = self._piece(words[place : place + width], before, alone=len(words) == 1)
                cost = ways[place + width][0] + (1.0 - A_TITLE * width if piece and piece.title else 1.0)
                if piece and cost <= ways[place][0]:
                    ways[place] = (cost, piece)
        found, place = [], 0
        while place < len(words):
            piece = ways[place][1]
            assert piece is not None
            found.append(piece)
            place += len(piece.words)
        return found

    def _piece(self, span: Sequence[Word], before: str, alone: bool) -> Piece | None:
        """What these words are together: no title, a title, or a phrase."""
        name = "".join(self._stem(word.word) for word in span)
        if taken_for := self.false_friends.get(name):
            return Piece(taken_for, span, True, "not_listed")
        single = len(span) == 1
        english = (
            self._word(span[0], alone) if single else self.words.get(" ".join(word.word for word in span))
        )
        titles = self.titles.get(name) or self._loosely(span)
        if titles and (english is None or not single or self._is_job(span[0].word, before)):
            return Piece(titles[0], span, True, "depends" if len(titles) > 1 else "")
        return None if english is None else Piece(english, span)

    def _loosely(self, span: Sequence[Word]) -> Sequence[str] | None:
        """The job of these words, whatever small ones stand between them."""
        words = [word.word for word in span]
        if (
            len(words) < 3
            or words[0] in self._small
            or words[-1] in self._small
            or self._small.isdisjoint(words)
        ):
            return None
        return self._loose.get(self._bare(" ".join(words)))

    def _is_job(self, word: str, before: str) -> bool:
        """Whether a word that is a job and something else is the job here."""
        return word not in _SELDOM_A_JOB and (not before or before in _JOB_FOLLOWS[self.language])

    def _word(self, word: Word, alone: bool) -> str | None:
        """A single word: as it is alone, with its accents, without them, or in the singular."""
        if alone and word.word in ALONE:
            return ALONE[word.word]
        for key in (word.raw.lower(), word.word, self._stem(word.word)):
            if (english := self.words.get(key)) is not None:
                return english
        return None

    def meant(self, word: str) -> str:
        """The word of ours that an unknown one is a slip for; itself if there is none."""
        if word in self.known or len(word) < _LONG or not word.isalpha():
            return word
        most = 2 if len(word) >= _VERY_LONG else 1
        near = (
            other
            for width in range(-most, most + 1)
            for other in self._by_shape.get((word[0], len(word) + width), ())
        )
        best = process.extractOne(word, near, scorer=OSA.distance, score_cutoff=most)
        return best[0] if best else word


class Glosser:
    """Tells languages, and reads all of them as English. ``everyday``: English words besides those of the glosses."""

    def __init__(self, facts: Facts, everyday: AbstractSet[str] = frozenset(), folder: Path = FOLDER) -> None:
        names = load_titles(facts, folder)
        self.glossaries = {language: Glossary(language, names, folder) for language in TRANSLATIONS}
        self._everyday = everyday
        said = (english for glossary in self.glossaries.values() for english in glossary.words.values())
        self._english = set(_WORD.findall(fold(" ".join(said))))
        places = Places()
        self._peoples = {name[0] for name in places.peoples if len(name) == 1}
        self._of_peoples = places.not_people | places.around["citizen"] | places.around["relatives"]
        self._shared = dict(_shared(folder / SHARED.name)) if (folder / SHARED.name).exists() else {}

    @property
    def known(self) -> set[str]:
        """Every word of any language."""
        return self._english.union(*(glossary.known for glossary in self.glossaries.values()))

    @property
    def said(self) -> set[str]:
        """The words of the phrases of French and Spanish, without accents; not the names of jobs."""
        phrases = (phrase for glossary in self.glossaries.values() for phrase in glossary.words)
        return set(fold(" ".join(phrases)).split())

    def is_word(self, word: str, language: str) -> bool:
        """True if the word, without accents, stands in what we have of this language."""
        if language == DEFAULT:
            return word in self._english
        return word in self.glossaries[language].known

    def read(self, text: str) -> Gloss:
        """The language of a message, and its gloss. Never raises on any text."""
        words = _words(text)
        language, is_sure = self.language(text, words)
        if language == DEFAULT:
            return Gloss(language, is_sure, text)
        glossary = self.glossaries[language]
        meant = [w._replace(word=self._meant(w, place, glossary)) for place, w in enumerate(words)]
        pieces = glossary.pieces(meant)
        signs = [
            _between(text, before, piece) for before, piece in zip([None, *pieces], pieces, strict=False)
        ]
        return _gloss(text, self._turned(list(zip(signs, pieces, strict=True))), language, is_sure)

    def _turned(self, pieces: list[tuple[str, Piece]]) -> list[tuple[str, Piece]]:
        """A people behind what it belongs to goes before it: 'pharmacist american', 'company mexican'."""
        for place in range(1, len(pieces)):
            (signs, noun), (between, people) = pieces[place - 1 : place + 1]
            belongs = noun.title or noun.text.rpartition(" ")[2] in self._of_peoples
            if belongs and not between.strip() and people.text in self._peoples and not people.title:
                pieces[place - 1 : place + 1] = [(signs, people), (between, noun)]
        return pieces

    def language(self, text: str, words: Sequence[Word] | None = None) -> tuple[str, bool]:
        """The most likely language, and whether no other is nearly as likely."""
        scores = dict.fromkeys((DEFAULT, *TRANSLATIONS), 0.0)
        words = _not_names(words if words is not None else _words(text))
        for word in {word.word: word for word in words}.values():
            for language, share in self._shares(word.word).items():
                scores[language] += share
        for language, letters in _LETTERS.items():
            scores[language] += 1.0 if letters.search(text) else 0.0
        order = sorted(scores, key=lambda language: scores[language], reverse=True)
        best, second = scores[order[0]], scores[order[1]]
        if not best:
            return DEFAULT, False
        asked = SURE_OF_ENGLISH if order[0] == DEFAULT else SURE
        is_sure = best >= asked and best - second >= SURE
        return order[0], is_sure and self._is_known(words, order[0])

    def _is_known(self, words: Sequence[Word], language: str) -> bool:
        """Most of the words are of this language: it is none that we don't have."""
        asked = [word.word for word in words if word.word.isalpha()]
        known = [word for word in asked if self._shares(word).get(language)]
        return bool(known) and len(known) >= KNOWN_SHARE * len(asked)

    def _shares(self, word: str) -> Mapping[str, float]:
        """How much a word speaks for each language, 1 in all; nothing for one that we don't have."""
        if word in self._shared:
            return self._shared[word]
        having = [language for language in LANGUAGES if self.is_word(word, language)]
        if not having and word in self._everyday:
            having = [DEFAULT]
        return {language: 1.0 / len(having) for language in having} if word.isalpha() else {}

    def _meant(self, word: Word, place: int, glossary: Glossary) -> str:
        """A capital inside a sentence begins a name, which is no slip."""
        is_name = place and word.raw[0].isupper() and not word.raw.isupper()
        if is_name or word.word in self._english or word.word in self._everyday:
            return word.word
        return glossary.meant(word.word)


def _words(text: str) -> list[Word]:
    return [Word(m.group(), fold(m.group()), *m.span()) for m in _WORD.finditer(text)]


def _not_names(words: Sequence[Word]) -> list[Word]:
    """The words without a capital, and the first; none where every word of several has one: a name says little of the language.
    All of them where somebody shouts.
    """
    if all(word.raw.isupper() for word in words):
        return list(words)
    small = [word for word in words if not word.raw[0].isupper()]
    return [word for word in words if word in small or word is words[0]] if small or len(words) == 1 else []


def _between(text: str, before: Piece | None, after: Piece) -> str:
    """The signs between two pieces: an apostrophe or a hyphen parts words, but not those of a code such as H-1B."""
    first, second = before and before.words[-1], after.words[0]
    signs = text[first.end if first else 0 : second.start].translate({0xBF: " ", 0xA1: " "})
    code = first and any(letter.isdigit() for letter in first.raw + second.raw)
    return " " if signs in {"'", "’", "-", "–"} and not code else signs


def _gloss(text: str, pieces: Sequence[tuple[str, Piece]], language: str, is_sure: bool) -> Gloss:
    """The pieces put together, each with the signs before it."""
    said = ""
    places: list[tuple[int, int, int, int]] = []
    near: list[tuple[int, int, str, str]] = []
    befores: list[Piece | None] = [None, *(piece for _, piece in pieces)]
    afters: list[Piece | None] = [*(piece for _, piece in pieces[1:]), None]
    for (signs, piece), before, after in zip(pieces, befores, afters, strict=False):
        first, last = piece.words[0], piece.words[-1]
        english = _joined(piece, before, after, language)
        begin = len(said) + len(signs)
        said += signs + english
        if english:
            places.append((begin, len(said), first.start, last.end))
        if piece.status:
            near.append((begin, len(said), piece.text, piece.status))
    rest = text[max((piece.words[-1].end for _, piece in pieces), default=0) :]
    return Gloss(language, is_sure, said + rest, tuple(places), tuple(near))


def _joined(piece: Piece, before: Piece | None, after: Piece | None, language: str) -> str:
    """The English of a piece where it stands: 'engineer from Texas', 'ten years as a nurse', 'I am a dentist'."""
    last = before.text.rpartition(" ")[2] if before else ""
    if len(piece.words) == 1 and piece.words[0].word in _FROM[language]:
        if before and before.title:
            return "from"
        if after and after.title and last in {"years", "months", "experience"}:
            return "as a"
    if piece.title and last in _TAKES_ARTICLE:
        return f"a {piece.text}"
    return piece.text


def _entries(path: Path) -> Iterator[tuple[str, str]]:
    """The lines of a glossary. Raises ``FactsError`` with file and line for one that is none, or that stands twice."""
    seen: set[str] = set()
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        foreign, tab, english = line.partition("\t")
        is_entry = _ENTRY.fullmatch(foreign) and foreign == foreign.lower()
        if not tab or not is_entry or foreign in seen or "\t" in english:
            raise FactsError(path.name, f"line {number}", f"{foreign!r} is no new entry")
        seen.add(foreign)
        yield foreign, english


def _shared(path: Path) -> Iterator[tuple[str, Mapping[str, float]]]:
    """word → how much it speaks for each language, of scripts/language_words.py."""
    for line in path.read_text(encoding="utf-8").splitlines():
        word, *shares = line.split("\t")
        yield (
            word,
            {name: float(share) for name, share in zip(LANGUAGES, shares, strict=True) if float(share)},
        )
