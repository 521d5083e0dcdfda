"""The sentences of the conversation, read from ``words`` in domain.yml. No sentence stands in Python."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from string import Formatter
from typing import Any

import yaml

from actions.grammar import GRAMMARS, Grammar

DOMAIN = Path(__file__).resolve().parent.parent / "domain.yml"
DEFAULT = "en"


class Words:
    """The sentences in one language; a sentence without that language is said in English."""

    def __init__(self, language: str = DEFAULT, path: Path = DOMAIN) -> None:
        self.language = language
        self.grammar: Grammar = GRAMMARS.get(language, GRAMMARS[DEFAULT])
        self._words: Mapping[str, Mapping[str, str]] = _read(path)

    def say(self, name: str, **values: Any) -> str:
        """The sentence with its braces filled. An unknown name or an unfilled brace raises ``KeyError``."""
        variants = self._words[name]
        if self.language not in variants:
            return _filled(variants[DEFAULT], values, GRAMMARS[DEFAULT])
        return _filled(variants[self.language], values, self.grammar)

    def of(self, text: Mapping[str, str]) -> str:
        """A fact's own text in this language."""
        return text.get(self.language) or text[DEFAULT]

    def date(self, iso: str) -> str:
        """'2026-02' → 'February 2026'; a day or a bare year likewise."""
        return self.grammar.date(iso)

    def listing(self, items: list[str], last: str = "or") -> str:
        """'a, b or c'."""
        return self.grammar.listing(items, self.say(last).replace("**", ""))


def _filled(sentence: str, values: Mapping[str, Any], grammar: Grammar) -> str:
    """The sentence with its braces filled, and its words before them as the language has them there."""
    said = ""
    for literal, name, _, _ in Formatter().parse(sentence):
        said += literal
        if name is not None:
            value = str(values[name])
            said = grammar.meeting(said, value) + value
    return said


_cache: dict[Path, Mapping[str, Mapping[str, str]]] = {}


def _read(path: Path) -> Mapping[str, Mapping[str, str]]:
    if path not in _cache:
        _cache[path] = yaml.safe_load(path.read_text(encoding="utf-8"))["words"]
    return _cache[path]
