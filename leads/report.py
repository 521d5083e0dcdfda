"""What is going on: how far each delivery is, and figures over all leads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_args

from sqlalchemy import func, select

from leads.database import reading
from leads.records import Status
from leads.store import LeadStore
from leads.tables import LEADS, OUTBOX


@dataclass(frozen=True)
class Progress:
    """How far one delivery is. ``state``: waiting, sent or dead; ``reason``: why the last attempt failed."""

    number: str
    target: str
    kind: str
    state: str
    attempts: int
    next_at: datetime
    sent_at: datetime | None
    reason: str | None


def deliveries(store: LeadStore, numbers: Sequence[str] | None = None) -> list[Progress]:
    """The deliveries of these leads, or of all, in order."""
    columns = [LEADS.c.number, *(OUTBOX.c[name] for name in list(Progress.__dataclass_fields__)[1:])]
    query = select(*columns).join(LEADS, LEADS.c.id == OUTBOX.c.lead_id).order_by(OUTBOX.c.seq)
    if numbers is not None:
        query = query.where(LEADS.c.number.in_(numbers))
    with reading(store.engine) as connection:
        return [Progress(**row._mapping) for row in connection.execute(query)]


def stats(store: LeadStore, now: datetime) -> dict[str, Any]:
    """Leads by status, language and channel, deliveries by target and state, and the longest waits."""
    with reading(store.engine) as connection:
        by = {
            name: {row[0]: row[1] for row in connection.execute(_counted(LEADS.c[name]))}
            for name in ("status", "language", "channel")
        }
        oldest = connection.execute(_oldest(LEADS.c.created_at, LEADS.c.status == "new")).scalar()
        waiting = connection.execute(_oldest(OUTBOX.c.created_at, OUTBOX.c.state == "waiting")).scalar()
        states = connection.execute(_counted(OUTBOX.c.target, OUTBOX.c.state)).all()
    return {
        "leads": sum(by["status"].values()),
        **{f"by_{name}": counts for name, counts in by.items()},
        "deliveries": {f"{target} {state}": count for target, state, count in states},
        "oldest_new_hours": _hours(oldest, now),
        "oldest_waiting_hours": _hours(waiting, now),
    }


def figures(store: LeadStore, now: datetime) -> dict[str, Any]:
    """For monitoring: ``leads`` by status, ``deliveries`` as (target, state, count), and for how many seconds the oldest
    delivery waits, 0 if none does.
    """
    with reading(store.engine) as connection:
        leads = {status: count for status, count in connection.execute(_counted(LEADS.c.status))}
        rows = connection.execute(_counted(OUTBOX.c.target, OUTBOX.c.state)).all()
        waiting = connection.execute(_oldest(OUTBOX.c.created_at, OUTBOX.c.state == "waiting")).scalar()
    return {
        "leads": {**dict.fromkeys(get_args(Status), 0), **leads},
        "deliveries": [list(row) for row in rows],
        "oldest_waiting_s": max(0.0, (now - waiting).total_seconds()) if waiting else 0.0,
    }


def _counted(*columns: Any) -> Any:
    return select(*columns, func.count()).group_by(*columns).order_by(*columns)


def _oldest(column: Any, where: Any) -> Any:
    return select(column).where(where).order_by(column).limit(1)


def _hours(since: datetime | None, now: datetime) -> float | None:
    return None if since is None else round((now - since).total_seconds() / 3600, 1)
