"""Typed, frozen records of the facts: each checks what it can know by itself.

Every text that a visitor may read is a mapping from language code to text (see ``languages.py``). Dates are
ISO 8601; ``as_of`` may be a year, a month or a day, because some sources give no more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, time
from typing import Any
from zoneinfo import ZoneInfo

from holidays import country_holidays
from pydantic import BaseModel, Extra, Field, validator

PARTIES = ("us", "mx")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
EMAIL = r"^[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+$"

Text = Mapping[str, str]


class Record(BaseModel):
    """A frozen record that takes only the keys it names."""

    class Config:
        extra = Extra.forbid
        allow_mutation = False
        frozen = True

    @validator("*", pre=True)
    def _is_written_well(cls, value: Any, field: Any) -> Any:
        """What pydantic lets pass or mends: a bare YAML ``no``, a number for a date."""
        text_like = isinstance(field.type_, type) and issubclass(field.type_, str)
        if text_like and any(isinstance(word, bool) for word in (value, *_items(value))):
            raise ValueError("is true or false to YAML: put the word in quotes")
        dates = value if isinstance(value, list) else [value]
        if field.type_ is date and not all(isinstance(day, (date, str, type(None))) for day in dates):
            raise ValueError("is not a date YYYY-MM-DD")
        return value


def _items(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list) else ()


def _not_empty(value: tuple[Any, ...]) -> tuple[Any, ...]:
    if not value:
        raise ValueError("is empty")
    return value


def texts(data: Mapping[str, Any], model: type[Record]) -> Iterator[tuple[str, Any]]:
    """The texts among the data for a record, each with its key: ('conditions.0', {'en': …})."""
    for name in data.keys() & model.__fields__.keys():
        outer = model.__fields__[name].outer_type_
        if outer == Text:
            yield name, data[name]
        elif outer == tuple[Text, ...]:
            yield from ((f"{name}.{number}", text) for number, text in enumerate(_items(data[name])))


class Source(Record):
    """Where a fact was read. ``date`` is the date of the page in its own words."""

    title: str = Field(min_length=3)
    kind: str
    url: str
    date: str
    short: Text


class Dated(Record):
    """What every fact carries: its sources, since when it holds, when we looked, and how sure we are."""

    id: str = Field(regex=r"^[a-z][a-z0-9_]*$")
    sources: tuple[str, ...]
    as_of: str
    checked_on: date
    confidence: str = Field(regex="^(high|medium|low)$")
    volatile: bool = False
    recheck_on: date | None = None

    @validator("sources")
    def _has_a_source(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return _not_empty(value)

    @validator("as_of", pre=True)
    def _is_a_date(cls, value: Any) -> str:
        text = str(value)
        if not re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", text):
            raise ValueError(f"as_of must be YYYY, YYYY-MM or YYYY-MM-DD, not {text!r}")
        date.fromisoformat(text + "-01-01"[len(text) - 4 :] if len(text) < 10 else text)
        return text

    @validator("recheck_on", always=True)
    def _volatile_needs_recheck(cls, value: date | None, values: dict[str, Any]) -> date | None:
        if values.get("volatile") and value is None:
            raise ValueError("a volatile fact needs recheck_on")
        return value

    def due(self, today: date) -> bool:
        """True once the day for looking at the source again has come."""
        return self.recheck_on is not None and today >= self.recheck_on


class Credential(Record):
    """One thing a person can show; ``years`` only for experience."""

    kind: str = Field(regex="^(degree|diploma|experience|licence|designation|training|knowledge)$")
    years: int | None = None
    text: Text


class Profession(Dated):
    """A listed profession.

    ``minimum_requirements`` is a list of alternatives; all credentials of one alternative are needed.
    ``names_status`` says of each translation of ``treaty_name`` whether its official wording was seen.
    """

    name: Text
    treaty_name: Text
    phrase: Text
    group: str
    minimum_requirements: tuple[tuple[str, ...], ...]
    verdict: str = Field("yes", regex="^(yes|depends)$")
    limits: Text = {}
    conditions: tuple[Text, ...] = ()
    footnotes: tuple[str, ...] = ()
    regulated: str = Field(regex="^(yes|some|title|no)$")
    regulated_note: str
    health_care: bool = False
    notes: tuple[str, ...] = ()
    names_status: dict[str, str]  # no Text: from language to status

    @validator("minimum_requirements")
    def _something_is_required(cls, value: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
        return _not_empty(tuple(_not_empty(alternative) for alternative in value))


class Rule(Dated):
    """A rule of the permit: ``statement`` for lawyers, ``says`` for visitors, ``answers`` its topics.

    ``only_for``: the citizens it concerns (empty: all); ``mentions``: words without which it stays unsaid.
    """

    topic: str
    answers: tuple[str, ...] = ()
    statement: str = Field(min_length=10)
    says: Text
    only_for: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    bot_should: str | None = None
    seed_says: str | None = None
    relation_to_seed: str = Field(regex="^(seed_only|confirms_seed|adds_to_seed|differs_from_seed)$")

    @validator("only_for", each_item=True)
    def _is_a_party(cls, value: str) -> str:
        if value not in PARTIES:
            raise ValueError(f"{value!r} is none of {', '.join(PARTIES)}")
        return value

    @validator("mentions", each_item=True)
    def _is_lower_case(cls, value: str) -> str:
        if not value or value != value.lower():
            raise ValueError(f"{value!r} is not in lower case")
        return value


class JobTitle(Record):
    """An everyday title and how it stands to the list: ``why`` for visitors, ``basis`` what it rests on.

    ``shows``: credentials that the title itself proves (a CPA holds the designation). ``meets_limits``: the title says that
    the profession's limit is kept (a university research assistant works in a post-secondary institution).
    """

    title: str = Field(min_length=2)
    aliases: tuple[str, ...] = ()
    status: str = Field(regex="^(same|may_qualify|not_listed)$")
    professions: tuple[str, ...] = ()
    nearest: tuple[str, ...] = ()
    why: Text = {}
    ask: Text = {}
    basis: str
    shows: tuple[str, ...] = ()
    meets_limits: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        return (self.title, *self.aliases)


class Away(Record):
    """Days on which somebody doesn't work, the first and the last included."""

    first: date
    last: date

    @validator("last")
    def _comes_after_the_first(cls, value: date, values: dict[str, Any]) -> date:
        if value < values.get("first", value):
            raise ValueError("is before the first day")
        return value


