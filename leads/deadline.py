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


def is_near(text: str, now: datetime, phrases: Phrases) -> bool:
    """True for an answer to 'is there a deadline or a travel date' that leaves a week or less, or is past."""
    days = dates(text, now, phrases)
    return (
        phrases.tells("soon", text)
        or _in_days(phrases.plain(text), phrases)
        or any(_near(day, now) for day in days)
        or not days and phrases.tells("weekdays", text)
    )


def is_emergency(text: str, phrases: Phrases) -> bool:
    """True for what can't wait for an e-mail, wherever it is said: at the border now, turned away,
    ordered to leave.
    """
    return phrases.tells("emergency", text)


def dates(text: str, now: datetime, phrases: Phrases) -> list[date]:
    """The days that a text names: 2026-12-03, December 3, 3 Dec 2027, le 3 décembre, 3 de diciembre, 12/3;
    without a year, the next such day. Of 12/3 the first is the month, where the language has it so.
    """
    text = _first_days(phrases.plain(text), phrases)
    found = [_day(int(y), int(m), int(d)) for y, m, d in _ISO.findall(text)]
    for one, other, year in _NUMBERS.findall(_ISO.sub(" ", text)):
        first, second = (int(other), int(one)) if "day_first" in phrases.lists else (int(one), int(other))
        found.append(_coming(first, second, year, now) or _coming(second, first, year, now))
    months = "|".join(sorted(map(re.escape, phrases.months), key=len, reverse=True))
    ordinals = "|".join(map(re.escape, phrases.lists["ordinals"]))
    for month, day, year in re.findall(
        rf"\b({months})\b\.? (\d{{1,2}})(?:{ordinals})?\b(?:,? (?:de |del )?(20\d\d))?", text, re.I
    ):
        found.append(_coming(phrases.months[month.lower()], int(day), year, now))
    for day, month, year in re.findall(
        rf"\b(\d{{1,2}})(?:{ordinals})?(?: of| de)? ({months})\b\.?(?:,? (?:de |del )?(20\d\d))?", text, re.I
    ):
        found.append(_coming(phrases.months[month.lower()], int(day), year, now))
    return [day for day in found if day]


def _first_days(text: str, phrases: Phrases) -> str:
    """'primero de mayo' → '1 de mayo'."""
    words = "|".join(map(re.escape, phrases.lists.get("first_days", ())))
    return re.sub(rf"\b(?:{words})\b", "1", text, flags=re.I) if words else text


def _near(day: date, now: datetime) -> bool:
    return day - now.date() <= NEAR


def _in_days(text: str, phrases: Phrases) -> bool:
    lists = phrases.lists
    numbers = {phrases.plain(word): int(number) for word, number in lists["small_numbers"].items()}
    in_time = [start if start.endswith("'") else f"{start} " for start in map(phrases.plain, lists["in_time"])]
    starts, counts, short, weeks = (
        "|".join(map(re.escape, words))
        for words in (
            in_time,
            numbers,
            map(phrases.plain, lists["short_times"]),
            map(phrases.plain, lists["weeks"]),
        )
    )
    for count, week in re.findall(rf"\b(?:{starts})(\d|{counts}) (?:(?:{short})|({weeks}))\b", text, re.I):
        if not week or (numbers.get(count.lower()) or int(count)) == 1:
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
