"""Countries, provinces and the words for their people, read from ``places.yml``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from knowledge.facts import FOLDER
from knowledge.text import fold, tokens

Words = tuple[str, ...]
LOADER = yaml.CBaseLoader if yaml.__with_libyaml__ else yaml.BaseLoader


def read_words(path: Path) -> dict[str, Any]:
    """A YAML file in which every scalar is a word: 'no' stays 'no'."""
    content: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)
    return content


def words_of(name: str) -> Words:
    return tuple(token.word for token in tokens(name))


class Places:
    """Tables from words to ISO country codes (small letters) and province codes (capitals).

    ``around``: the words that make a place a citizenship, a residence or a way there, by kind.
    """

    def __init__(self, path: Path = FOLDER / "places.yml") -> None:
        content = read_words(path)
        self.countries: dict[Words, str] = {}
        self.peoples: dict[Words, str] = {}
        self.regions: dict[Words, str] = {}
        self.provinces: dict[Words, str] = {}
        for section in ("countries", "territories"):
            self._learn_countries(content[section])
        self._learn(self.regions, content["places"])
        self._learn(self.provinces, content["provinces"])
        self.not_people: frozenset[str] = frozenset(content["not_people"])
        self.languages: frozenset[str] = frozenset(content["languages"])
        self.language_names: frozenset[str] = frozenset(content["language_names"])
        self.state_letters: frozenset[str] = frozenset(content["state_letters"])
        self.not_a_country: frozenset[Words] = frozenset(map(words_of, content["not_a_country"]))
        self.around: dict[str, frozenset[str]] = {
            kind: frozenset(map(fold, words)) for kind, words in content["around"].items()
        }
        self.longest = max(map(len, [*self.countries, *self.peoples, *self.regions, *self.provinces]))

    def _learn_countries(self, table: Mapping[str, str]) -> None:
        for code, line in table.items():
            lands, _, people = line.partition("|")
            self._learn(self.countries, {code: lands.split(",")})
            self._learn(self.peoples, {code: people.split(",")})

    @staticmethod
    def _learn(target: dict[Words, str], table: Mapping[str, Sequence[str]]) -> None:
        for code, names in table.items():
            for name in names:
                target.setdefault(words_of(name), code)
