"""Which lines of work this process has to itself, where several processes share a queue.

PostgreSQL keeps that, in locks that belong to a connection: they are free at once when a process dies, whatever the reason.
In SQLite there is one process, and every line is its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from threading import Lock

from sqlalchemy import text
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError

from leads.errors import StoreUnavailable

MOST = 32  # of each box, so that the other processes get some too
_TAKE, _GIVE = text("SELECT pg_try_advisory_lock(:name)"), text("SELECT pg_advisory_unlock(:name)")

Line = tuple[str, str]  # its box, and its name


class Held:
    """Threads may share one. Its methods raise ``StoreUnavailable`` when the database can't be reached."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._shared = engine, engine.dialect.name == "postgresql"
        self._lines: set[Line] = set()
        self._connection: Connection | None = None
        self._one, self._closed = Lock(), False

    def of(self, box: str, lines: Iterable[str]) -> list[str]:
        """Those of the lines that are this process's own, of which it takes what is free."""
        if not self._shared:
            return list(lines)
        with self._one:
            return [line for line in lines if self._take((box, line))]

    def free(self, box: str, line: str) -> None:
        """Another process may have it."""
        with self._one:
            if (box, line) in self._lines:
                self._lines.discard((box, line))
                self._ask(_GIVE, (box, line))

    def close(self) -> None:
        """Frees them all, and takes no more: a thread that is late must not have what nobody will work on."""
        with self._one:
            self._closed = True
            self._drop()

    def _take(self, line: Line) -> bool:
        if self._closed:
            return False
        if line in self._lines:
            return True
        if sum(box == line[0] for box, _ in self._lines) >= MOST or not self._ask(_TAKE, line):
            return False
        self._lines.add(line)
        return True

    def _ask(self, question: object, line: Line) -> bool:
        try:
            if self._connection is None:
                self._connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            return bool(self._connection.execute(question, {"name": _number(line)}).scalar())
        except DBAPIError as error:
            self._drop()
            kind = type(getattr(error, "orig", None) or error).__name__
            raise StoreUnavailable(f"The queue of Slack cannot be reached ({kind}).") from None

    def _drop(self) -> None:
        """What was held went with the connection."""
        self._lines.clear()
        if self._connection is not None:
            with suppress(DBAPIError):
                self._connection.invalidate()
                self._connection.close()
            self._connection = None


def _number(line: Line) -> int:
    """PostgreSQL knows a lock by 64 bits."""
    digest = hashlib.sha256("slack\0{}\0{}".format(*line).encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
