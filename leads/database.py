"""The database under the store: how it is opened so that what is committed stays, and waiting has an end."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import QueuePool

from leads.errors import SettingsError, StoreUnavailable

WAIT_S = 5  # for a connection, for a lock, and for a free connection of the pool
STATEMENT_S = 10
PRAGMAS = {
    "busy_timeout": WAIT_S * 1000,
    "journal_mode": "WAL",
    "synchronous": "FULL",  # a commit survives the loss of power
    "foreign_keys": "ON",
    "secure_delete": "ON",  # what is erased is overwritten
}
POSTGRESQL = {
    "connect_timeout": WAIT_S,
    "tcp_user_timeout": STATEMENT_S * 1000,
    "application_name": "leads",
    "options": (
        f"-c statement_timeout={STATEMENT_S}s -c lock_timeout={WAIT_S}s -c synchronous_commit=on"
        f" -c idle_in_transaction_session_timeout={STATEMENT_S}s -c timezone=UTC"
    ),
}


def connect(url: str) -> Engine:
    """An engine for a database URL, or for the path of an SQLite file. It connects when first used.

    Raises ``SettingsError`` when the address is none of SQLite or PostgreSQL. Errors show no parameters.
    """
    address = _address(url)
    common: dict[str, Any] = {"hide_parameters": True, "poolclass": QueuePool, "pool_timeout": WAIT_S}
    if address.get_backend_name() == "postgresql":
        return create_engine(address, pool_pre_ping=True, connect_args=POSTGRESQL, **common)
    _make_private(Path(str(address.database)))
    engine = create_engine(address, connect_args={"check_same_thread": False, "timeout": WAIT_S}, **common)
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One transaction that sees one state of the database."""
    with _reported(), engine.begin() as connection:
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction, committed for good at the end. On SQLite it has the write lock from its beginning."""
    with _reported(), engine.execution_options(writes=True).begin() as connection:
        yield connection


@contextmanager
def _reported() -> Iterator[None]:
    """What the database reports, as ``StoreUnavailable`` without its words: they may quote a row."""
    try:
        yield
    except IntegrityError:
        raise
    except (DBAPIError, PoolTimeout) as error:
        kind = type(getattr(error, "orig", None) or error).__name__
        raise StoreUnavailable(f"The store of the leads cannot be reached or used ({kind}).") from None


def _address(url: str) -> URL:
    if "://" not in url:
        url = f"sqlite:///{url}"
    try:
        address = make_url(url.replace("postgres://", "postgresql://", 1))
        backend = address.get_backend_name()
    except (ArgumentError, ValueError):
        raise SettingsError("LEADS_DB", "is no address of a database") from None
    if backend not in ("sqlite", "postgresql") or not address.database or address.database == ":memory:":
        raise SettingsError("LEADS_DB", "must be sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE")
    return address.set(drivername="postgresql+psycopg2" if backend == "postgresql" else "sqlite")


def _make_private(file: Path) -> None:
    """A new file is for the owner alone; SQLite gives its journal the same mode."""
    try:
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise StoreUnavailable(f"{file} cannot be opened for writing ({type(error).__name__}).") from None


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # pysqlite's own BEGIN comes too late, and not before every statement
    for name, value in PRAGMAS.items():
        connection.execute(f"PRAGMA {name}={value}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.execute(text("BEGIN IMMEDIATE" if writes else "BEGIN"))
