"""Leads as a table for a spreadsheet, in which nothing a visitor typed is run as a formula."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, TextIO

from leads import clean
from leads.records import StoredLead

COLUMNS: dict[str, Callable[[StoredLead], Any]] = {
    "number": lambda lead: lead.number,
    "created_at": lambda lead: lead.created_at,
    "status": lambda lead: lead.status,
    "lawyer": lambda lead: lead.lawyer,
    "claimed_by": lambda lead: lead.claimed_by,
    "claimed_at": lambda lead: lead.claimed_at,
    "language": lambda lead: lead.language,
    "channel": lambda lead: lead.channel,
    "name": lambda lead: lead.name,
    "email": lambda lead: lead.email,
    "phone": lambda lead: lead.phone,
    "best_time": lambda lead: lead.best_time,
    "matter": lambda lead: lead.matter,
    "employer": lambda lead: lead.employer,
    "urgency": lambda lead: lead.urgency,
    "person": lambda lead: lead.person,
    "profession": lambda lead: lead.case.profession,
    "citizenship": lambda lead: " ".join(lead.case.citizenship),
    "residence": lambda lead: lead.case.residence,
    "destination": lambda lead: lead.case.destination,
    "verdict": lambda lead: lead.case.verdict,
    "consent_version": lambda lead: lead.consent.version,
    "consent_given_at": lambda lead: lead.consent.given_at,
}


def write_csv(leads: Iterable[StoredLead], to: TextIO) -> None:
    """A head line, then one line a lead."""
    table = csv.writer(to)
    table.writerow(COLUMNS)
    for lead in leads:
        table.writerow([_cell(column(lead)) for column in COLUMNS.values()])


def _cell(value: Any) -> str | None:
    text = value.isoformat() if isinstance(value, datetime) else value
    return clean.cell(text)
