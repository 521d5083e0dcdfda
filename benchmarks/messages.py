"""What the visitors write."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml

FILE = Path(__file__).with_name("messages.yml")


@lru_cache(maxsize=1)
def lines() -> tuple[str, ...]:
    """The fixed list."""
    return tuple(yaml.safe_load(FILE.read_text(encoding="utf-8"))["messages"])


def line(turn: int, conversation: int, width: int = 5) -> str:
    """What is said at a turn: ten conversations say each line once in any ``width`` (5) turns in a row."""
    return lines()[(turn + width * conversation) % len(lines())]
