"""Plain-word helpers shared by the loader and the matcher."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

_WORD = re.compile(r"[^\W_]+(?:['’.&+#/-][^\W_]+)*(?:[+#]|(?<=\b\w\.\w)\.|(?<=\b\w)\.)?")


class Token(NamedTuple):
    """One word of a message: its letters as typed, folded for comparison, and its place in the text."""

    raw: str
    word: str
    start: int
    end: int


def fold(text: str) -> str:
    """Lower case, no accents, no dots or apostrophes inside a word ('P.Eng.' → 'peng', 'cégep' → 'cegep')."""
    decomposed = unicodedata.normalize("NFKD", text.replace("’", "'"))
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    return re.sub(r"[.']", "", plain.lower())


def tokens(text: str) -> list[Token]:
    """The words of a text in order. Hyphens and slashes separate words; '&', '+' and '#' stay inside one."""
    found = []
    for match in _WORD.finditer(text):
        for part in re.finditer(r"[^/\-–]+", match.group()):
            raw = part.group()
            word = fold(raw)
            if word:
                start = match.start() + part.start()
                found.append(Token(raw, word, start, start + len(raw)))
    return found


def key(text: str) -> str:
    """The words of a title joined by single spaces: two titles with one key are the same title."""
    return " ".join(token.word for token in tokens(text))
