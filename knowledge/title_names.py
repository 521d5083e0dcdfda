"""Every way to write the names of job titles: plurals, British and American spellings, abbreviations."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

from knowledge.facts import Facts
from knowledge.text import tokens
from knowledge.typos import Typos, one_slip

LONGEST_NAME = 7
LONGEST_NEARLY_RIGHT = 4  # words of a name with a letter off in one of them
MOST_READINGS = 36
Words = tuple[str, ...]
_SPELLINGS = (
    ("counsellor", "counselor"), ("counselling", "counseling"), ("labour", "labor"),
    ("behaviour", "behavior"), ("paed", "ped"), ("anaesth", "anesth"), ("haemat", "hemat"),
    ("gynaecol", "gynecol"), ("archaeo", "archeo"), ("jewellery", "jewelry"), ("jewell", "jewel"),
    ("programme", "program"), ("licence", "license"), ("centre", "center"), ("adviser", "advisor"),
    ("draught", "draft"), ("fibre", "fiber"), ("tyre", "tire"), ("colour", "color"),
    ("organis", "organiz"), ("specialis", "specializ"), ("theatre", "theater"),
    ("catalogu", "catalog"), ("defence", "defense"), ("modell", "model"), ("mould", "mold"),
    ("enrol", "enroll"), ("postdoctoral", "post doctoral"), ("dietitian", "dietician"),
    ("adjuster", "adjustor"), ("sylvi", "silvi"),
)  # fmt: skip


class TitleNames:
    """The title that words name: ``names`` anywhere, ``short`` ones (RN, CPA) only where they are meant."""

    def __init__(
        self,
        facts: Facts,
        ordinary: AbstractSet[str],
        heads: AbstractSet[str],
        abbreviations: Mapping[str, Words],
    ) -> None:
        self.names: dict[Words, str] = {}
        self.short: dict[Words, str] = {}
        self._abbreviations = abbreviations
        named = [(name, title.title) for title in facts.titles.values() for name in title.names]
        for name, title in named:
            (self.short if is_short(name) else self.names).setdefault(_words(name), title)
        for name, title in named:
            self._learn_variants(name, title)
        parts = {word for name in self.names for word in name}
        self.typos = Typos(parts, ordinary, lambda part: singular(part) in heads)
        self._learn_joined([_words(name) for name, _ in named])
        self._all_but_one = self._with_a_gap()
        self._longest_from = self._by_opener()
        self._second = {name[1] for name in self.names if 1 < len(name) <= LONGEST_NEARLY_RIGHT}

    def longest_from(self, word: str, following: str) -> int:
        """How many words a name has at most that begins with this word, right or wrong, before the following one."""
        openers = (singular(word), *self._readings(word))
        longest = max(self._longest_from.get(opener, 1) for opener in openers)
        return max(longest, LONGEST_NEARLY_RIGHT) if following in self._second else longest

    def exact(self, words: Words) -> str | None:
        """The title of these very words, abbreviations written out ('mgmt'), plurals made singular."""
        if words in self.names:
            return self.names[words]
        if len(words) > 1 and (once := (*map(singular, words[:-1]), words[-1])) in self.names:
            return self.names[once]
        if not self._abbreviations.keys().isdisjoint(words) and words not in self.short:
            for read in itertools.product(*(self._abbreviations.get(word, (word,)) for word in words)):
                if read in self.names:
                    return self.names[read]
        return None

    def misspelt(self, words: Words) -> tuple[str, Words] | None:
        """The title that these words name but for typos, and the words as they should be."""
        readings = [self._readings(word) for word in words]
        if any(len(several) > 1 for several in readings):
            for read in itertools.islice(itertools.product(*readings), MOST_READINGS):
                if read != words and read in self.names:
                    return self.names[read], read
        return self._all_right_but_one(words) if 1 < len(words) <= LONGEST_NEARLY_RIGHT else None

    def _readings(self, word: str) -> Words:
        return (word, *self._abbreviations.get(word, ()), *self.typos.readings(word))

    def _all_right_but_one(self, words: Words) -> tuple[str, Words] | None:
        """A name of several words with one a letter off: 'front office manger', 'urbn planner'."""
        for place, word in enumerate(words):
            for part in self._all_but_one.get((*words[:place], "", *words[place + 1 :]), ()):
                everyday = word in self.typos.ordinary and len(word) < 5
                if len(word) >= 4 and not everyday and one_slip(word, part):
                    right = (*words[:place], part, *words[place + 1 :])
                    return self.names[right], right
        return None

    def _learn_variants(self, name: str, title: str) -> None:
        words = _words(name)
        if is_short(name):
            for plural in plurals(words[-1]):
                self.short.setdefault((*words[:-1], plural), title)
            return
        for variant in _variants(words):
            self.names.setdefault(variant, title)
            for plural in plurals(variant[-1]):
                self.names.setdefault((*variant[:-1], plural), title)

    def _learn_joined(self, names: Sequence[Words]) -> None:
        """'graphicdesigner', 'landsurveyors': two words typed as one, unless that is a word already."""
        for words in names:
            joined = "".join(words)
            if (
                len(words) == 2
                and len(joined) >= 7
                and joined not in self.typos.ordinary
                and words in self.names
            ):
                for form in (joined, *plurals(joined)):
                    self.names.setdefault((form,), self.names[words])

    def _by_opener(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for words in (*self.names, *self.short):
            found[words[0]] = max(len(words), found.get(words[0], 1))
        return found

    def _with_a_gap(self) -> dict[Words, list[str]]:
        found: dict[Words, list[str]] = {}
        for words in self.names:
            for place, word in enumerate(words):
                if 1 < len(words) <= LONGEST_NEARLY_RIGHT and len(word) >= 4:
                    found.setdefault((*words[:place], "", *words[place + 1 :]), []).append(word)
        return found


def _words(name: str) -> Words:
    return tuple(token.word for token in tokens(name))


def _variants(words: Words) -> Iterator[Words]:
    yield words
    for place, word in enumerate(words):
        for other in _spellings(word):
            yield (*words[:place], *other.split(), *words[place + 1 :])


def _spellings(word: str) -> Iterator[str]:
    for british, american in _SPELLINGS:
        if british in word:
            yield word.replace(british, american)
        elif american in word:
            yield word.replace(american, british)


def plurals(word: str) -> Words:
    """The plurals that people write of a word, none if it looks like one already."""
    if word.endswith("s") and not word.endswith("ss"):
        return ()
    if word.endswith("man"):
        return (word[:-3] + "men", word + "s")
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return (word[:-1] + "ies", word + "s")
    return (word + "es",) if word.endswith(("ss", "sh", "ch", "x")) else (word + "s",)


_NO_PLURALS = frozenset({"as", "has", "his", "is", "its", "this", "was", "yes"})


def singular(word: str) -> str:
    """The word without the ending of a plural."""
    if word in _NO_PLURALS:
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches")):
        return word[:-2]
    if word.endswith("men") and len(word) > 4:
        return word[:-3] + "man"
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us")) else word


def is_short(name: str) -> bool:
    """An abbreviation such as PT, CPA or P.Eng: in small letters it may be another word."""
    letters = re.sub(r"[^A-Za-z]", "", name)
    return " " not in name and len(letters) <= 4 and letters[:2].isupper()
