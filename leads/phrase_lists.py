"""The lists of phrases.yml for a language, and how words are compared: without case, punctuation or, where people
leave them out, accents.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import yaml

FILE = Path(__file__).with_name("phrases.yml")
DEFAULT = "en"
# English words of a list that mean something else in the language: 'mon' is no Monday in French.
NOT_HERE = "not_here"


def key(text: str) -> str:
    """A text as phrases are compared: small letters, plain apostrophes, no punctuation around words."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("’", "'").replace("‘", "'")
    return " ".join(
        filter(None, (word.strip("\"'.,;:!?…¡¿()[]*_`«»“”") or _sign(word) for word in plain.split()))
    )


def _sign(word: str) -> str:
    return word if word == "-" else ""


def folded(text: str) -> str:
    """Without accents, of the same length, sign by sign; the text must be composed (NFC)."""
    return "".join(unicodedata.normalize("NFD", sign)[0] for sign in text)


def joined(text: str) -> str:
    """A key as words between single spaces, with nothing where an apostrophe stood: "o'clock" → 'oclock'."""
    return re.sub(r"[^a-z0-9à-ÿ]+", " ", text.replace("'", ""))


def apart(text: str) -> str:
    """A key without accents, parted at apostrophes and around numbers: "l'après-midi, 17h30" → 'l apres midi
    0 h 0'. Every number is 0.
    """
    words = re.sub(r"[^a-z0-9]+", " ", folded(text))
    return re.sub(r"\d+", "0", re.sub(r"(?<=\d)(?=[a-z])|(?<=[a-z])(?=\d)", " ", words))


def flat(lists: Any) -> Iterable[str]:
    """The phrases of a list, or of the lists in it."""
    for item in lists:
        if isinstance(item, list):
            yield from item
        else:
            yield cast(str, item)


@lru_cache(maxsize=1)
def _languages() -> Mapping[str, Any]:
    loader = yaml.CBaseLoader if yaml.__with_libyaml__ else yaml.BaseLoader  # "yes" and "on" are words here
    return cast(Mapping[str, Any], yaml.load(FILE.read_text(encoding="utf-8"), loader))


def own(language: str) -> Mapping[str, Any]:
    """The lists that a language has besides the English ones; none for one that we don't have."""
    return {} if language == DEFAULT else cast(Mapping[str, Any], _languages().get(language, {}))


def of(language: str) -> Mapping[str, Any]:
    """The English lists with those of the language added to them."""
    added = own(language)
    english = {name: _but(phrases, added, name) for name, phrases in _languages()[DEFAULT].items()}
    return cast(Mapping[str, Any], _added(english, {k: v for k, v in added.items() if k != NOT_HERE}))


def _but(phrases: Any, added: Mapping[str, Any], name: str) -> Any:
    left_out = set(added.get(NOT_HERE, {}).get(name, ()))
    return [phrase for phrase in flat(phrases) if phrase not in left_out] if left_out else phrases


def _added(english: Any, more: Any) -> Any:
    if isinstance(english, Mapping) and isinstance(more, Mapping):
        return {name: _added(english.get(name), more.get(name)) for name in {**english, **more}}
    if isinstance(english, list) and isinstance(more, list):
        return [*english, *more]
    return english if more is None else more
