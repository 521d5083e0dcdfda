"""A lead as signed JSON to a system of the firm's choice.

``X-Signature: t=<seconds>,v1=<hex>``: HMAC-SHA256 with the shared secret over ``<seconds>.<body>``.
``Idempotency-Key`` stays the same over all attempts of one delivery.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from leads import clean
from leads.records import Delivery, StoredLead
from leads.settings import Webhook as Settings
from leads.targets.posting import post

ALREADY_THERE = frozenset({409})


class Webhook:
    """Posts to one address."""

    name = "webhook"

    def __init__(self, settings: Settings, now: Callable[[], datetime]) -> None:
        self._settings, self._now = settings, now

    def deliver(self, lead: StoredLead, delivery: Delivery) -> None:
        """Returns when the other side answers 2xx, or 409: it knows this key already."""
        body = json.dumps(payload(lead, delivery), ensure_ascii=False).encode()
        headers = {
            "Idempotency-Key": delivery.id,
            "X-Signature": signature(self._settings.secret, body, self._now()),
        }
        post(self._settings.url, body, headers, fine=ALREADY_THERE)


def signature(secret: str, body: bytes, now: datetime) -> str:
    """The value of X-Signature."""
    seconds = str(int(now.timestamp()))
    digest = hmac.new(secret.encode(), seconds.encode() + b"." + body, hashlib.sha256).hexdigest()
    return f"t={seconds},v1={digest}"


def payload(lead: StoredLead, delivery: Delivery) -> dict[str, Any]:
    """What is sent; a text that a spreadsheet would run as a formula begins with an apostrophe."""
    case = lead.case
    return {
        "event": f"lead.{delivery.kind}",
        "delivery": delivery.id,
        "number": lead.number,
        "created_at": lead.created_at.isoformat(),
        "amended_at": lead.amended_at.isoformat() if lead.amended_at else None,
        "channel": lead.channel,
        "language": lead.language,
        "name": clean.cell(lead.name),
        "email": clean.cell(lead.email),
        "phone": lead.phone,
        "best_time": clean.cell(lead.best_time),
        "matter": clean.cell(lead.matter),
        "employer": clean.cell(lead.employer),
        "urgency": clean.cell(lead.urgency),
        "person": clean.cell(lead.person),
        "case": {
            "profession": clean.cell(case.profession),
            "citizenship": [clean.cell(text) for text in case.citizenship],
            "residence": clean.cell(case.residence),
            "destination": clean.cell(case.destination),
            "facts": {clean.line(label, 60): clean.cell(value) for label, value in case.facts.items()},
            "asked": [clean.cell(text) for text in case.asked],
            "verdict": clean.cell(case.verdict),
            "answer": clean.cell(case.answer),
            "reasons": [clean.cell(text) for text in case.reasons],
            "sources": [clean.cell(text) for text in case.sources],
            "facts_version": case.facts_version,
            "still_open": [clean.cell(text) for text in case.still_open],
        },
        "consent": {
            "version": lead.consent.version,
            "given_at": lead.consent.given_at.isoformat(),
            "language": lead.consent.language,
            "channel": lead.consent.channel,
        },
        "transcript": [
            {"who": turn.who, "at": turn.at.isoformat(), "text": clean.cell(turn.text)}
            for turn in lead.transcript
        ],
    }
