"""The parts of what Slack sends, each checked when it is asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

LONGEST_TEXT = 40_000  # Slack's limit
_NAME = re.compile(r"[A-Z0-9]{2,30}", re.ASCII)
_TS = re.compile(r"\d{1,12}\.\d{1,8}", re.ASCII)

Payload = Mapping[str, Any]


class Malformed(Exception):
    """It is not as Slack documents it."""


def words_of(message: Payload) -> str:
    """What a message says; there may be no words."""
    text = message.get("text") or ""
    if not isinstance(text, str):
        raise Malformed
    return text[:LONGEST_TEXT]


def part_of(payload: Payload, name: str) -> Payload:
    """A part that has parts itself."""
    found = payload.get(name)
    if not isinstance(found, dict):
        raise Malformed
    return found


def text_of(payload: Payload, name: str) -> str:
    """A short text that is never empty."""
    found = payload.get(name)
    if not isinstance(found, str) or not 0 < len(found) <= 2_000:
        raise Malformed
    return found


def id_of(payload: Payload, name: str) -> str:
    """The id of a person, a channel or a workspace."""
    return _fitting(_NAME, payload, name)


def ts_of(payload: Payload, name: str) -> str:
    """The name of a message in its channel: the time when it came."""
    return _fitting(_TS, payload, name)


def thread_of(message: Payload) -> str | None:
    """The first message of the thread that a message is in."""
    return ts_of(message, "thread_ts") if message.get("thread_ts") else None


def _fitting(pattern: re.Pattern[str], payload: Payload, name: str) -> str:
    found = payload.get(name)
    if not isinstance(found, str) or not pattern.fullmatch(found):
        raise Malformed
    return found
