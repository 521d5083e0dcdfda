"""What a visitor may send, before anything reads it: clean words of bounded length, or a press on a button.

Shared by the channels. Nothing here raises anything but ``Refused``, whatever it is given.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

LONGEST = 2_000  # characters, after NFC
# NFC makes text shorter, at most by this much; beyond it there is no need to look.
_COMPOSED_FROM = 4
_ID = re.compile(r"[A-Za-z0-9-]{16,64}")
_LONGEST_ID = 100  # of ours: a visitor's id, a dot and a number
_MOST_BUTTONS = 1_000
_KEPT = frozenset("\n\t")
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # letters by category, and yet nothing to be seen
_LINE_END = re.compile("\r\n?|[\u0085\u2028\u2029]")
# Rasa reads "/restart" as a command, white space before it or not.
_COMMAND = re.compile(r"[\s/]+")


class Refused(Exception):
    """Not taken; ``error`` is its name for the visitor's side, which has a sentence for each."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


@dataclass(frozen=True)
class Words:
    """Typed text, clean. ``plain`` is what Rasa hears: the same without what would make it a command."""

    id: str
    text: str

    @property
    def plain(self) -> str:
        return without_command(self.text)


@dataclass(frozen=True)
class Press:
    """A press on the button ``index`` of the assistant's message ``message``."""

    id: str
    message: str
    index: int


def read(data: object) -> Words | Press:
    """What a ``say`` carries: an id, and a text or a button. What else is in it is not looked at."""
    if not isinstance(data, dict):
        raise Refused("invalid")
    name, text, button = data.get("id"), data.get("text"), data.get("button")
    if not isinstance(name, str) or not _ID.fullmatch(name) or (text is None) == (button is None):
        raise Refused("invalid")
    if text is not None:
        return words(name, text)
    return _press(name, button)


def words(name: str, text: object) -> Words:
    """Typed words under this id."""
    if not isinstance(text, str):
        raise Refused("invalid")
    said = Words(name, clean(text))
    if not said.plain:
        raise Refused("empty")
    return said


def clean(text: str) -> str:
    """The text in NFC, without controls, bidi overrides and halves of characters."""
    if len(text) > LONGEST * _COMPOSED_FROM:
        raise Refused("too_long")
    kept = "".join(char for char in _LINE_END.sub("\n", text) if _may_stay(char))
    cleaned = unicodedata.normalize("NFC", kept).strip()
    if len(cleaned) > LONGEST:
        raise Refused("too_long")
    if not any(map(_is_visible, cleaned)):
        raise Refused("empty")
    return cleaned


def without_command(text: str) -> str:
    """The words of a text that Rasa would take for a command: "/restart" is "restart"."""
    return _COMMAND.sub("", text, count=1) if _COMMAND.match(text) else text


def _press(name: str, button: object) -> Press:
    if not isinstance(button, dict):
        raise Refused("invalid")
    message, index = button.get("message"), button.get("index")
    if not isinstance(message, str) or len(message) > _LONGEST_ID:
        raise Refused("invalid")
    if not isinstance(index, int) or isinstance(index, bool) or not 0 <= index < _MOST_BUTTONS:
        raise Refused("invalid")
    return Press(name, message, index)


def _may_stay(char: str) -> bool:
    return char in _KEPT or (unicodedata.category(char) not in ("Cc", "Cs") and char not in _BIDI)


def _is_visible(char: str) -> bool:
    """Not white space, a mark or a joiner with nothing to stand on, or a blank letter."""
    return unicodedata.category(char)[0] not in "ZCM" and char not in _BLANK