class Lawyer(Record):
    """Somebody who answers leads. ``languages``: codes; ``matters``: ids of the firm's, none for all."""

    id: str = Field(regex=r"^[a-z][a-z0-9_]*$")
    name: str = Field(min_length=1)
    email: str = Field(regex=EMAIL)
    slack: str | None = Field(None, regex=r"^[UW][A-Z0-9]{4,}$")
    languages: tuple[str, ...]
    matters: tuple[str, ...] = ()
    away: tuple[Away, ...] = ()

    @validator("languages")
    def _speaks_a_language(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return _not_empty(value)


class Closed(Record):
    """The days on which the firm is closed: a country's and province's public holidays, and its own."""

    country: str
    province: str
    days: tuple[date, ...] = ()

    @validator("province")
    def _has_a_calendar(cls, value: str, values: dict[str, Any]) -> str:
        country = values.get("country", "")
        try:
            country_holidays(country, subdiv=value)
        except (NotImplementedError, TypeError):
            raise ValueError(f"no calendar of public holidays for {country}, {value}") from None
        return value


class Firm(Record):
    """The firm, as visitors and lawyers know it.

    ``hours`` is the sentence for visitors, ``open`` the same for reckoning: weekday → from and until.
    ``matters``: id → words of a visitor that tell it. ``reply_within_hours`` are business hours.
    ``fallback``: id of the lawyer who gets what nobody else takes.
    """

    name: str
    phone: str
    email: str = Field(regex=EMAIL)
    address: str
    website: str
    hours: Text
    open: Mapping[str, tuple[time, time]]
    closed: Closed
    time_zone: str
    reply_within_hours: int = Field(ge=1, le=200)
    privacy_contact: str
    retention_days: int = Field(ge=1)
    consent_version: str = Field(min_length=1)
    matters: Mapping[str, tuple[str, ...]]
    lawyers: tuple[Lawyer, ...]
    fallback: str

    @validator("open", pre=True)
    def _are_hours_of_weekdays(cls, value: Any) -> Any:
        for day, hours in value.items() if isinstance(value, dict) else ():
            if day not in WEEKDAYS:
                raise ValueError(f"{day!r} is no weekday")
            if not _are_hours(hours):
                raise ValueError(f'{day} must be like ["09:00", "17:00"], in quotes')
        return value

    @validator("open")
    def _opens_at_all(cls, value: Mapping[str, tuple[time, time]]) -> Mapping[str, tuple[time, time]]:
        if not value:
            raise ValueError("is empty")
        return value

    @validator("time_zone")
    def _is_a_time_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            raise ValueError(f"{value!r} is no time zone such as America/Toronto") from None
        return value

    @validator("lawyers")
    def _are_distinct(cls, value: tuple[Lawyer, ...]) -> tuple[Lawyer, ...]:
        for name in ("id", "email", "slack"):
            values = [getattr(lawyer, name) for lawyer in _not_empty(value) if getattr(lawyer, name)]
            if twice := [v for v in values if values.count(v) > 1]:
                raise ValueError(f"{name} {twice[0]!r} stands twice")
        return value


def _are_hours(value: Any) -> bool:
    """Two times of day as text, in order: YAML reads a bare 17:00 as a number."""
    if not (isinstance(value, list) and len(value) == 2 and all(isinstance(hour, str) for hour in value)):
        return False
    return value[0] < value[1] and all(re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", hour) for hour in value)
