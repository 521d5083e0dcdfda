"""Who answers a lead, and by when: the firm's lawyers, hours, holidays and time zone, from ``knowledge/firm.yml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from knowledge.records import Firm, Lawyer

PromiseKey = Literal["today", "tomorrow_morning", "tomorrow", "on_day"]


@dataclass(frozen=True)
class Promise:
    """By when a lawyer answers. ``words``: which sentence says it; ``values``: ``date`` (ISO), ``weekday`` (monday …),
    ``time`` (17:00), ``time_zone`` (America/Toronto), all in the firm's time zone."""

    by: datetime
    words: PromiseKey
    values: Mapping[str, str]


def promise(firm: Firm, now: datetime) -> Promise:
    """The firm's business hours counted from now; nights, weekends and holidays don't count."""
    raise NotImplementedError


def is_open(firm: Firm, now: datetime) -> bool:
    """True within the firm's hours."""
    raise NotImplementedError


def route(firm: Firm, language: str, matter: str, now: datetime) -> Lawyer:
    """The first lawyer in the file who is not away, speaks the language and takes the matter; failing that, one
    who speaks the language; failing that, the fallback. ``matter``: an id of ``firm.matters``, or the visitor's own words."""
    raise NotImplementedError


def lawyer(firm: Firm, wanted: str) -> Lawyer | None:
    """The lawyer with this id, e-mail address or Slack user id."""
    raise NotImplementedError
