"""Who did what to which lead, and when. Written in the transaction of the deed; never contents."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import insert
from sqlalchemy.engine import Connection

from leads.tables import AUDIT

What = Literal[
    "created",
    "amended",
    "sent",
    "dead",
    "retried",
    "reminded",
    "opened",
    "claimed",
    "refused",
    "exported",
    "held",
    "released",
    "kept",
    "erased",
    "purged",
]
VISITOR = "visitor"


def note(
    connection: Connection, at: datetime, who: str, what: What, number: str, target: str | None = None
) -> None:
    """Adds a row."""
    row = {"at": at, "who": who, "what": what, "number": number, "target": target}
    connection.execute(insert(AUDIT).values(row))
