"""How visitors steer the form in their own words: the lists of phrases.yml, and how a message is matched with
them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from leads import phrase_lists
from leads.phrase_lists import DEFAULT, FILE, apart, flat, folded, joined, key

__all__ = ("DEFAULT", "FILE", "Command", "Label", "Order", "Phrases", "key", "load")

Command = Literal[
    "", "yes", "no", "skip", "cancel", "back", "why", "send", "change", "remove", "again", "start_over"
]
# The order in which lists are asked: what stands in two of them means the earlier one.
COMMANDS: tuple[Command, ...] = (
    "cancel", "send", "back", "start_over", "change", "again", "why", "skip", "yes", "no",
)  # fmt: skip
LONGEST_COMMAND = 80


class Order(NamedTuple):
    """What a message orders; '' for nothing. ``field``: what is to be changed or removed, when it says so."""

    command: Command = ""
    field: str | None = None


class Label(NamedTuple):
    """What introduces a value: 'my e-mail is'. A ``weak`` one ('I'm') does so where a name is expected."""

    words: str
    field: str
    weak: bool
    pattern: re.Pattern[str]


class Phrases:
    """The phrases of one language, on top of English: visitors mix. Where accents may be missing, that is in
    every language but English, they are not looked at.
    """

    def __init__(self, language: str = DEFAULT) -> None:
        lists = phrase_lists.of(language)
        self.is_english = not phrase_lists.own(language)
        self.lists = lists
        self.months = {self._fold(month): int(number) for month, number in lists["months"].items()}
        self._politeness = {self.key(word) for word in flat(lists["politeness"])}
        self._most_polite = max(word.count(" ") + 1 for word in self._politeness)
        self._whole: dict[str, set[str]] = {}
        self._starts: dict[str, tuple[str, ...]] = {}
        for name in (*COMMANDS, "anytime", "greetings"):
            phrases = [str(phrase) for phrase in flat(lists.get(name, ()))]
            self._whole[name] = {self.key(p) or p for p in phrases if not p.endswith("*")}
            self._starts[name] = tuple(self.key(p[:-1]) + " " for p in phrases if p.endswith("*"))
        self._changes = [
            (command, sorted(map(self.key, lists[name]), key=len, reverse=True))
            for command, name in (("remove", "remove_starts"), ("change", "change_starts"))
        ]
        self._change_ends = [self.key(end) for end in lists["change_ends"]]
        self._fields = {field: {self.key(n) for n in names} for field, names in lists["fields"].items()}
        self._articles = _pattern_of(map(self._fold, lists["articles"]))
        self._before = re.compile(rf"(?:{'|'.join(_escaped(lists['before'], self))})\W+", re.I)
        self._labels = [*_labels(lists, self)]
        # Exact, for an accent tells 'où' from 'ou' and 'marié' from Marie; what may lack it is listed both ways.
        self._words = {
            name: frozenset(key(word) for word in flat(lists[name]))
            for name in ("asks", "may_ask", "somebody", "not_names")
        }
        self._words["name_ends"] = frozenset(self.key(end) for end in lists["name_ends"])
        self._told = {name: self._told_by(name) for name in ("times", "soon", "emergency", "weekdays")}
        self._not_told = {"soon": [apart(key(phrase)) for phrase in lists.get("not_soon", ())]}
        self._parts = re.compile(
            rf"[,;|\n]+|(?<=\w)[.!]\s+(?!m\b)|\s+(?:{'|'.join(_joints(lists['parts']))})", re.I
        )

    def _fold(self, text: str) -> str:
        return text if self.is_english else folded(text)

    def key(self, text: str) -> str:
        """A text as it is compared with the phrases of this language."""
        return self._fold(key(text))

    def plain(self, text: str) -> str:
        """As patterns read it: outside English without accents, and with one plain space between words."""
        if self.is_english:
            return text
        return folded(unicodedata.normalize("NFC", " ".join(text.replace("’", "'").split())))

    def order(self, text: str) -> Order:
        """What a message orders."""
        said = self.key(text) or text.strip()
        if not said or len(said) > LONGEST_COMMAND:
            return Order()
        bare = self.bare(said)
        if not self.is_english and {said, bare} & self._whole["cancel"]:
            return Order("cancel")  # 'supprimez mes coordonnées' is more than a change
        if changed := self._change(said):
            return changed
        for name in COMMANDS:
            if {said, bare} & self._whole[name] or f"{bare} ".startswith(self._starts[name] or ("\0",)):
                return Order(name)
        return Order()

    def is_one_of(self, name: str, text: str) -> bool:
        """True if the whole message is a phrase of the list."""
        said = self.key(text)
        return bool({said, self.bare(said)} & self._whole[name])

    def bare(self, said: str) -> str:
        """Without the politeness at its ends, unless it is nothing else."""
        words = said.split()
        while first := self._polite(words, 1 if self.is_english else self._most_polite):
            words = words[first:]
        while last := self._polite(words, self._most_polite, at_the_end=True):
            words = words[:-last]
        return " ".join(words)

    def _polite(self, words: list[str], most: int, at_the_end: bool = False) -> int:
        """How many words of politeness stand there; 0 if none do, or nothing would be left."""
        for count in range(min(most, len(words) - 1), 0, -1):
            some = words[-count:] if at_the_end else words[:count]
            if self._fold(" ".join(some)) in self._politeness:
                return count
        return 0

    def tells(self, name: str, text: str) -> bool:
        """True if the text has one of the words or phrases of the list in it."""
        as_joined, as_apart = self._told[name]
        said = f" {joined(key(text))} "
        if any(f" {word} " in said for word in as_joined):
            return True
        said = f" {apart(key(text))} "
        for phrase in self._not_told.get(name, ()):
            said = said.replace(f" {phrase} ", " ")
        return any(f" {word} " in said for word in as_apart)

    def _told_by(self, name: str) -> tuple[list[str], list[str]]:
        """The phrases of a list as ``joined`` texts have them, for English, and as ``apart`` ones do."""
        words = [key(word) for word in flat(self.lists.get(name, ()))]
        if self.is_english:
            return [word.replace("'", "") for word in words], []
        return [], [apart(word) for word in words]

    def words(self, name: str) -> frozenset[str]:
        """A list as a set."""
        return self._words[name]

    def labelled(self, text: str, weak: bool = False) -> tuple[str, str] | None:
        """(field, value) of 'my e-mail is actually a@b.c'; ``weak`` takes 'I'm …' for a name too."""
        plain = text.replace("’", "'").strip()
        if not self.is_english:
            plain = unicodedata.normalize("NFC", plain)
        searched = self._fold(plain)
        starts = [0]
        while before := self._before.match(searched, starts[-1]):
            starts.append(before.end())
        found = []
        for label in self._labels:
            if weak or not label.weak:
                matches = (label.pattern.match(searched, start) for start in reversed(starts))
                if match := next(filter(None, matches), None):
                    found.append((len(label.words), label.field, plain[match.start("value") :].strip()))
        return max(found)[1:] if found else None

    def asks(self, text: str) -> bool:
        """True for a question: by its mark, or by how it starts."""
        said = self.bare(key(text))
        if text.rstrip(" )\"'*_»").endswith(("?", "？", "؟")) or text.lstrip(" (\"'*_").startswith("¿"):
            return True
        if any(f"{said} ".startswith(f"{start} ") for start in self.words("asks")):
            return True
        if any(self._asks_within(word) for word in said.split()):
            return True
        first, _, rest = said.partition(" ")
        return first in self.words("may_ask") and rest.partition(" ")[0] in self.words("somebody")

    def _asks_within(self, word: str) -> bool:
        """True for a word that only a question has, wherever it stands: 'peut-il', 'c'est-tu'."""
        lists = self.lists
        if word in lists.get("asks_words", ()):
            return True
        return word.endswith(tuple(lists.get("asks_within", ()))) and word not in lists.get("asks_not", ())

    def parts(self, text: str) -> list[str]:
        """A message where it may be parted into answers: 'Ana Ruiz, mornings are best and my phone is …'."""
        return self._parts.split(text)

    def without_time_end(self, text: str) -> str:
        """A time without '… est le mieux' after it."""
        searched = self._fold(unicodedata.normalize("NFC", text)).casefold().rstrip(" .!")
        ends = sorted(map(self._fold, self.lists.get("time_ends", ())), key=len, reverse=True)
        end = next((end for end in ends if searched.endswith(f" {end}")), None)
        return text if end is None else text[: len(searched) - len(end)].rstrip(" ,")

    def _change(self, said: str) -> Order | None:
        bare = self.bare(said)
        for command, starts in self._changes:
            for start in starts:
                if bare.startswith(f"{start} ") and (field := self._field(bare[len(start) :])):
                    return Order("remove" if command == "remove" else "change", field)
        for end in self._change_ends:
            for text in {bare, said}:  # the 'bon' of 'n'est pas bon' is no politeness
                if text.endswith(f" {end}") and (field := self._field(text[: -len(end)])):
                    return Order("change", field)
        return None

    def field(self, text: str) -> str | None:
        """The field that a message names and nothing else: 'the e-mail'."""
        return self._field(self.bare(self.key(text)))

    def _field(self, said: str) -> str | None:
        named = self._articles.sub("", said.strip())
        return next((field for field, names in self._fields.items() if named in names), None)


@lru_cache(maxsize=8)
def load(language: str = DEFAULT) -> Phrases:
    """The phrases for a language, added to the English ones; where it has none of its own, those alone."""
    return Phrases(language)


def _pattern_of(articles: Iterable[str]) -> re.Pattern[str]:
    each = [re.escape(word) + ("" if word.endswith("'") else r"\s+") for word in articles]
    return re.compile(rf"^(?:{'|'.join(each)})+")


def _escaped(before: Iterable[str], phrases: Phrases) -> list[str]:
    words = [*map(phrases._fold, before), *sorted(phrases._politeness)]
    return [re.escape(word) for word in sorted(words, key=len, reverse=True)]


def _joints(parts: Iterable[str]) -> Iterator[str]:
    for part in parts:  # 'and my': parted at 'and', before 'my'
        joint, _, follows = part.partition(" ")
        yield rf"{re.escape(joint)}\s+(?={re.escape(follows)} )"


def _labels(lists: Mapping[str, Any], phrases: Phrases) -> Iterator[Label]:
    weak = [("name", words) for words in lists["weak_names"]]
    strong = [(field, words) for field, labels in lists["labels"].items() for words in labels]
    for field, words in (*strong, *weak):
        sign = r"\s*[:=-]\s*|\s+" if " " in words or (field, words) in weak else r"\s*[:=-]\s*"
        pattern = rf"{re.escape(phrases._fold(words))}(?:{sign})(?P<value>\S.*)$"
        yield Label(words, field, (field, words) in weak, re.compile(pattern, re.I | re.S))
