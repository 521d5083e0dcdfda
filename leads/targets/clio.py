"""The lead inbox of Clio Grow. It has seven fields, so all else goes into the message.

Fields: https://docs.developers.clio.com/guides/clio-grow/lead-inbox-api/
"""

from __future__ import annotations

import json
from datetime import tzinfo
from typing import Any

from leads import brief, clean
from leads.records import Delivery, StoredLead
from leads.settings import Clio as Settings
from leads.targets.posting import post

LONGEST_MESSAGE = 20_000


class Clio:
    """Posts to the inbox that the token belongs to."""

    name = "clio"

    def __init__(self, settings: Settings, zone: tzinfo) -> None:
        self._settings, self._zone = settings, zone

    def deliver(self, lead: StoredLead, delivery: Delivery) -> None:
        """Clio recognises no second delivery: the receipt number in the message tells a person."""
        inbox_lead = fields(lead, delivery, self._zone)
        body = json.dumps({"inbox_lead": inbox_lead, "inbox_lead_token": self._settings.token}).encode()
        post(f"{self._settings.url}/inbox_leads", body, {})


def fields(lead: StoredLead, delivery: Delivery, zone: tzinfo) -> dict[str, Any]:
    """The lead in Clio's fields; those that are empty and not required stay out."""
    words = brief.WORDS["clio"]
    first, _, last = clean.line(lead.name, 200).rpartition(" ")
    found = {
        "from_first": clean.cell(first or last) or words["no_name"],
        "from_last": clean.cell(last if first else "") or words["no_name"],
        "from_email": clean.cell(lead.email),
        "from_phone": lead.phone,
        "from_message": clean.cut(brief.as_text(brief.of(lead, delivery.kind, zone)), LONGEST_MESSAGE),
        "referring_url": words["page"],
        "from_source": words["source"],
    }
    return {name: value for name, value in found.items() if value}
