"""Plain-word helpers shared by the loader and the matcher."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

_WORD = re.compile(r"[^\W_]+(?:['’.&+#/-][^\W_]+)*(?:[+#]|(?<=\b\w\.\w)\.|(?<=\b\w)\.)?")

_PART = re.compile(r"[^/\-–]+")
_ACCENTS = re.compile("[\u0300-\u036f]")  # the usual combining marks
_REST = re.compile("[^\\x00-\\x7f]")
_PLAIN = re.compile("[a-z0-9 ]+")


class Token(NamedTuple):
    """One word of a message: its letters as typed, folded for comparison, and its place in the text."""

    raw: str
    word: str
    start: int
    end: int


def fold(text: str) -> str:
    """Lower case, no accents, no dots or apostrophes inside a word ('P.Eng.' → 'peng', 'cégep' → 'cegep')."""
    if not text.isascii():
        text = _ACCENTS.sub("", unicodedata.normalize("NFKD", text.replace("’", "'")))
        text = _REST.sub(lambda m: "" if unicodedata.combining(m[0]) else m[0], text)
    return text.lower().replace(".", "").replace("'", "")


def tokens(text: str) -> list[Token]:
    """The words of a text in order. Hyphens and slashes separate words; '&', '+' and '#' stay inside one."""
    return list(_tokens(text))


@lru_cache(maxsize=64)  # one message is read in several ways
def _tokens(text: str) -> tuple[Token, ...]:
    found = []
    for match in _WORD.finditer(text):
        for part in _PART.finditer(match.group()):
            raw = part.group()
            word = fold(raw)
            if word:
                start = match.start() + part.start()
                found.append(Token(raw, word, start, start + len(raw)))
    return tuple(found)


def key(text: str) -> str:
    """The words of a title joined by single spaces: two titles with one key are the same title."""
    folded = fold(text)
    if _PLAIN.fullmatch(folded):  # most titles, and much faster
        return " ".join(folded.split())
    return " ".join(token.word for token in tokens(text))
