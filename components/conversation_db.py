"""The database of the conversations, an SQLite file or PostgreSQL: how it is opened, and asked without holding anybody up.

It is asked in threads, so that the event loop never waits for it, and every answer has a time limit on this side too: a
server that hangs does not keep its own limits. What was given up on may still be written later.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import QueuePool

from leads.errors import SettingsError, StoreUnavailable

LIMIT_S = 3  # for an answer, whatever the database does
THREADS = 8  # and connections
POSTGRESQL = {
    "connect_timeout": LIMIT_S,
    "application_name": "conversations",
    # A machine that is gone is noticed, so that the threads which asked it come back.
    "keepalives_idle": 2,
    "keepalives_interval": 1,
    "keepalives_count": 2,
    "tcp_user_timeout": LIMIT_S * 1000,
    "options": (
        f"-c statement_timeout={LIMIT_S}s -c lock_timeout={LIMIT_S - 1}s"
        f" -c idle_in_transaction_session_timeout={LIMIT_S + 2}s -c synchronous_commit=on"
    ),
}
PRAGMAS = {
    "busy_timeout": (LIMIT_S - 1) * 1000,
    "journal_mode": "WAL",
    "synchronous": "NORMAL",
    "secure_delete": "ON",
}

Found = TypeVar("Found")


class Database:
    """``make`` makes the tables, before anything else is done: at first use, so that a server may start before its database."""

    def __init__(self, address: str, make: Callable[[Connection], None]) -> None:
        self.engine, self._make = _engine(_url(address)), make
        self._made, self._making = False, Lock()
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="conversations")

    async def read(self, deed: Callable[[Connection], Found]) -> Found:
        """What the deed finds. Raises ``StoreUnavailable``, within ``LIMIT_S`` seconds."""
        return await self._in_thread(lambda: self._read(deed))

    async def write(self, deed: Callable[[Connection], Found]) -> Found:
        """Does the deed in one transaction, all or nothing. Raises ``StoreUnavailable``, within ``LIMIT_S`` seconds."""
        return await self._in_thread(lambda: self._write(deed))

    async def _in_thread(self, work: Callable[[], Found]) -> Found:
        done = asyncio.get_running_loop().run_in_executor(self._threads, work)
        try:
            return await asyncio.wait_for(done, LIMIT_S)
        except asyncio.TimeoutError:
            raise StoreUnavailable("The conversations cannot be reached (no answer).") from None
        except SQLAlchemyError as error:  # whose words may quote a row
            kind = type(getattr(error, "orig", None) or error).__name__
            raise StoreUnavailable(f"The conversations cannot be read or written ({kind}).") from None

    def _read(self, deed: Callable[[Connection], Found]) -> Found:
        self._ready()
        with self.engine.connect() as connection:
            return deed(connection)

    def _write(self, deed: Callable[[Connection], Found]) -> Found:
        self._ready()
        with self.engine.begin() as connection:
            return deed(connection)

    def _ready(self) -> None:
        if self._made:
            return
        with self._making:
            if not self._made:
                with self.engine.begin() as connection:
                    self._make(connection)
                self._made = True


def _url(address: str) -> URL:
    if "://" not in address:
        return URL.create("sqlite", database=address)
    try:
        url = make_url(address.replace("postgres://", "postgresql://", 1))
    except ArgumentError:
        raise SettingsError("CONVERSATIONS_DB", "is no path and no address of a database") from None
    if url.get_backend_name() not in ("sqlite", "postgresql") or not url.database:
        raise SettingsError("CONVERSATIONS_DB", "must be a file or postgresql://USER:PASSWORD@HOST/DATABASE")
    return url


def _engine(url: URL) -> Engine:
    common: dict[str, Any] = {"hide_parameters": True, "poolclass": QueuePool, "pool_timeout": LIMIT_S}
    common |= {"pool_size": THREADS, "max_overflow": 0}
    if url.get_backend_name() == "postgresql":
        return sa.create_engine(url, pool_pre_ping=True, connect_args=POSTGRESQL, **common)
    Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
    # Connections stay open: opening one takes longer than most of what is asked of it.
    engine = sa.create_engine(url, connect_args={"check_same_thread": False}, **common)
    sa.event.listen(engine, "connect", _set_up_sqlite)
    return engine


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    for name, value in PRAGMAS.items():
        connection.execute(f"PRAGMA {name}={value}")
