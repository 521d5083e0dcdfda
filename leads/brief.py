"""A lead as a lawyer reads it in half a minute, as data and as plain text. All words are in brief.yml.

What a visitor typed has gone through ``clean``; each form (text, ``brief_html``, Slack) escapes for itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any
from urllib.parse import quote

import yaml

from leads import clean
from leads.contact import shown
from leads.records import Kind, StoredLead, Turn

WORDS: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("brief.yml").read_text(encoding="utf-8"))
LANGUAGE: str = WORDS["language"]  # the firm's, whatever the visitor's is
LONGEST_MATTER = 2000
LONGEST_TURN = 1500
MOST_TURNS = 200


@dataclass(frozen=True)
class Row:
    """A label and what stands beside it; ``link`` where it can be pressed on a telephone."""

    label: str
    value: str
    link: str | None = None


@dataclass(frozen=True)
class Section:
    """Rows under a title. ``key`` is its name in brief.yml."""

    key: str
    rows: tuple[Row, ...]

    @property
    def title(self) -> str:
        """The title, in the firm's words."""
        return str(WORDS["sections"][self.key])


@dataclass(frozen=True)
class Brief:
    """All that a lawyer sees. ``subject`` has no personal data in it."""

    subject: str
    headline: str
    urgency: str
    received: str
    sections: tuple[Section, ...]
    transcript: Section
    disclaimer: str


def of(lead: StoredLead, kind: Kind, zone: tzinfo) -> Brief:
    """The brief of a lead, with times in the firm's ``zone``."""
    urgent = lead.urgency is not None
    return Brief(
        subject=WORDS["urgent_subject" if urgent else "subject"][kind].format(number=lead.number),
        headline=WORDS["headline"][kind].format(number=lead.number),
        urgency=urgency(lead),
        received=_received(lead, zone),
        sections=tuple(part for part in _sections(lead, zone) if part.rows),
        transcript=Section("transcript", tuple(_transcript(lead.transcript))),
        disclaimer=WORDS["disclaimer"],
    )


def as_text(shown: Brief) -> str:
    """The brief as plain text. What a visitor typed is indented, so that it can pass for no title of ours."""
    parts = [[shown.headline, shown.urgency, shown.received]]
    parts += [_section_text(section) for section in (*shown.sections, shown.transcript)]
    return "\n\n".join("\n".join(part) for part in [*parts, [shown.disclaimer]]) + "\n"


def urgency(lead: StoredLead) -> str:
    """How urgent it is, in the visitor's words if there are any."""
    if lead.urgency is None:
        return str(WORDS["no_urgency"])
    return str(WORDS["urgency"].format(urgency=clean.line(lead.urgency)))


def when(moment: datetime, zone: tzinfo) -> str:
    """A moment on the firm's clock."""
    return str(WORDS["time"].format(moment.astimezone(zone)))


def case_sections(lead: StoredLead) -> tuple[Section, ...]:
    """The parts that name nobody, as long as the visitor named nobody in them."""
    case = lead.case
    told = (
        _row("profession", case.profession),
        _row("citizenship", ", ".join(case.citizenship)),
        _row("residence", case.residence),
        _row("destination", case.destination),
        *(Row(clean.line(label, 60), clean.line(value)) for label, value in case.facts.items()),
    )
    answered = (
        _row("verdict", case.verdict),
        _row("answer", case.answer, 800),
        _list_row("reasons", case.reasons),
        _list_row("sources", case.sources),
        _row("facts_version", case.facts_version),
    )
    still_open = _list_row("still_open", case.still_open or (WORDS["nothing_open"],))
    return (_section("case", told), _section("answer", answered), _section("open", (still_open,)))


def matter_section(lead: StoredLead) -> Section:
    """What the visitor wants, in their own words."""
    asked = _list_row("asked", lead.case.asked)
    return _section("matter", (Row(_label("matter"), clean.lines(lead.matter, LONGEST_MATTER)), asked))


def contact_section(lead: StoredLead) -> Section:
    """Who it is and how to reach them."""
    rows = (
        _row("name", lead.name),
        _link_row("email", lead.email, "mailto:"),
        _link_row("phone", lead.phone, "tel:", shown(lead.phone) if lead.phone else None),
        _row("best_time", lead.best_time),
        _row("language", _language(lead.language)),
        _row("person", lead.person),
    )
    return _section("contact", rows)


def conflict_section(lead: StoredLead) -> Section:
    """Whom to look up before hearing details."""
    return _section("conflict", (_row("employer", lead.employer or WORDS["no_employer"]),))


def _sections(lead: StoredLead, zone: tzinfo) -> tuple[Section, ...]:
    consent = lead.consent
    agreed = WORDS["consent"].format(
        version=clean.line(consent.version, 60),
        when=when(consent.given_at, zone),
        language=_language(consent.language),
        channel=clean.line(consent.channel, 60),
    )
    return (
        contact_section(lead),
        matter_section(lead),
        *case_sections(lead),
        conflict_section(lead),
        Section("consent", (Row(_label("consent"), agreed),)),
    )


def _received(lead: StoredLead, zone: tzinfo) -> str:
    received = when(lead.created_at, zone)
    if lead.amended_at is None:
        return str(WORDS["received"].format(when=received))
    return str(WORDS["corrected"].format(when=received, corrected=when(lead.amended_at, zone)))


def _transcript(turns: tuple[Turn, ...]) -> Iterable[Row]:
    left_out = len(turns) - MOST_TURNS
    if left_out > 0:
        yield Row("", WORDS["transcript_cut"].format(count=left_out))
    for turn in turns[-MOST_TURNS:]:
        yield Row(WORDS["who"][turn.who], clean.lines(turn.text, LONGEST_TURN))


def _section_text(section: Section) -> list[str]:
    return [section.title.upper(), *(_row_text(row) for row in section.rows)]


def _row_text(row: Row) -> str:
    label = f"{row.label}: " if row.label else ""
    return f"  {label}" + row.value.replace("\n", "\n      ")


def _section(key: str, rows: Iterable[Row]) -> Section:
    return Section(key, tuple(row for row in rows if row.value))


def _row(key: str, value: str | None, limit: int = 300) -> Row:
    return Row(_label(key), clean.line(value or "", limit))


def _link_row(key: str, value: str | None, scheme: str, shown_as: str | None = None) -> Row:
    row, link = _row(key, shown_as or value), clean.line(value or "")
    return Row(row.label, row.value, scheme + quote(link, safe="@+;=") if link else None)


def _list_row(key: str, values: Iterable[str]) -> Row:
    return Row(_label(key), clean.cut("\n".join(clean.line(value) for value in values), 1500))


def _label(key: str) -> str:
    return str(WORDS["rows"][key])


def _language(code: str) -> str:
    return str(WORDS["languages"].get(code, clean.line(code, 20)))
