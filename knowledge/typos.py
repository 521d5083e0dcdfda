"""Typos: which words of job titles a misspelt word may stand for. Pure string work; knows no titles."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet

from rapidfuzz import process
from rapidfuzz.distance import OSA

SHORTEST = 5
MOST_READINGS = 6
_CACHE = 20_000
_SOUNDS = (
    ("ph", "f"), ("psy", "sy"), ("qu", "k"), ("ck", "k"), ("ch", "k"), ("ce", "se"), ("ci", "si"),
    ("cy", "si"), ("c", "k"), ("y", "i"), ("z", "s"), ("x", "ks"), ("ge", "je"), ("gi", "ji"),
)  # fmt: skip
_ENDINGS = ("s", "es", "ed", "ing", "ly", "d")


class Typos:
    """Reads misspelt words. ``parts`` are the words to be found, ``ordinary`` those that are nobody's typo.

    Of several words equally near, those for which ``first`` is true come first.
    """

    def __init__(
        self, parts: Iterable[str], ordinary: AbstractSet[str], first: Callable[[str], bool] = bool
    ) -> None:
        self.parts = frozenset(part for part in parts if len(part) >= SHORTEST)
        self.ordinary = frozenset(ordinary) - self.parts
        self._by_length: dict[int, list[str]] = {}
        for part in sorted(self.parts):
            self._by_length.setdefault(len(part), []).append(part)
        self._first = first
        self._known: dict[str, tuple[str, ...]] = {}

    def readings(self, word: str) -> tuple[str, ...]:
        """The parts that this may be a typo of, the nearest first, at most six; () for an ordinary word."""
        if word not in self._known:
            if len(self._known) > _CACHE:
                self._known.clear()
            self._known[word] = self._nearest(word) if self._may_be_typo(word) else ()
        return self._known[word]

    def _may_be_typo(self, word: str) -> bool:
        if len(word) < SHORTEST or not word.isalpha() or word in self.parts or word in self.ordinary:
            return False
        if word.endswith("s") and word[:-1] in self.parts:
            return False
        return not any(word.endswith(end) and word[: -len(end)] in self.ordinary for end in _ENDINGS)

    def _nearest(self, word: str) -> tuple[str, ...]:
        near = [
            (0 if sound(part) == sound(word) else distance, part)
            for part, distance in self._candidates(word)
            if _alike(word, part, distance)
        ]
        near.sort(key=lambda found: (found[0], not self._first(found[1]), found[1]))
        return tuple(part for _, part in near)[:MOST_READINGS]

    def _candidates(self, word: str) -> Iterable[tuple[str, int]]:
        """The parts within the slips that a word of this length may have, or that sound the same."""
        allowed = 1 if len(word) < 8 else 2 if len(word) < 12 else 3
        for length in range(len(word) - allowed - 1, len(word) + allowed + 2):
            parts = self._by_length.get(length, [])
            for part, distance, _ in process.extract(
                word, parts, scorer=OSA.distance, score_cutoff=allowed + 1, limit=None
            ):
                if distance <= allowed:
                    yield part, int(distance)
                elif sound(part) == sound(word) or (len(word) >= 7 and _skeleton(part) == _skeleton(word)):
                    yield part, allowed


def _alike(word: str, part: str, distance: int) -> bool:
    """A slip at the very beginning is rare: then nothing else may be wrong."""
    return distance <= (2 if sound(word)[0] == sound(part)[0] else 1) or word[0] == part[0]


def sound(word: str) -> str:
    """How a word sounds, roughly: 'grafic' and 'graphic', 'farmasist' and 'pharmacist' are alike."""
    for letters, heard in _SOUNDS:
        word = word.replace(letters, heard)
    return "".join(letter for place, letter in enumerate(word) if not place or letter != word[place - 1])


def _skeleton(word: str) -> str:
    """The consonants that one hears: 'knslr' for 'counselor' and 'counciler'."""
    heard = sound(word)
    return heard[0] + re.sub("[aeiou]", "", heard[1:])


def one_slip(word: str, part: str) -> bool:
    """True when the words begin alike and differ by one letter at most."""
    return word[0] == part[0] and OSA.distance(word, part, score_cutoff=1) <= 1
