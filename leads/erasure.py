"""Forgetting: on request, and when the retention days are over. What stays is the audit, without contents."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import delete, select, text
from sqlalchemy.exc import DBAPIError

from leads.audit import note
from leads.conversations import Conversations
from leads.database import reading, writing
from leads.records import StoredLead
from leads.store import LeadStore
from leads.tables import LEADS


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
) -> Erased:
    """Deletes the conversations of these leads, then the leads.

    In this order, since only a lead knows its conversation: after a break, the same again finishes it.
    """
    events = sum(conversations.erase(name) for name in {lead.conversation for lead in leads})
    with writing(store.engine) as connection:
        for lead in leads:
            if connection.execute(delete(LEADS).where(LEADS.c.id == lead.id)).rowcount:
                note(connection, now, who, what, lead.number)
    _sweep(store)
    return Erased(tuple(lead.number for lead in leads), events)


def purge(
    store: LeadStore, conversations: Conversations, retention_days: int, who: str, now: datetime
) -> Erased:
    """Deletes the leads that are older, with their conversations, and any conversation silent for as long."""
    before = now - timedelta(days=retention_days)
    erased = erase(store, conversations, due(store, before), who, now, "purged")
    return Erased(erased.numbers, erased.events + conversations.purge(before))


def due(store: LeadStore, before: datetime) -> list[StoredLead]:
    """The leads from before, oldest first."""
    with reading(store.engine) as connection:
        old = select(LEADS.c.id).where(LEADS.c.created_at < before).order_by(LEADS.c.created_at)
        ids = connection.execute(old).scalars().all()
    return [store.get(lead_id) for lead_id in ids]


def _sweep(store: LeadStore) -> None:
    """Takes what was deleted out of the files, too: SQLite overwrites it, once the journal is emptied.

    Where somebody is reading just now, this is left to the next time.
    """
    postgresql = store.engine.dialect.name == "postgresql"
    statement = "VACUUM leads, consents, outbox" if postgresql else "PRAGMA wal_checkpoint(TRUNCATE)"
    with suppress(DBAPIError), store.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text(statement))
