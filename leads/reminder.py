"""A reminder in Slack of a lead that nobody has claimed by the time its visitor was promised an answer: one each."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from knowledge.records import Firm
from leads.audit import note
from leads.database import reading, writing
from leads.firm import promise
from leads.store import LeadStore
from leads.tables import LEADS, OUTBOX

TARGET, KIND = "slack", "reminder"
OLDEST = timedelta(days=7)  # what is older when the worker starts, is no news
_OURS = uuid.UUID("2a0f6c1e-3d57-4b1b-8a53-0d9a4f6f7c21")


def remind(store: LeadStore, firm: Firm, who: str, now: datetime) -> int:
    """Puts what is due into the outbox; how many that were. Raises ``StoreUnavailable``.

    Any number of workers may do so at the same time. What is claimed before it goes out, is not said.
    """
    return sum(_queue(store, lead_id, number, who, now) for lead_id, number in _due(store, firm, now))


def _due(store: LeadStore, firm: Firm, now: datetime) -> Iterator[tuple[str, str]]:
    new = (LEADS.c.status == "new") & (LEADS.c.created_at > now - OLDEST) & (LEADS.c.created_at < now)
    mine = (OUTBOX.c.lead_id == LEADS.c.id) & (OUTBOX.c.target == TARGET)
    shown = select(OUTBOX.c.id).where(mine, OUTBOX.c.kind == "new").exists()
    reminded = select(OUTBOX.c.id).where(mine, OUTBOX.c.kind == KIND).exists()
    query = select(LEADS.c.id, LEADS.c.number, LEADS.c.created_at).where(new, shown, ~reminded)
    with reading(store.engine) as connection:
        rows = connection.execute(query.order_by(LEADS.c.created_at)).all()
    for row in rows:
        if promise(firm, row.created_at).by <= now:
            yield row.id, row.number


def _queue(store: LeadStore, lead_id: str, number: str, who: str, now: datetime) -> bool:
    """False when another worker was quicker: the id of a lead's reminder is always the same."""
    row = {
        "id": str(uuid.uuid5(_OURS, lead_id)),
        "lead_id": lead_id,
        "target": TARGET,
        "kind": KIND,
        "state": "waiting",
    }
    try:
        with writing(store.engine) as connection:
            connection.execute(insert(OUTBOX).values(**row, created_at=now, attempts=0, next_at=now))
            note(connection, now, who, "reminded", number, TARGET)
    except IntegrityError:
        return False
    return True
