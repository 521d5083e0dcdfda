"""The language of a conversation, for what a channel says by itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from components import understanding
from knowledge.languages import DEFAULT, LANGUAGES

ENTITY = "language"


def language_of(events: Iterable[Mapping[str, Any]], otherwise: str = DEFAULT) -> str:
    """That of the visitor's last message whose language was sure; ``otherwise`` where none was among these events."""
    found = otherwise
    for event in events:
        if event.get("event") == "slot" and event.get("name") == ENTITY and event.get("value"):
            found = str(event["value"])
    return found


def language_accepted(header: str) -> str:
    """The first of our languages in an Accept-Language header (RFC 9110, 12.5.4), by its weights; English if there is none."""
    weighed = []
    for place, part in enumerate(header.lower().split(",")):
        name, _, weight = part.partition(";q=")
        language = name.strip().partition("-")[0]
        if language in LANGUAGES:
            weighed.append((-_number(weight), place, language))
    return min(weighed)[2] if weighed else DEFAULT


def _number(weight: str) -> float:
    try:
        return float(weight) if weight.strip() else 1.0
    except ValueError:
        return 0.0


def language_in(text: str, otherwise: str = DEFAULT) -> str:
    """The language of a text, where it is sure."""
    language, is_sure = understanding.shared().glosser.language(text)
    return language if is_sure else otherwise
