"""By when a lawyer answers, and which one."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from knowledge.facts import load_firm
from knowledge.records import Away, Firm, Lawyer
from leads import firm

TORONTO = ZoneInfo("America/Toronto")


def at(local: str, zone: str = "America/Toronto") -> datetime:
    return datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone))


@pytest.fixture
def ours() -> Firm:
    """The firm we ship: Monday to Friday 9 to 5 in Toronto, an answer within three business hours."""
    return load_firm()


@pytest.mark.parametrize(
    ("now", "words", "by"),
    [
        ("2026-11-23T09:00", "today", "2026-11-23T12:00"),
        ("2026-11-23T14:00", "today", "2026-11-23T17:00"),
        ("2026-11-24T03:00", "today", "2026-11-24T12:00"),
        ("2026-11-23T14:01", "tomorrow_morning", "2026-11-24T09:01"),
        ("2026-11-23T22:00", "tomorrow_morning", "2026-11-24T12:00"),
        ("2026-11-27T18:00", "on_day", "2026-11-30T12:00"),
        ("2026-11-28T10:00", "on_day", "2026-11-30T12:00"),
        ("2026-11-29T23:59", "tomorrow_morning", "2026-11-30T12:00"),
        ("2026-12-24T16:00", "on_day", "2026-12-28T11:00"),  # Christmas is a Friday
        ("2026-06-30T20:00", "on_day", "2026-07-02T12:00"),  # Canada Day
        ("2026-10-09T16:30", "on_day", "2026-10-13T11:30"),  # Thanksgiving
        ("2027-03-12T16:00", "on_day", "2027-03-15T11:00"),  # the clocks change on Sunday
    ],
)
def test_the_promise_honours_nights_weekends_and_holidays(ours: Firm, now: str, words: str, by: str) -> None:
    promised = firm.promise(ours, at(now))
    assert (promised.words, promised.by) == (words, at(by))
    assert promised.values["date"] == by[:10] and promised.values["time"] == by[11:]


def test_the_promise_is_told_on_the_firms_clock_wherever_the_visitor_is(ours: Firm) -> None:
    promised = firm.promise(ours, at("2026-11-23T22:00", "America/Tijuana"))  # 1 am on Tuesday in Toronto
    assert promised.words == "today"
    assert promised.values == {
        "date": "2026-11-24",
        "weekday": "tuesday",
        "time": "12:00",
        "time_zone": "America/Toronto",
    }


def test_an_afternoon_of_tomorrow_is_no_morning(ours: Firm) -> None:
    slower = ours.copy(update={"reply_within_hours": 4})
    assert firm.promise(slower, at("2026-11-23T22:00")).words == "tomorrow"


def test_the_firms_own_days_are_closed(ours: Firm) -> None:
    closed = ours.closed.copy(update={"days": (date(2026, 11, 24),)})
    promised = firm.promise(ours.copy(update={"closed": closed}), at("2026-11-23T22:00"))
    assert (promised.words, promised.values["date"]) == ("on_day", "2026-11-25")


@pytest.mark.parametrize(
    ("now", "expected"),
    [("2026-11-23T08:59", False), ("2026-11-23T09:00", True), ("2026-11-23T16:59", True),
     ("2026-11-23T17:00", False), ("2026-11-28T12:00", False), ("2026-12-25T12:00", False)],
)  # fmt: skip
def test_open_is_open(ours: Firm, now: str, expected: bool) -> None:
    assert firm.is_open(ours, at(now)) is expected


AWAY = (Away(first=date(2026, 12, 21), last=date(2027, 1, 4)),)
LAWYERS = (
    Lawyer(
        id="anna", name="Anna", email="a@f.example", languages=("en", "fr"), matters=("refusal",), away=AWAY
    ),
    Lawyer(id="bob", name="Bob", email="b@f.example", slack="U0BOB", languages=("en",), matters=("family",)),
    Lawyer(id="carla", name="Carla", email="c@f.example", languages=("es", "en")),
    Lawyer(id="desk", name="Desk", email="d@f.example", languages=("en",), matters=("family",), away=AWAY),
)


@pytest.fixture
def team(ours: Firm) -> Firm:
    return ours.copy(update={"lawyers": LAWYERS, "fallback": "desk"})


@pytest.mark.parametrize(
    ("language", "matter", "day", "lawyer"),
    [
        ("en", "refusal", "2026-11-24", "anna"),
        ("en", "I was REFUSED at the border", "2026-11-24", "anna"),
        ("en", "My wife wants to come too", "2026-11-24", "bob"),
        ("en", "Something else", "2026-11-24", "carla"),
        ("fr", "ma demande", "2026-11-24", "anna"),  # speaks it, though it is not her matter
        ("es", "family", "2026-11-24", "carla"),
        ("zh", "refusal", "2026-11-24", "desk"),
        ("en", "refusal", "2026-12-21", "carla"),
        ("en", "refusal", "2027-01-04", "carla"),
        ("en", "refusal", "2027-01-05", "anna"),
        ("fr", "refusal", "2026-12-25", "desk"),  # gets what nobody else takes, also when away
    ],
)
def test_a_lead_goes_to_who_speaks_the_language_and_takes_the_matter(
    team: Firm, language: str, matter: str, day: str, lawyer: str
) -> None:
    assert firm.route(team, language, matter, at(f"{day}T12:00")).id == lawyer


def test_words_that_only_look_like_a_matter_are_none(ours: Firm) -> None:
    assert firm.matters(ours, "I was refused; the appeal is lost") == {"refusal"}
    assert firm.matters(ours, "unappealing") == set()


@pytest.mark.parametrize("wanted", ["bob", "B@F.example", "U0BOB"])
def test_a_lawyer_is_known_by_id_address_and_slack(team: Firm, wanted: str) -> None:
    found = firm.lawyer(team, wanted)
    assert found is not None and found.id == "bob"
    assert firm.lawyer(team, "nobody") is None
