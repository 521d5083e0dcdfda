"""An answer as Slack's Block Kit: sections, the source as a context line, buttons; all within Slack's limits.

Documented at https://docs.slack.dev/reference/block-kit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple

from components.slack_text import escaped, mrkdwn, plain
from components.transcript import Message

LONGEST_TEXT = 3_000  # of a section, and of a context line
LONGEST_FALLBACK = 3_000
LONGEST_TITLE = 75
MOST_BUTTONS = 25  # in one row of actions
MOST_BLOCKS = 50
ACTION = "say"  # the first part of a button's action_id
# A line wholly in italics; one that names sources may go on after them, with when they are due for a re-check.
_NOTE = re.compile(r"([*_])(?![*_\s]).+(?<![*_\s])\1")
_SOURCE = re.compile(r"([*_])(?:sources?|fuentes?)\b.+?\1", re.IGNORECASE)

Block = dict[str, Any]


class Reference(NamedTuple):
    """What a button carries in place of its payload: which button of which message it is."""

    conversation: str
    message: str
    button: int

    def __str__(self) -> str:
        return f"{self.conversation} {self.message} {self.button}"


@dataclass(frozen=True)
class Shown:
    """``text`` is what a notification shows, and who cannot see blocks."""

    text: str
    blocks: list[Block]


def answer(message: Message, conversation: str, hint: str = "") -> Shown:
    """The message with its buttons; with the choice in their place once one was pressed."""
    blocks = list(_text_blocks(message.text))[: MOST_BLOCKS - 10]
    if message.used is not None:
        blocks.append(_context(f"✓ *{escaped(message.buttons[message.used].title)}*"))
    else:
        blocks += _rows(message, conversation)
    if hint:
        blocks.append(_context(escaped(hint)))
    return Shown(_cut(plain(message.text) or _titles(message), LONGEST_FALLBACK), blocks)


def note(text: str) -> Shown:
    """A sentence of the channel's own."""
    return Shown(plain(text), [_section(mrkdwn(text))])


def context(text: str) -> Block:
    """A line in small print."""
    return _context(escaped(text))


def _text_blocks(text: str) -> Iterator[Block]:
    lines = [line.rstrip() for line in text.strip().split("\n")]
    for is_note, run in groupby(enumerate(lines), lambda line: _is_note(line[1], line[0] == len(lines) - 1)):
        said = mrkdwn("\n".join(line for _, line in run)).strip("\n")
        if is_note:
            yield _context(said)
        elif said:
            yield from map(_section, _parts(said))


def _is_note(line: str, is_last: bool) -> bool:
    return bool(_SOURCE.match(line)) or is_last and bool(_NOTE.fullmatch(line))


def _parts(text: str) -> Iterator[str]:
    """Within the limit, cut where a line or a word ends."""
    while len(text) > LONGEST_TEXT:
        end = max(text.rfind("\n", 1, LONGEST_TEXT), 0) or text.rfind(" ", 1, LONGEST_TEXT)
        end = end if end > 0 else LONGEST_TEXT
        yield text[:end]
        text = text[end:].strip("\n ")
    yield text


def _rows(message: Message, conversation: str) -> Iterator[Block]:
    buttons = [
        _button(button.title, Reference(conversation, message.id, index))
        for index, button in enumerate(message.buttons)
    ]
    for first in range(0, len(buttons), MOST_BUTTONS):
        yield {"type": "actions", "elements": buttons[first : first + MOST_BUTTONS]}


def _button(title: str, reference: Reference) -> Block:
    text = {"type": "plain_text", "text": _cut(title, LONGEST_TITLE) or "…", "emoji": False}
    return {
        "type": "button",
        "action_id": f"{ACTION}_{reference.button}",
        "value": str(reference),
        "text": text,
    }


def _titles(message: Message) -> str:
    return escaped(" · ".join(button.title for button in message.buttons))


def _section(text: str) -> Block:
    return {"type": "section", "text": _mrkdwn(text)}


def _context(text: str) -> Block:
    return {"type": "context", "elements": [_mrkdwn(_cut(text, LONGEST_TEXT))]}


def _mrkdwn(text: str) -> Block:
    """``verbatim``: Slack finds no links or names in it by itself."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _cut(text: str, longest: int) -> str:
    """Never within an escape."""
    if len(text) <= longest:
        return text
    return re.sub(r"&\w*$", "", text[: longest - 1]) + "…"
