"""What the action server tells of the leads' database: whether a lead could be kept now, and figures over all of them."""

from __future__ import annotations

from datetime import datetime, timezone
from threading import Lock
from typing import Any

from sqlalchemy import select

from components.probe import InThread, Probe
from leads.database import reading
from leads.report import figures
from leads.store import LeadStore
from leads.tables import LEADS


class LeadsWatch:
    """Opens the store itself, as the first lead would: tables and keys must fit, not only the address."""

    def __init__(self) -> None:
        self._store: LeadStore | None = None
        self._opening = Lock()
        self._ready = Probe(InThread(self._read_one))
        self._figures = Probe(InThread(self._count))

    async def missing(self) -> list[str]:
        """The names of what does not answer."""
        return [] if await self._ready.ask() else ["leads"]

    async def figures(self) -> dict[str, Any] | None:
        """As leads/report.py makes them; None when the database does not answer."""
        return await self._figures.ask()

    def _open(self) -> LeadStore:
        with self._opening:
            self._store = self._store or LeadStore.open()
            return self._store

    def _read_one(self) -> bool:
        with reading(self._open().engine) as connection:
            connection.execute(select(LEADS.c.id).limit(1)).first()
        return True

    def _count(self) -> dict[str, Any]:
        return figures(self._open(), datetime.now(timezone.utc))
