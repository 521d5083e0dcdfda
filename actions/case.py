"""What a conversation says about a case: for the lawyer who gets the request, and as a line the visitor may
send.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timezone
from functools import lru_cache
from typing import Any

from actions.grammar import small
from actions.words import Words
from knowledge.facts import Facts
from knowledge.places import Places
from leads import private
from leads.records import Case, Turn

OPENING = "/greet"  # what the chat page sends to be greeted; nobody typed it
_VALUE = re.compile(r': *"([^"]*)"')
LONGEST_TEXT, MOST_TURNS, MOST_TOPICS = 2000, 300, 3
# Slots that a case has no field of its own for, and those without which a lawyer has to ask.
TOLD = ("own_business", "job_offer", "degree", "licence", "experience_years")
NEEDED = ("job", "citizenship", "destination", "job_offer")

Event = Mapping[str, Any]


def case_of(slots: Mapping[str, Any], events: Sequence[Event], facts: Facts, words: Words) -> Case:
    """The case as far as it was told, and the last verdict that was given, with what it rests on."""
    said = next((event for event in reversed(events) if _record(event).get("verdict")), {})
    record = _record(said)
    job = slots.get("job") or {}
    return Case(
        profession=_job(job),
        citizenship=tuple(str(code).upper() for code in slots.get("citizenship") or ()),
        residence=", ".join(str(code).upper() for code in slots.get("residence") or ()) or None,
        destination=_place(slots.get("destination"), words),
        facts={words.say(f"case_{name}"): str(slots[name]) for name in TOLD if slots.get(name)},
        asked=tuple(_topics(events, facts, words)),
        verdict=record.get("verdict"),
        reasons=tuple(record.get("reasons") or ()),
        answer=_first_line(said.get("text")),
        sources=tuple(_sources(record, facts, words)),
        facts_version=str(record.get("facts_version") or facts.version),
        still_open=tuple(words.say(f"case_{name}") for name in NEEDED if not slots.get(name)),
    )


def matter_line(slots: Mapping[str, Any], events: Sequence[Event], facts: Facts, words: Words) -> str | None:
    """'pharmacist, US citizen, work in Ontario, asked about: fees'; None when nothing was told or asked."""
    nations = [words.say(f"matter_{code}") for code in slots.get("citizenship") or () if code in ("us", "mx")]
    place = _place(slots.get("destination"), words)
    topics = list(_topics(events, facts, words))[-MOST_TOPICS:]
    parts = [
        str((slots.get("job") or {}).get("text") or ""),
        *nations,
        words.say("matter_for", place=place) if place else "",
        words.say("matter_asked", topics=", ".join(map(small, topics))) if topics else "",
    ]
    return ", ".join(filter(None, parts)) or None


def transcript_of(events: Sequence[Event]) -> tuple[Turn, ...]:
    """What was said, without what must not be kept."""
    turns = [
        Turn("visitor" if event["event"] == "user" else "assistant", _shown(event), _time(event))
        for event in events
        if event.get("event") in {"user", "bot"} and event.get("text") and event["text"] != OPENING
    ]
    return tuple(turns[-MOST_TURNS:])


def _shown(event: Event) -> str:
    return private.without(_as_pressed(str(event["text"]))[:LONGEST_TEXT]).text


def _as_pressed(text: str) -> str:
    """A button's payload as what it stands for: '/inform{"citizenship": "us"}' → '[us]'."""
    payload = re.fullmatch(r"/(\w+)(\{.*\})?", text)
    if payload is None:
        return text
    if payload[2] is None:
        return f"[{payload[1].removeprefix('ask_').replace('_', ' ')}]"
    values = _VALUE.findall(payload[2])
    return f"[{', '.join(values)}]"


def _time(event: Event) -> datetime:
    return datetime.fromtimestamp(float(event.get("timestamp") or 0), timezone.utc)


def _record(event: Event) -> Mapping[str, Any]:
    if event.get("event") != "bot":
        return {}
    return (event.get("metadata") or {}).get("answer") or {}


def _job(job: Mapping[str, Any]) -> str | None:
    text, title = str(job.get("text") or ""), job.get("title")
    return f"{text} ({title})" if title and title.lower() != text.lower() else text or None


def _topics(events: Sequence[Event], facts: Facts, words: Words) -> Iterator[str]:
    topics = (topic for event in events for topic in _record(event).get("topics") or ())
    for topic in dict.fromkeys(topics):
        if topic in facts.topics:
            yield words.of(facts.topics[topic])


def _sources(record: Mapping[str, Any], facts: Facts, words: Words) -> Iterator[str]:
    """Short name and date of the best source of each fact that the verdict rests on, once."""
    used = [facts.rules[name] for name in record.get("rules") or () if name in facts.rules]
    listed = [
        facts.professions[name] for name in record.get("professions") or () if name in facts.professions
    ]
    seen: dict[str, str] = {}
    for fact in (*used, *listed):
        source = next((s for s in fact.sources if s != "seed"), fact.sources[0])
        seen.setdefault(words.of(facts.sources[source].short), words.date(fact.as_of))
    return (words.say("source_dated", source=name, date=day) for name, day in seen.items())


def _first_line(text: Any) -> str | None:
    line = str(text or "").strip().split("\n")[0].replace("**", "").strip()
    return line or None


def _place(code: Any, words: Words) -> str | None:
    if code in _provinces():
        return words.say(f"province_{code}")
    return str(code).upper() if code else None


@lru_cache(maxsize=1)
def _provinces() -> frozenset[str]:
    return frozenset(Places().provinces.values())
