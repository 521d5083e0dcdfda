"""Leads for tests: an ordinary one, and one in which every text is as hostile as can be."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime, timezone
from typing import Any
from zoneinfo import ZoneInfo

from leads.records import Case, Consent, Delivery, Kind, NewLead, StoredLead, Turn

RECEIVED = datetime(2026, 11, 24, 21, 9, tzinfo=timezone.utc)
ZONE = ZoneInfo("America/Toronto")
DELIVERY_ID = "0c5f1c9e-8f0e-4c2a-9d6a-3a5d5b0f7a11"
HOSTILE = (
    "Zoë\r\nBcc: spy@evil.example\r\n\r\n<!channel> <https://evil.example|file> <script>alert(1)</script>"
    ' \u202egnp.exe\u202c \x00\x1b[31m \ud800 👩\u200d⚖️ & "quoted" *bold* `code`'
)
FORMULA = '=HYPERLINK("http://evil.example","Click")'


def new_lead(**changes: Any) -> NewLead:
    """A lead from an ordinary visitor."""
    case = Case(
        profession="Pharmacist",
        citizenship=("United States",),
        residence="Buffalo, New York",
        destination="Ontario",
        facts={"Job offer": "yes, in writing"},
        asked=("requirements", "fees"),
        verdict="yes",
        reasons=("Pharmacist is on the list",),
        answer="Yes, pharmacist is on the list.",
        sources=("CUSMA Appendix 2, as of 2020-07-01",),
        facts_version="2026-11-20 4f2a",
        still_open=("degree or licence",),
    )
    turns = (
        Turn("visitor", "Can I work as a pharmacist?", RECEIVED),
        Turn("assistant", "Yes, pharmacist is on the list.", RECEIVED),
    )
    values: dict[str, Any] = {
        "conversation": "conversation-1",
        "form": "form-1",
        "channel": "web",
        "language": "en",
        "name": "Maria Quill",
        "email": "maria.quill@example.com",
        "phone": "+16135550142",
        "best_time": "mornings",
        "matter": "A work permit for a job in Ottawa",
        "employer": "Rideau Pharmacy Inc.",
        "case": case,
        "transcript": turns,
        "consent": Consent("2026-11-24", "You agree …", RECEIVED, "en", "web"),
    }
    return NewLead(**{**values, **changes})


def stored_lead(**changes: Any) -> StoredLead:
    """The same, as it is kept."""
    own = {"id": "lead-1", "number": "K7PM-3WX9", "created_at": RECEIVED, "lawyer": "intake"}
    lead = new_lead(**{name: changes.pop(name) for name in list(changes) if name in _NEW})
    values = {name: getattr(lead, name) for name in _NEW}
    return StoredLead(**{**values, **own, **changes})


def hostile(text: str = HOSTILE, **changes: Any) -> dict[str, Any]:
    """The changes that put this text wherever a visitor can write."""
    everywhere = ("name", "best_time", "matter", "employer", "urgency", "person")
    case = Case(
        profession=text,
        citizenship=(text,),
        residence=text,
        destination=text,
        facts={text: text},
        asked=(text,),
        verdict=text,
        reasons=(text,),
        answer=text,
        sources=(text,),
        still_open=(text,),
    )
    turns = (Turn("visitor", text, RECEIVED),)
    return {**dict.fromkeys(everywhere, text), "email": text, "case": case, "transcript": turns, **changes}


def delivery(target: str, kind: Kind = "new", attempt: int = 1, reference: str | None = None) -> Delivery:
    """The delivery of the stored lead to a target."""
    return Delivery(DELIVERY_ID, "lead-1", "K7PM-3WX9", target, kind, attempt, RECEIVED, reference)


_NEW = tuple(field.name for field in fields(NewLead))
