"""Forgetting, on request. What stays is the audit and the proof of the consent, which tell nothing of the person."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import delete, insert, literal, select, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from leads.audit import VISITOR, note
from leads.conversations import Conversations, Wish
from leads.database import writing
from leads.errors import OnHold
from leads.records import StoredLead
from leads.slack_waiting import SlackWaiting
from leads.store import LeadStore
from leads.tables import CONSENTS, LEADS, PROOFS, Utc

KEPT_OF_CONSENT = ("version", "text", "given_at", "language", "channel")


@dataclass(frozen=True)
class Erased:
    """What was deleted: leads, each with its consent and its deliveries, and events of conversations."""

    numbers: tuple[str, ...]
    events: int


def erase(
    store: LeadStore,
    conversations: Conversations,
    leads: Sequence[StoredLead],
    who: str,
    now: datetime,
    what: Literal["erased", "purged"] = "erased",
    slack: SlackWaiting | None = None,
) -> Erased:
    """Deletes the conversations of these leads, then the leads. Raises ``OnHold``, before it touches anything.

    In this order, since only a lead knows its conversation: after a break, the same again finishes it.
    """
    if held := [lead.number for lead in leads if lead.held_at]:
        raise OnHold(f"On legal hold: {', '.join(held)}. To release: python -m leads hold NUMBER --release")
    names = list(dict.fromkeys(lead.conversation for lead in leads))
    if slack:
        slack.erase(*names)
    events = conversations.erase(*names)
    return Erased(_erase_leads(store, leads, who, now, what), events)


def grant(store: LeadStore, conversations: Conversations, now: datetime) -> int:
    """Deletes the leads of those who asked for it in the chat; how many wishes. Held ones stay, and the audit says so.

    Of the conversation nothing is left at that time. What was sent after the wish stays: in Slack, where there is no
    new conversation, somebody may come back.
    """
    wishes = conversations.wishes()
    for wish in wishes:
        _grant(store, wish, now)
        conversations.granted(wish)
    return len(wishes)


def _grant(store: LeadStore, wish: Wish, now: datetime) -> None:
    leads = [lead for lead in store.of_conversation(wish.conversation) if lead.created_at <= wish.at]
    store.note("kept", [lead.number for lead in leads if lead.held_at], VISITOR, now)
    _erase_leads(store, [lead for lead in leads if not lead.held_at], VISITOR, now, "erased")


def _erase_leads(
    store: LeadStore, leads: Sequence[StoredLead], who: str, now: datetime, what: Literal["erased", "purged"]
) -> tuple[str, ...]:
    with writing(store.engine) as connection:
        for lead in leads:
            mine = LEADS.c.id == lead.id
            if connection.execute(select(LEADS.c.id).where(mine).with_for_update()).first() is None:
                continue  # another process was first
            _keep_proof(connection, lead, now)
            connection.execute(delete(LEADS).where(mine))
            note(connection, now, who, what, lead.number)
    _sweep(store)
    return tuple(lead.number for lead in leads)


def _keep_proof(connection: Connection, lead: StoredLead, now: datetime) -> None:
    """Who shows the receipt can be told what was agreed to; nobody else can be found by it."""
    kept = [CONSENTS.c[name] for name in KEPT_OF_CONSENT]
    mine = select(literal(lead.number), *kept, literal(now, Utc)).where(CONSENTS.c.lead_id == lead.id)
    connection.execute(insert(PROOFS).from_select(["number", *KEPT_OF_CONSENT, "ended_at"], mine))


def _sweep(store: LeadStore) -> None:
    """Takes what was deleted out of the files, too: SQLite overwrites it, once the journal is emptied.

    Where somebody is reading just now, this is left to the next time.
    """
    postgresql = store.engine.dialect.name == "postgresql"
    statement = "VACUUM leads, consents, outbox" if postgresql else "PRAGMA wal_checkpoint(TRUNCATE)"
    with suppress(DBAPIError), store.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text(statement))
