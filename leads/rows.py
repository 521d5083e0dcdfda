"""Between records and rows: which columns a lead has, and what is sealed in them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from leads.crypto import Keyring
from leads.records import AMENDABLE, Case, Consent, NewLead, StoredLead, Turn

PLAIN = ("form", "language", "channel")
ONLY_STORED = (
    "id", "number", "created_at", "amended_at", "status", "lawyer", "claimed_by", "claimed_at", "held_at"
)  # fmt: skip


def lead_row(lead: NewLead, keys: Keyring) -> dict[str, Any]:
    """The columns that hold what the visitor gave."""
    return {
        **{name: getattr(lead, name) for name in PLAIN},
        "conversation_hash": keys.hash("conversation", lead.conversation),
        **contact_hashes(lead, keys),
        "sealed": keys.seal(_document(lead)),
    }


def contact_hashes(lead: NewLead, keys: Keyring) -> dict[str, str | None]:
    """The columns by which a lead is found from an address or a number."""
    return {
        "email_hash": keys.hash("email", same_email(lead.email)) if lead.email else None,
        "phone_hash": keys.hash("phone", same_phone(lead.phone)) if lead.phone else None,
    }


def same_email(address: str) -> str:
    """What two spellings of one address share."""
    return address.strip().casefold()


def same_phone(number: str) -> str:
    """The number without its extension: who asks to be forgotten may not give it."""
    return number.partition(";")[0]


def consent_row(lead_id: str, consent: Consent) -> dict[str, Any]:
    """The columns of the consent."""
    return {"lead_id": lead_id, **asdict(consent)}


def stored_lead(row: Mapping[str, Any], keys: Keyring) -> StoredLead:
    """The lead in a row of leads and consents, as ``with_consent`` joins them. Raises ``WrongKey``."""
    opened = json.loads(keys.unseal(row["sealed"]))
    return StoredLead(
        conversation=opened["conversation"],
        **{name: opened[name] for name in AMENDABLE},
        **{name: row[name] for name in (*PLAIN, *ONLY_STORED)},
        case=_case(opened["case"]),
        transcript=tuple(
            Turn(who=turn["who"], text=turn["text"], at=datetime.fromisoformat(turn["at"]))
            for turn in opened["transcript"]
        ),
        consent=Consent(**{name: row[f"consent_{name}"] for name in Consent.__dataclass_fields__}),
    )


def _document(lead: NewLead) -> str:
    transcript = [{"who": turn.who, "text": turn.text, "at": turn.at.isoformat()} for turn in lead.transcript]
    return json.dumps(
        {
            "conversation": lead.conversation,
            **{name: getattr(lead, name) for name in AMENDABLE},
            "case": {name: _plain(value) for name, value in vars(lead.case).items()},
            "transcript": transcript,
        }
    )


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else value


def _case(opened: Mapping[str, Any]) -> Case:
    lists = {name: tuple(value) for name, value in opened.items() if isinstance(value, list)}
    return Case(**{**opened, **lists})
