"""Leads on a terminal: tables, times on the firm's clock, contact details only where they are asked for."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, is_dataclass
from datetime import datetime, tzinfo
from typing import Any

from leads import clean
from leads.contact import shown
from leads.records import StoredLead
from leads.report import Progress

HEAD = ("NUMBER", "RECEIVED", "STATUS", "LAWYER", "LANG", "NAME", "CONTACT", "DELIVERED", "MATTER")
NARROWEST = 20


def as_json(value: Any) -> str:
    """The value as JSON, with times in ISO 8601."""
    return json.dumps(value, indent=2, ensure_ascii=False, default=_plain)


def lead_table(
    leads: Sequence[StoredLead], progress: Sequence[Progress], zone: tzinfo, contacts: bool
) -> list[str]:
    """A line for each lead under a head line; the last column takes what room is left."""
    told = delivered(progress)
    rows = [
        (
            lead.number,
            time(lead.created_at, zone),
            f"{lead.status} {lead.claimed_by or ''}".strip(),
            lead.lawyer or "",
            lead.language,
            clean.line(lead.name, 30),
            contact(lead, contacts),
            told.get(lead.number, ""),
            clean.line(lead.matter, 200),
        )
        for lead in leads
    ]
    return table(HEAD, rows)


def lead_data(lead: StoredLead, progress: Sequence[Progress], contacts: bool) -> dict[str, Any]:
    """What the table shows, for JSON."""
    shown = ("number", "created_at", "amended_at", "status", "lawyer", "claimed_by", "claimed_at", "language")
    return {
        **{name: getattr(lead, name) for name in (*shown, "channel", "name", "matter", "urgency")},
        "email": lead.email if contacts else masked(lead.email),
        "phone": lead.phone if contacts else masked(lead.phone),
        "deliveries": [asdict(one) for one in progress if one.number == lead.number],
    }


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Columns as wide as they need to be, on lines no longer than the terminal."""
    widths = [max(len(str(row[place])) for row in (head, *rows)) for place in range(len(head))]
    room = max(shutil.get_terminal_size((120, 40)).columns, NARROWEST)
    lines = [
        "  ".join(f"{value:{width}}" for value, width in zip(row, widths, strict=True))
        for row in (head, *rows)
    ]
    return [line.rstrip() if len(line.rstrip()) <= room else f"{line[: room - 1]}…" for line in lines]


def contact(lead: StoredLead, whole: bool) -> str:
    """The e-mail address and telephone number, or so much of them that one knows them again."""
    phone = shown(lead.phone) if lead.phone else None
    ways = [way if whole else masked(way) for way in (lead.email, phone) if way]
    return clean.line(" ".join(str(way) for way in ways), 80)


def masked(way: str | None) -> str | None:
    """'ann@mail.example' → 'a…@mail.example', '+16135550100' → '+1…00'."""
    if way is None:
        return None
    name, at, host = way.rpartition("@")
    return f"{name[:1]}…@{host}" if at else f"{way[:2]}…{way[-2:]}"


def delivered(progress: Sequence[Progress]) -> dict[str, str]:
    """Number → 'email sent, slack waiting (3)'; of several deliveries to a target the last one counts."""
    states: dict[str, dict[str, str]] = {}
    for one in progress:
        tries = f" ({one.attempts})" if one.state == "waiting" and one.attempts else ""
        states.setdefault(one.number, {})[one.target] = f"{one.target} {one.state}{tries}"
    return {number: ", ".join(by_target.values()) for number, by_target in states.items()}


def time(moment: datetime | None, zone: tzinfo) -> str:
    """A moment on the firm's clock."""
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}" if moment else ""


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return {name: getattr(value, name) for name in value.__dataclass_fields__}
    return dict(value) if isinstance(value, Mapping) else str(value)
