"""All that is kept of one person: what they may ask to see, and to take elsewhere, as plain JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timezone
from typing import Any

from leads import report
from leads.conversations import Conversations
from leads.records import StoredLead
from leads.store import LeadStore

# Of a lead, what is ours and says nothing of the person.
INTERNAL = ("id", "form", "conversation", "transcript", "consent")


def everything(
    store: LeadStore, conversations: Conversations, leads: Sequence[StoredLead]
) -> dict[str, list[dict[str, Any]]]:
    """The requests with their consents, deliveries and audit, and the conversations that they came from."""
    names = dict.fromkeys(lead.conversation for lead in leads)
    return {
        "requests": [_request(store, lead) for lead in leads],
        "conversations": [_conversation(conversations.read(name)) for name in names],
    }


def _request(store: LeadStore, lead: StoredLead) -> dict[str, Any]:
    values = {name: value for name, value in vars(lead).items() if name not in INTERNAL}
    return {
        **values,
        "transcript": [asdict(turn) for turn in lead.transcript],
        "consent": asdict(lead.consent),
        "deliveries": [asdict(one) for one in report.deliveries(store, [lead.number])],
        "audit": [asdict(row) for row in store.audit(lead.number)],
    }


def _conversation(events: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What was said, and what the assistant has noted of it."""
    noted = {event["name"]: event.get("value") for event in events if event["event"] == "slot"}
    said = [_said(event) for event in events if event["event"] in ("user", "bot")]
    return {"messages": said, "noted": {name: value for name, value in noted.items() if value}}


def _said(event: Mapping[str, Any]) -> dict[str, Any]:
    at = datetime.fromtimestamp(float(event.get("timestamp") or 0), timezone.utc)
    who = "visitor" if event["event"] == "user" else "assistant"
    return {"who": who, "text": event.get("text") or "", "at": at}
