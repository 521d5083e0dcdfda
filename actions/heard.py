"""What the visitor's last message says, as the actions read it: in English, whatever language it was typed in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

# What a message says of itself rather than of the person.
_OF_THE_MESSAGE = frozenset({"language"})


class Message(NamedTuple):
    """``text``: English, or what stands for it (knowledge/gloss.py); the places of ``entities`` lie in it."""

    intent: str
    text: str
    entities: list[dict[str, Any]]


def heard(message: Mapping[str, Any]) -> Message:
    """Rasa's latest message in English."""
    entities = [_placed(e) for e in message.get("entities") or [] if e.get("entity") not in _OF_THE_MESSAGE]
    text = message.get("english") or message.get("text") or ""
    return Message((message.get("intent") or {}).get("name") or "", str(text), entities)


def _placed(entity: Mapping[str, Any]) -> dict[str, Any]:
    start, end = entity.get("in_english") or (entity.get("start"), entity.get("end"))
    return {**entity, "start": start, "end": end}
