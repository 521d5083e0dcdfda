"""What a visitor typed, made harmless to show: no control characters, no turning of the writing direction."""

from __future__ import annotations

import unicodedata

# Marks that turn or isolate the direction of writing: with them a text can show other words than it holds.
_TURNS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Invisible, and of no use in a lead; the joiners stay, because emoji and several scripts need them.
_INVISIBLE = frozenset("\u00ad\u200b\u2060\u2061\u2062\u2063\u2064\ufeff\ufff9\ufffa\ufffb")
_BREAKS = frozenset("\n\r\v\f\x85\u2028\u2029")
_FORMULA = ("=", "+", "-", "@")
_ODD = {"Cc": " ", "Cs": "\ufffd"}


def line(text: str, limit: int = 300) -> str:
    """The text on one line, at most ``limit`` characters and a note of how much was cut."""
    return cut(" ".join("".join(_harmless(text)).split()), limit)


def lines(text: str, limit: int = 4000) -> str:
    """The text with its lines, never two empty ones in a row, cut as in ``line``."""
    kept: list[str] = []
    for row in "".join(_harmless(text)).split("\n"):
        words = " ".join(row.split())
        if words or (kept and kept[-1]):
            kept.append(words)
    return cut("\n".join(kept).strip(), limit)


def cell(text: str | None, limit: int = 4000) -> str | None:
    """The text as ``lines`` has it, safe in a spreadsheet too: no cell of it is run as a formula."""
    if text is None:
        return None
    safe = lines(text, limit)
    return f"'{safe}" if safe.startswith(_FORMULA) else safe


def cut(text: str, limit: int) -> str:
    """At most ``limit`` characters of the text, and a note of how many more there were."""
    if len(text) <= limit:
        return text
    return f"{text[:limit].rstrip()} … [{len(text) - limit:,} more characters cut]"


def _harmless(text: str) -> list[str]:
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    return [_shown(character) for character in composed if character not in _TURNS | _INVISIBLE]


def _shown(character: str) -> str:
    if character in _BREAKS:
        return "\n"
    if "\U000e0000" <= character <= "\U000e0fff":  # tags: they spell words that nobody sees
        return ""
    return _ODD.get(unicodedata.category(character), character)
