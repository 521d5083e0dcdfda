"""The conversations as Rasa keeps them in its SQL tracker store, and how they are forgotten."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import bindparam, create_engine, event, inspect, text
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from leads.errors import SettingsError, StoreUnavailable

WAIT_S, LIMIT_S = 5, 60  # for a lock, and for an answer
AT_ONCE = 200  # conversations that are deleted in one go: nobody who writes meanwhile waits for long
TABLES = ("tails", "heard", "events")  # of components/conversation_store.py; the last tells what is old
OLD = "SELECT sender_id FROM events GROUP BY sender_id HAVING max(timestamp) < :before"
# Whoever asked in the chat to be forgotten: the request to the lawyers goes too, which only the worker may touch.
WISHES = "CREATE TABLE IF NOT EXISTS erasures (sender_id VARCHAR(255) NOT NULL, at FLOAT NOT NULL)"
# The beginning of a conversation that goes on and on. What it left behind stands in ``tails``.
LONG_AGO = (
    "timestamp < :before AND id <= (SELECT after_id FROM tails WHERE tails.sender_id = events.sender_id)"
    " AND sender_id NOT IN :but"
)

Found = TypeVar("Found")


class Wish(NamedTuple):
    """Who was talked to in this conversation wants to be forgotten, since then."""

    conversation: str
    at: datetime


class Conversations:
    """The conversations in a tracker store: the path of an SQLite file, or a database URL.

    What is deleted from SQLite is overwritten. A store that isn't there holds none. Every method raises
    ``StoreUnavailable`` when it can't be reached.
    """

    def __init__(self, address: str, wait_s: int = WAIT_S, limit_s: int = LIMIT_S) -> None:
        self._file = None if "://" in address else Path(address)
        try:
            self._engine = _engine(_url(address), wait_s, limit_s)
        except (ArgumentError, ImportError, ValueError):
            raise SettingsError("CONVERSATIONS_DB", "is no path and no address of a database") from None

    def erase(self, *conversations: str) -> int:
        """Deletes all of them; how many events that were."""
        counts = (self._erase(conversations[n : n + AT_ONCE]) for n in range(0, len(conversations), AT_ONCE))
        return sum(counts)

    def forget(self, conversation: str, at: datetime) -> None:
        """Deletes all of it, and notes the wish that what came of it be deleted too: both or neither.

        The files are swept when the wish is granted: that may have to wait for whoever reads just now.
        """

        def deed(connection: Connection) -> None:
            _delete(connection, (conversation,))
            make_wishes(connection)
            wish = {"conversation": conversation, "at": at.timestamp()}
            connection.execute(text("INSERT INTO erasures VALUES (:conversation, :at)"), wish)

        self._do(deed, None)

    def wishes(self) -> list[Wish]:
        """Those that are still to be granted, oldest first."""
        return self._do(_wishes, list[Wish]())

    def granted(self, wish: Wish) -> None:
        """Forgets the wish, too."""
        mine = text("DELETE FROM erasures WHERE sender_id = :conversation AND at <= :at")
        values = {"conversation": wish.conversation, "at": wish.at.timestamp()}
        self._do(lambda connection: connection.execute(mine, values), None)
        self._sweep()

    def silent(self, before: datetime) -> list[str]:
        """The conversations in which nothing has been said since."""
        query, values = text(OLD), {"before": before.timestamp()}
        found: list[str] = self._do(lambda connection: list(connection.execute(query, values).scalars()), [])
        return found

    def trim(self, before: datetime, but: Sequence[str] = ()) -> int:
        """Deletes what is older from conversations that go on, which don't need it any more; how many events."""

        def deed(connection: Connection) -> int:
            if not inspect(connection).has_table("tails"):
                return 0
            old = text(f"DELETE FROM events WHERE {LONG_AGO}").bindparams(bindparam("but", expanding=True))
            values = {"before": before.timestamp(), "but": ["", *but]}  # an empty list has no type in PostgreSQL
            return int(connection.execute(old, values).rowcount)

        count = self._do(deed, 0)
        self._sweep()
        return count

    def read(self, conversation: str) -> list[dict[str, Any]]:
        """Its events as Rasa has them, oldest first."""
        query = text("SELECT data FROM events WHERE sender_id = :conversation ORDER BY id")
        values, nothing = {"conversation": conversation}, list[str]()
        rows = self._do(lambda connection: list(connection.execute(query, values).scalars()), nothing)
        return [json.loads(row) for row in rows]

    def _erase(self, conversations: Sequence[str]) -> int:
        count = self._do(lambda connection: _delete(connection, conversations), 0)
        self._sweep()
        return count

    def _do(self, deed: Callable[[Connection], Found], nothing: Found) -> Found:
        """In one transaction; ``nothing`` when there is no store."""
        if self._file and not self._file.exists():
            return nothing
        with _reported(), self._engine.begin() as connection:
            return deed(connection) if inspect(connection).has_table("events") else nothing

    def _sweep(self) -> None:
        """Takes what was deleted out of the files, too."""
        if self._file and not self._file.exists():
            return
        if self._engine.dialect.name == "sqlite":
            with _reported(), self._engine.connect() as connection:
                connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
            return
        with suppress(SQLAlchemyError), self._engine.connect() as connection:
            at_once = connection.execution_options(isolation_level="AUTOCOMMIT")
            there = set(inspect(connection).get_table_names()) & {*TABLES, "erasures"}
            if there:
                at_once.execute(text(f"VACUUM {', '.join(sorted(there))}"))


def make_wishes(connection: Connection) -> None:
    """The table of wishes, if it is not there. Whoever may make no tables may write in one that is."""
    if not inspect(connection).has_table("erasures"):
        connection.execute(text(WISHES))


def _delete(connection: Connection, conversations: Sequence[str]) -> int:
    """How many events that were."""
    there, counts = set(inspect(connection).get_table_names()), [0]
    for table in TABLES:
        if table in there:
            mine = text(f"DELETE FROM {table} WHERE sender_id IN :these")
            mine = mine.bindparams(bindparam("these", expanding=True))
            counts.append(int(connection.execute(mine, {"these": list(conversations)}).rowcount))
    return counts[-1]


def _wishes(connection: Connection) -> list[Wish]:
    if not inspect(connection).has_table("erasures"):
        return []
    rows = connection.execute(text("SELECT sender_id, at FROM erasures ORDER BY at")).all()
    return [Wish(row.sender_id, datetime.fromtimestamp(row.at, timezone.utc)) for row in rows]


@contextmanager
def _reported() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        kind = type(getattr(error, "orig", None) or error).__name__
        raise StoreUnavailable(f"The conversations cannot be reached or changed ({kind}).") from None


def _url(address: str) -> URL:
    if "://" not in address:
        return URL.create("sqlite", database=address)
    return make_url(address.replace("postgres://", "postgresql://", 1))


def _engine(url: URL, wait_s: int, limit_s: int) -> Engine:
    common: dict[str, Any] = {"poolclass": NullPool, "hide_parameters": True}
    if url.get_backend_name() == "postgresql":
        options = f"-c lock_timeout={wait_s}s -c statement_timeout={limit_s}s"
        limits = {"connect_timeout": max(2, wait_s), "tcp_user_timeout": limit_s * 1000, "options": options}
        return create_engine(url, connect_args=limits, **common)
    engine = create_engine(url, **common)

    def set_up(connection: Any, _record: Any) -> None:
        connection.execute(f"PRAGMA busy_timeout={wait_s * 1000}")
        connection.execute("PRAGMA secure_delete=ON")

    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", set_up)
    return engine
