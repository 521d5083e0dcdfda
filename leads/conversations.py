"""The conversations as Rasa keeps them in its SQL tracker store, and how they are forgotten."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, event, inspect, text
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from leads.errors import SettingsError, StoreUnavailable

WAIT_S = 5
TABLES = ("tails", "heard", "events")  # of components/conversation_store.py; what is old is told from the last
OLD = "SELECT sender_id FROM events GROUP BY sender_id HAVING max(timestamp) < :before"


class Conversations:
    """The conversations in a tracker store: the path of an SQLite file, or a database URL.

    What is deleted from SQLite is overwritten. A store that isn't there holds none.
    """

    def __init__(self, address: str) -> None:
        self._file = None if "://" in address else Path(address)
        try:
            self._engine = create_engine(_url(address), poolclass=NullPool, hide_parameters=True)
        except (ArgumentError, ImportError, ValueError):
            raise SettingsError("CONVERSATIONS_DB", "is no path and no address of a database") from None
        if self._engine.dialect.name == "sqlite":
            event.listen(self._engine, "connect", _overwrite)

    def erase(self, conversation: str) -> int:
        """Deletes all of it; how many events that were."""
        return self._delete("sender_id = :conversation", conversation=conversation)

    def purge(self, before: datetime) -> int:
        """Deletes every conversation in which nothing has been said since; how many events that were."""
        return self._delete(f"sender_id IN ({OLD})", before=before.timestamp())

    def _delete(self, which: str, **values: Any) -> int:
        if self._file and not self._file.exists():
            return 0
        try:
            with self._engine.begin() as connection:
                if not inspect(connection).has_table("events"):
                    return 0
                there = set(inspect(connection).get_table_names())
                counts = [
                    int(connection.execute(text(f"DELETE FROM {table} WHERE {which}"), values).rowcount)
                    for table in TABLES
                    if table in there
                ]
            with self._engine.connect() as connection:
                _empty_journal(connection)
        except SQLAlchemyError as error:
            kind = type(getattr(error, "orig", None) or error).__name__
            raise StoreUnavailable(f"The conversations cannot be reached or changed ({kind}).") from None
        return counts[-1]


def _url(address: str) -> URL:
    if "://" not in address:
        return URL.create("sqlite", database=address)
    return make_url(address.replace("postgres://", "postgresql://", 1))


def _overwrite(connection: Any, _record: Any) -> None:
    connection.execute(f"PRAGMA busy_timeout={WAIT_S * 1000}")
    connection.execute("PRAGMA secure_delete=ON")


def _empty_journal(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
