"""Copies of an SQLite file, by SQLite's own online backup: nobody who reads or writes has to stop."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import datetime, timezone
from pathlib import Path

from leads.backups.sealing import pieces
from leads.errors import LeadsError, StoreUnavailable

LEFT_OVER = ".backup-"
BESIDE = ("-wal", "-shm", "-journal")


class InUse(LeadsError):
    """Programs have the database open."""


class Sqlite:
    """One file. What is put in its place is checked before; what was there is moved aside, not deleted."""

    kind = "sqlite"

    def __init__(self, file: Path) -> None:
        self._file = file
        self._staged = file.with_name(f"{file.name}-restoring")

    @property
    def is_there(self) -> bool:
        return self._file.exists() and self._file.stat().st_size > 0

    @property
    def is_empty(self) -> bool:
        if not self.is_there:
            return True
        try:
            with closing(sqlite3.connect(self._file)) as connection:
                return not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        except sqlite3.Error:
            return False

    def copy(self) -> Iterator[bytes]:
        """In one go, which sees one state of the file, by way of a file beside it for the owner alone."""
        for left in self._file.parent.glob(f"{LEFT_OVER}*"):  # of one that was killed
            shutil.rmtree(left, ignore_errors=True)
        with tempfile.TemporaryDirectory(prefix=LEFT_OVER, dir=self._file.parent) as folder:
            copy = Path(folder) / self._file.name
            try:
                with closing(sqlite3.connect(self._file)) as source, closing(sqlite3.connect(copy)) as target:
                    source.backup(target)
            except sqlite3.Error as error:
                raise StoreUnavailable(f"{self._file} cannot be copied ({type(error).__name__}).") from None
            with copy.open("rb") as stream:
                yield from pieces(stream)

    def stage(self, copy: Iterable[bytes]) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._staged.unlink(missing_ok=True)
        with os.fdopen(os.open(self._staged, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
            for piece in copy:
                out.write(piece)
            out.flush()
            os.fsync(out.fileno())
        with closing(sqlite3.connect(self._staged)) as connection:
            found = connection.execute("PRAGMA integrity_check").fetchone()[0]
            connection.execute("PRAGMA journal_mode=DELETE")  # no file beside it yet
        if found != "ok":
            raise StoreUnavailable(f"The copy of {self._file.name} is no sound database.")

    def check_unused(self) -> None:
        """Only who has the file to itself can leave SQLite's write-ahead log, which also writes the log back."""
        if not self.is_there:
            return
        try:
            with closing(sqlite3.connect(self._file, timeout=1)) as connection:
                connection.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.OperationalError:
            raise InUse(f"{self._file} is in use: stop the assistant and its worker first.") from None
        except sqlite3.DatabaseError:
            return  # damaged: that is why somebody restores

    def put(self) -> None:
        if self.is_there:
            aside = f"-before-{datetime.now(timezone.utc):%Y%m%dT%H%M%S}"
            os.replace(self._file, self._file.with_name(f"{self._file.name}{aside}"))
            for end in BESIDE:
                self._file.with_name(f"{self._file.name}{end}").unlink(missing_ok=True)
        os.replace(self._staged, self._file)
