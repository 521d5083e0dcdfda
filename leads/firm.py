"""Who answers a lead, and by when: lawyers, hours, holidays and time zone, from ``knowledge/firm.yml``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from holidays import HolidayBase, country_holidays

from knowledge.records import WEEKDAYS, Firm, Lawyer

PromiseKey = Literal["today", "tomorrow_morning", "tomorrow", "on_day"]
NOON = 12


@dataclass(frozen=True)
class Promise:
    """By when a lawyer answers: ``words`` names the sentence that says so, ``values`` fill it.

    They are ``date`` (ISO), ``weekday`` (monday …), ``time`` (17:00) and ``time_zone`` (America/Toronto), all
    as at the firm.
    """

    by: datetime
    words: PromiseKey
    values: Mapping[str, str]


def promise(firm: Firm, now: datetime) -> Promise:
    """The firm's business hours counted from now; nights, weekends and holidays don't count."""
    by = _after(firm, now, timedelta(hours=firm.reply_within_hours))
    values = {
        "date": by.date().isoformat(),
        "weekday": WEEKDAYS[by.weekday()],
        "time": f"{by:%H:%M}",
        "time_zone": firm.time_zone,
    }
    return Promise(by, _words(by, _local(firm, now)), values)


def is_open(firm: Firm, now: datetime) -> bool:
    """True within the firm's hours."""
    opens, closes = next(_openings(firm, now))
    return opens <= now < closes


def route(firm: Firm, language: str, matter: str, now: datetime) -> Lawyer:
    """The lawyer for a lead: ``matter`` is an id of ``firm.matters``, or the visitor's own words.

    The first in the file who is not away, speaks the language and takes the matter; failing that, the first
    who is not away and speaks the language; failing that, the fallback.
    """
    today = _local(firm, now).date()
    able = [one for one in firm.lawyers if language in one.languages and not _away(one, today)]
    wanted = matters(firm, matter)
    takes = [one for one in able if not one.matters or wanted & set(one.matters)]
    return next(iter([*takes, *able]), None) or next(one for one in firm.lawyers if one.id == firm.fallback)


def matters(firm: Firm, matter: str) -> set[str]:
    """The firm's matters that these words tell of."""
    said = " ".join(re.findall(r"\w+", matter.casefold()))
    return {
        name
        for name, words in firm.matters.items()
        if name == matter or any(re.search(rf"\b{re.escape(word.casefold())}", said) for word in words)
    }


def lawyer(firm: Firm, wanted: str) -> Lawyer | None:
    """The lawyer with this id, e-mail address or Slack user id."""
    for one in firm.lawyers:
        if wanted in (one.id, one.slack) or wanted.casefold() == one.email.casefold():
            return one
    return None


def _words(by: datetime, now: datetime) -> PromiseKey:
    days = (by.date() - now.date()).days
    if days == 0:
        return "today"
    if days == 1:
        return "tomorrow_morning" if by.hour < NOON or (by.hour, by.minute) == (NOON, 0) else "tomorrow"
    return "on_day"


def _after(firm: Firm, now: datetime, work: timedelta) -> datetime:
    for opens, closes in _openings(firm, now):
        begins = max(opens, now)
        if work <= closes - begins:
            return _local(firm, begins + work)
        work -= closes - begins
    raise AssertionError("a firm that never opens is refused by the loader")


def _openings(firm: Firm, now: datetime) -> Iterator[tuple[datetime, datetime]]:
    """From and until, in UTC, of each day the firm is open, from the first that isn't over."""
    zone, day = ZoneInfo(firm.time_zone), _local(firm, now).date()
    while True:
        if hours := firm.open.get(WEEKDAYS[day.weekday()]) if not _closed(firm, day) else None:
            opens, closes = (datetime.combine(day, hour, zone).astimezone(timezone.utc) for hour in hours)
            if closes > now:
                yield opens, closes
        day += timedelta(days=1)


def _local(firm: Firm, moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo(firm.time_zone))


def _away(one: Lawyer, day: date) -> bool:
    return any(period.first <= day <= period.last for period in one.away)


def _closed(firm: Firm, day: date) -> bool:
    return day in firm.closed.days or day in _calendar(firm.closed.country, firm.closed.province)


@lru_cache(maxsize=4)
def _calendar(country: str, province: str) -> HolidayBase:
    """It works out a year when first asked about it."""
    return country_holidays(country, subdiv=province)
