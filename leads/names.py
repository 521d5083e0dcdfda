"""Whether a text can be a person's name, in any script; never a question, a yes, a greeting, a command."""

from __future__ import annotations

import re
import unicodedata

from leads.phrases import Phrases, key

SHORTEST, LONGEST, MOST_WORDS = 2, 80, 7
_ADDRESS = re.compile(r"^www\.|\w\.[a-z]{2,}$")  # of a website
_MARKS = frozenset("'’ʼ‘`´.-‐‑–,·・ \u200c\u200d")


def name(text: str, phrases: Phrases) -> str | None:
    """The name that a text is, tidied; None if it can't be one."""
    tidy = unicodedata.normalize("NFC", " ".join(text.split())).strip(" ,;:!-–\"'`*_.")
    tidy += "." if text.rstrip().endswith(("Jr.", "Sr.")) else ""
    if not SHORTEST <= len(tidy) <= LONGEST or not all(_fits(character) for character in tidy):
        return None
    if _ADDRESS.search(tidy):
        return None
    letters = sum(unicodedata.category(character)[0] == "L" for character in tidy)
    if letters < SHORTEST or len(tidy.split()) > MOST_WORDS:
        return None
    return None if _says_something(tidy, text, phrases) else tidy


def _fits(character: str) -> bool:
    return character in _MARKS or unicodedata.category(character)[0] in "LM"


def _says_something(tidy: str, text: str, phrases: Phrases) -> bool:
    said = key(tidy)
    if (
        phrases.order(tidy).command
        or phrases.asks(text)
        or phrases.is_one_of("greetings", tidy)
        or phrases.is_one_of("anytime", tidy)
    ):
        return True
    if tidy.startswith(tuple(f"{start} " for start in phrases.lists["not_name_starts"])):  # 'a pharmacist'
        return True
    words = {word.strip(".,") for word in said.split()}
    return bool(words & phrases.words("not_names")) or bool(phrases.field(tidy))
