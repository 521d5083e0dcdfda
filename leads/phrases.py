"""How visitors steer the form in their own words: the lists of phrases.yml, and how a message is matched with
them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, NamedTuple, cast

import yaml

FILE = Path(__file__).with_name("phrases.yml")
DEFAULT = "en"
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


def key(text: str) -> str:
    """A text as phrases are compared: small letters, plain apostrophes, no punctuation around words."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("’", "'").replace("‘", "'")
    return " ".join(
        filter(None, (word.strip("\"'.,;:!?…¡¿()[]*_`") or _sign(word) for word in plain.split()))
    )


def _sign(word: str) -> str:
    return word if word == "-" else ""


class Label(NamedTuple):
    """What introduces a value: 'my e-mail is'. A ``weak`` one ('I'm') does so where a name is expected."""

    words: str
    field: str
    weak: bool
    pattern: re.Pattern[str]


class Phrases:
    """The phrases of one language, on top of English: visitors mix."""

    def __init__(self, lists: Mapping[str, Any]) -> None:
        self._lists = lists
        self.months = {month: int(number) for month, number in lists["months"].items()}
        self._politeness = {key(word) for word in _flat(lists["politeness"])}
        self._whole: dict[str, set[str]] = {}
        self._starts: dict[str, tuple[str, ...]] = {}
        self._labels = list(_labels(lists, self._politeness))
        for name in (*COMMANDS, "anytime"):
            phrases = [str(phrase) for phrase in _flat(lists.get(name, ()))]
            self._whole[name] = {key(p) or p for p in phrases if not p.endswith("*")}
            self._starts[name] = tuple(key(p[:-1]) + " " for p in phrases if p.endswith("*"))

    def order(self, text: str) -> Order:
        """What a message orders."""
        said = key(text) or text.strip()
        if not said or len(said) > LONGEST_COMMAND:
            return Order()
        if changed := self._change(said):
            return changed
        bare = self.bare(said)
        for name in COMMANDS:
            if {said, bare} & self._whole[name] or f"{bare} ".startswith(self._starts[name] or ("\0",)):
                return Order(name)
        return Order()

    def is_one_of(self, name: str, text: str) -> bool:
        """True if the whole message is a phrase of the list."""
        said = key(text)
        return bool({said, self.bare(said)} & self._whole[name])

    def bare(self, said: str) -> str:
        """Without the politeness at its ends, unless it is nothing else."""
        words = said.split()
        while len(words) > 1 and words[0] in self._politeness:
            words.pop(0)
        while len(words) > 1 and (words[-1] in self._politeness or " ".join(words[-2:]) in self._politeness):
            words = words[:-2] if " ".join(words[-2:]) in self._politeness and len(words) > 2 else words[:-1]
        return " ".join(words)

    def tells(self, name: str, text: str) -> bool:
        """True if the text has one of the words or phrases of the list in it."""
        said = f" {re.sub(r'[^a-z0-9à-ÿ]+', ' ', key(text).replace(chr(39), ''))} "
        return any(f" {key(word).replace(chr(39), '')} " in said for word in _flat(self._lists[name]))

    def words(self, name: str) -> frozenset[str]:
        """A list as a set."""
        return frozenset(key(str(word)) for word in _flat(self._lists[name]))

    def labelled(self, text: str, weak: bool = False) -> tuple[str, str] | None:
        """(field, value) of 'my e-mail is actually a@b.c'; ``weak`` takes 'I'm …' for a name too."""
        plain = text.replace("’", "'").strip()
        found = [
            (len(label.words), label.field, match["value"].strip())
            for label in self._labels
            if (weak or not label.weak) and (match := label.pattern.match(plain))
        ]
        return max(found)[1:] if found else None

    def asks(self, text: str) -> bool:
        """True for a question: by its mark, or by how it starts."""
        said = self.bare(key(text))
        if text.rstrip(" )\"'*_").endswith(("?", "？", "؟")):
            return True
        if any(f"{said} ".startswith(f"{start} ") for start in self.words("asks")):
            return True
        first, _, rest = said.partition(" ")
        return first in self.words("may_ask") and rest.partition(" ")[0] in self.words("somebody")

    def _change(self, said: str) -> Order | None:
        bare = self.bare(said)
        for start in self._lists["remove_starts"]:
            if bare.startswith(f"{start} ") and (field := self._field(bare[len(start) :])):
                return Order("remove", field)
        for start in sorted(self._lists["change_starts"], key=len, reverse=True):
            if bare.startswith(f"{start} ") and (field := self._field(bare[len(start) :])):
                return Order("change", field)
        for end in self._lists["change_ends"]:
            if bare.endswith(f" {end}") and (field := self._field(bare[: -len(end)])):
                return Order("change", field)
        return None

    def field(self, text: str) -> str | None:
        """The field that a message names and nothing else: 'the e-mail'."""
        return self._field(self.bare(key(text)))

    def _field(self, said: str) -> str | None:
        named = re.sub(r"^(?:(?:my|the|your|a|an|to|of|that|this)\s+)+", "", said.strip())
        return next((f for f, names in self._lists["fields"].items() if named in map(key, names)), None)


@lru_cache(maxsize=8)
def load(language: str = DEFAULT) -> Phrases:
    """The phrases for a language; where it has none of its own, the English ones."""
    loader = yaml.CBaseLoader if yaml.__with_libyaml__ else yaml.BaseLoader  # "yes" and "on" are words here
    languages = yaml.load(FILE.read_text(encoding="utf-8"), loader)
    return Phrases({**languages[DEFAULT], **languages.get(language, {})})


def _labels(lists: Mapping[str, Any], politeness: Iterable[str]) -> Iterator[Label]:
    before = "|".join(map(re.escape, ["no", "yes", "and", *sorted(politeness)]))
    weak = [("name", words) for words in lists["weak_names"]]
    strong = [(field, words) for field, labels in lists["labels"].items() for words in labels]
    for field, words in (*strong, *weak):
        sign = r"\s*[:=-]\s*|\s+" if " " in words or (field, words) in weak else r"\s*[:=-]\s*"
        pattern = rf"(?:(?:{before})\W+)*{re.escape(words)}(?:{sign})(?P<value>\S.*)$"
        yield Label(words, field, (field, words) in weak, re.compile(pattern, re.I | re.S))


def _flat(lists: Any) -> Iterable[str]:
    for item in lists:
        if isinstance(item, list):
            yield from item
        else:
            yield cast(str, item)
