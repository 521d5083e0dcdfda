"""What Slack has told us and what we have to tell Slack, kept until it is done: so neither is lost by a crash.

What is done is deleted at once. Until then it is encrypted, with the keys of the leads. Of what was heard only
hashes stay, for two days, so that what Slack sends twice is done once. Several processes may share a queue on PostgreSQL:
a line is worked on by one of them (slack_held.py), and by another as soon as that one is gone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, Literal

from sqlalchemy import (
    Column,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    delete,
    insert,
    select,
    text,
)
from sqlalchemy import update as change
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from components.slack_held import Held
from leads.crypto import Keyring
from leads.database import connect, reading, writing

REMEMBERED_S = 48 * 3600.0
LOCK = 3_620_262  # PostgreSQL knows a lock by a number; no other program should use this one
METADATA = MetaData()
SEEN = Table(
    "slack_seen",
    METADATA,
    Column("hash", String(64), primary_key=True),
    Column("at", Float, nullable=False, index=True),
)
# ``line``: what must be done in order. ``box``: in (to be heard) or out (to be said).
WORK = Table(
    "slack_work",
    METADATA,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("box", String(3), nullable=False),
    Column("line", String(64), nullable=False),
    Column("sealed", Text, nullable=False),
    Column("at", Float, nullable=False),
    Column("next_at", Float, nullable=False),
    Column("attempts", Integer, nullable=False),
    Index("slack_work_line", "box", "line", "seq"),
)

Box = Literal["in", "out"]
Document = dict[str, Any]


@dataclass(frozen=True)
class Task:
    """Something to do. ``document``: all that it takes, as plain JSON."""

    box: Box
    line: str
    document: Document


@dataclass(frozen=True)
class Row:
    """A task as it is kept, ``at`` (seconds since 1970) when it came; to be tried at ``next_at``."""

    seq: int
    sealed: str
    at: float
    next_at: float
    attempts: int


class Queue:
    """Threads may share one. ``clock``: seconds since 1970.

    Every method raises ``StoreUnavailable`` when the database can't be reached: nothing is half done then.
    """

    def __init__(self, engine: Engine, keys: Keyring, clock: Callable[[], float]) -> None:
        self._engine, self._keys, self._clock = engine, keys, clock
        self._made, self._making = False, Lock()
        self._held = Held(engine)

    @classmethod
    def at(cls, url: str, keys: Keyring, clock: Callable[[], float]) -> Queue:
        """The queue in this database, which is opened when first used. Raises ``SettingsError``."""
        return cls(connect(url), keys, clock)

    def take(self, names: Sequence[str], task: Task) -> bool:
        """Keeps the task, durable on return. False when something of one of these names was taken before."""
        self._make()
        now = self._clock()
        try:
            with writing(self._engine) as connection:
                seen = [{"hash": hashlib.sha256(name.encode()).hexdigest(), "at": now} for name in names]
                connection.execute(insert(SEEN), seen)
                self._insert(connection, task, now)
        except IntegrityError:
            return False
        return True

    def lines(self, box: Box) -> list[str]:
        """The lines in which there is something to do, and that no other process has; the oldest first."""
        self._make()
        with reading(self._engine) as connection:
            rows = connection.execute(select(WORK.c.line).where(WORK.c.box == box).order_by(WORK.c.seq))
            found = list(dict.fromkeys(rows.scalars()))
        return self._held.of(box, found)

    def head(self, box: Box, line: str) -> Row | None:
        """What is next in a line; None if there is nothing: then another process may have the line."""
        mine = (WORK.c.box == box) & (WORK.c.line == line)
        with reading(self._engine) as connection:
            row = connection.execute(select(WORK).where(mine).order_by(WORK.c.seq).limit(1)).first()
        if row is None:
            self._held.free(box, line)
        return row and Row(row.seq, row.sealed, row.at, row.next_at, row.attempts)

    def read(self, row: Row) -> Document:
        """What is to be done. Raises ``WrongKey``."""
        found: Document = json.loads(self._keys.unseal(row.sealed))
        return found

    def done(self, row: Row, *then: Task) -> None:
        """Forgets it, and keeps what follows from it: both or none."""
        with writing(self._engine) as connection:
            if connection.execute(delete(WORK).where(WORK.c.seq == row.seq)).rowcount:
                for task in then:
                    self._insert(connection, task, self._clock())

    def later(self, row: Row, next_at: float) -> None:
        """Not this time."""
        values = {"next_at": next_at, "attempts": row.attempts + 1}
        with writing(self._engine) as connection:
            connection.execute(change(WORK).where(WORK.c.seq == row.seq).values(values))

    def tidy(self) -> None:
        """Forgets what was seen more than two days ago."""
        self._make()
        with writing(self._engine) as connection:
            connection.execute(delete(SEEN).where(SEEN.c.at < self._clock() - REMEMBERED_S))

    def close(self) -> None:
        """Gives back all connections."""
        self._held.close()
        self._engine.dispose()

    def _insert(self, connection: Connection, task: Task, now: float) -> None:
        sealed = self._keys.seal(json.dumps(task.document))
        values = {
            "box": task.box,
            "line": task.line,
            "sealed": sealed,
            "at": now,
            "next_at": now,
            "attempts": 0,
        }
        connection.execute(insert(WORK).values(values))

    def _make(self) -> None:
        """The tables, if they are not there; any number of processes may do so at the same time."""
        with self._making:
            if self._made:
                return
            with writing(self._engine) as connection:
                if connection.dialect.name == "postgresql":
                    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
                METADATA.create_all(connection)
            self._made = True
