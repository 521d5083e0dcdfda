"""Brings a store's tables up to date; any number of processes may do so at the same time."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import text
from sqlalchemy.engine import Connection, Engine

from leads.database import reading, writing
from leads.errors import StoreUnavailable

FOLDER = Path(__file__).parent
LOCK = 3_620_261  # PostgreSQL knows a lock by a number; no other program should use this one


def migrate(engine: Engine) -> None:
    """Applies the migrations that are missing: all or none of them. Raises ``StoreUnavailable``."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    newest = ScriptDirectory.from_config(config).get_current_head()
    with reading(engine) as connection:
        if _revision(connection) == newest:
            return
    with writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL lock_timeout = '60s'"))
            connection.execute(text("SET LOCAL statement_timeout = '60s'"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError:
            raise StoreUnavailable("The store of the leads was made by a newer version.") from None


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
