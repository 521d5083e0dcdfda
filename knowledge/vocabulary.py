"""The word lists of ``vocabulary.yml``, folded: which words decide how far a job title reaches."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from knowledge.facts import FOLDER
from knowledge.places import Places, read_words
from knowledge.text import fold

VOCABULARY = FOLDER / "vocabulary.yml"


class Context(NamedTuple):
    """What a general title such as 'teacher' is where the whole text fits the pattern."""

    title: str
    heads: tuple[str, ...]
    pattern: re.Pattern[str]


class Duty(NamedTuple):
    """Work told by what somebody does, 'I milk cows', and the title it stands for.

    ``openers``: the pattern is not found in a text without one of these words, in small letters.
    """

    pattern: re.Pattern[str]
    title: str
    openers: frozenset[str]


class Vocabulary:
    """The lists by name, as ``vocabulary.yml`` explains them; all words folded as in ``text.py``."""

    def __init__(self, path: Path = VOCABULARY) -> None:
        content: Any = read_words(path)
        self.heads: Mapping[str, str] = content["heads"]
        self.head_professions: Mapping[str, str] = content["head_professions"]
        self.other_work: Mapping[str, frozenset[str]] = _folded_lists(content["other_work"])
        self.may_be: Mapping[str, Mapping[str, str]] = _by_word(content["may_be"])
        self.technician_disciplines = _folded(content["technician_disciplines"])
        self.engineering_branches = _folded(content["engineering_branches"])
        self.neutral = _folded(content["neutral"]) | _places()
        self.not_typos = _folded(content["not_typos"])
        self.boundaries = _folded(content["boundaries"])
        self.following = _folded(content["following"])
        self.ordinary_titles = _folded(content["ordinary_titles"])
        self.not_behind = _folded(content["not_behind"])
        self.sought_titles = _folded(content["sought_titles"])
        self.seeking_words = _folded(content["seeking_words"])
        self.article_like = _folded(content["article_like"])
        self.not_jobs = _folded(content["not_jobs"])
        self.unpaid = _folded(content["unpaid"])
        self.states = frozenset(content["states"])
        self.peoples = frozenset(name[-1] for name in Places().peoples)
        self.abbreviations: Mapping[str, tuple[str, ...]] = {
            fold(short): tuple(map(fold, long.split(","))) for short, long in content["abbreviations"].items()
        }
        self.fields: Mapping[str, str] = content["fields"]
        self.sciences: Mapping[str, str] = content["sciences"]
        self.contexts = [
            Context(rule["title"], tuple(rule["heads"]), re.compile(rule["pattern"], re.I))
            for rule in content["contexts"]
        ]
        self.duties = [_duty(rule) for rule in content["duties"]]

    def titles(self) -> set[str]:
        """Every title of the facts that the lists lead to."""
        return {*self.fields.values(), *self.sciences.values(), *(d.title for d in self.duties)} | {
            context.title for context in self.contexts
        }


_DOER = (
    r"(?<!\bdo )(?<!\bcan )(?<!\bcould )(?<!\bmay )(?<!\bshould )(?<!\bmust )"
    r"\b(?:i|we|he|she|they|who|that|wife|husband|son|daughter|brother|sister|mom|mother|dad|father|friend|cousin|people)"
    r"(?:['’](?:d|ll|ve|m|s))?(?: [\w'’]+){0,2}? "
)


def _duty(rule: Mapping[str, Any]) -> Duty:
    """'I write code' and 'writing code', but not 'write me some code': nobody says that they do that."""
    finite = "|".join(form for verb in rule["does"] for form in (verb, *_third_person(verb)))
    doing = "|".join(_gerund(verb) for verb in rule["does"])
    what = "|".join(re.escape(thing).replace(r"\ ", "[ -]") for thing in rule["what"])
    return Duty(
        re.compile(rf"(?:{_DOER}(?:{finite})|\b(?:{doing}))(?: [\w'’-]+){{0,4}}? (?:{what})\b", re.I),
        rule["title"],
        frozenset(re.split(r"\W", thing.lower(), maxsplit=1)[0] for thing in rule["what"]),
    )


def _third_person(verb: str) -> tuple[str, ...]:
    first, _, rest = verb.partition(" ")
    return tuple(f"{first}{ending} {rest}".strip() for ending in ("s", "es"))


def _gerund(verb: str) -> str:
    first, _, rest = verb.partition(" ")
    stem = first[:-1] if first.endswith("e") and not first.endswith("ee") else first
    return f"{stem}{stem[-1]}?ing {rest}".strip()


def _folded(words: Iterable[str]) -> frozenset[str]:
    return frozenset(" ".join(map(fold, word.split())) for word in words)


def _folded_lists(table: Mapping[str, Iterable[str]]) -> dict[str, frozenset[str]]:
    return {head: _folded(words) for head, words in table.items()}


def _by_word(table: Mapping[str, Mapping[str, Iterable[str]]]) -> dict[str, dict[str, str]]:
    """Head → word before it → profession, from head → profession → words."""
    return {
        head: {word: profession for profession, words in lists.items() for word in _folded(words)}
        for head, lists in table.items()
    }


def _places() -> frozenset[str]:
    """The words for places and peoples, said with a title without changing it: 'quebec engineer', 'puerto rican nurse'."""
    places = Places()
    names = [*places.peoples, *places.provinces, *places.countries, *places.regions]
    return frozenset(word for name in names for word in name if len(word) > 3)
