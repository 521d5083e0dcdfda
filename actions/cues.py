"""Words that steer among neighbouring rules, read from ``cues.yml``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).with_name("cues.yml")


@lru_cache(maxsize=1)
def _content() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return content


def mentioned(words: Iterable[str], text: str) -> bool:
    """True if one of the words or phrases stands in the text; 'a + b' when both do."""
    return any(all(_stands_in(part, text) for part in word.split(" + ")) for word in words)


def _stands_in(word: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text.replace("’", "'"), re.I) is not None


def preferred(rule: str, text: str) -> bool:
    """True if the text asks for exactly this rule."""
    return mentioned(_content()["prefers"].get(rule, ()), text)
