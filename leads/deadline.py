"""How urgent a message is: at the border now, turned away there, or a date within days. Pure; words in
phrases.yml.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from leads.phrases import Phrases

NEAR = timedelta(days=7)
_ISO = re.compile(r"\b(20\d\d)[-/.](\d{1,2})[-/.](\d{1,2})\b")
_NUMBERS = re.compile(r"\b(\d{1,2})/(\d{1,2})(?:/(20\d\d|\d\d))?\b")
_IN_DAYS = re.compile(
    r"\bin (?:the next )?(\d|a|an|one|two|three|four|five|six|seven) (hour|day|week)s?\b", re.I
)
_SMALL = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7}


def is_near(text: str, now: datetime, phrases: Phrases) -> bool:
    """True for an answer to 'is there a deadline or a travel date' that leaves a week or less, or is past."""
    return (
        phrases.tells("soon", text)
        or _in_days(text)
        or any(_near(day, now) for day in dates(text, now, phrases))
    )


def is_emergency(text: str, phrases: Phrases) -> bool:
    """True for what can't wait for an e-mail, wherever it is said: at the border now, turned away,
    ordered to leave.
    """
    return phrases.tells("emergency", text)


def dates(text: str, now: datetime, phrases: Phrases) -> list[date]:
    """The days that a text names: 2026-12-03, December 3, 3 Dec 2027, 12/3; without a year, the next such
    day.
    """
    found = [_day(int(y), int(m), int(d)) for y, m, d in _ISO.findall(text)]
    for first, second, year in _NUMBERS.findall(_ISO.sub(" ", text)):
        found.append(
            _coming(int(first), int(second), year, now) or _coming(int(second), int(first), year, now)
        )
    months = "|".join(sorted(phrases.months, key=len, reverse=True))
    for month, day, year in re.findall(
        rf"\b({months})\b\.? (\d{{1,2}})(?:st|nd|rd|th)?\b(?:,? (20\d\d))?", text, re.I
    ):
        found.append(_coming(phrases.months[month.lower()], int(day), year, now))
    for day, month, year in re.findall(
        rf"\b(\d{{1,2}})(?:st|nd|rd|th)?(?: of| de)? ({months})\b\.?(?:,? (?:de )?(20\d\d))?", text, re.I
    ):
        found.append(_coming(phrases.months[month.lower()], int(day), year, now))
    return [day for day in found if day]


def _near(day: date, now: datetime) -> bool:
    return day - now.date() <= NEAR


def _in_days(text: str) -> bool:
    for count, unit in _IN_DAYS.findall(text):
        number = _SMALL.get(count.lower()) or int(count)
        if unit.lower() != "week" or number == 1:
            return True
    return False


def _coming(month: int, day: int, year: str, now: datetime) -> date | None:
    if year:
        return _day(int(year) + (2000 if len(year) == 2 else 0), month, day)
    this_year = _day(now.year, month, day)
    return _day(now.year + 1, month, day) if this_year and this_year < now.date() else this_year


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
