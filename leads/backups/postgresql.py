"""Copies of a PostgreSQL database by its own pg_dump and pg_restore, in their custom format."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.engine import URL

from leads.backups.sealing import pieces
from leads.backups.sqlite import InUse
from leads.database import connect, reading
from leads.errors import LeadsError, StoreUnavailable

WAIT_S = 10
OURS = "SELECT count(*) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND backend_type = 'client backend'"
)


class NotInstalled(LeadsError):
    """PostgreSQL's programs for this are not there."""


class Postgresql:
    """One database, which has to be there. All of a copy comes into it, or nothing."""

    kind = "postgresql"

    def __init__(self, url: URL) -> None:
        self._url = url.set(drivername="postgresql+psycopg2")
        _, args = self._url.get_dialect()().create_connect_args(self._url)
        self._password = args.pop("password", None)
        self._args: dict[str, Any] = {**args, "connect_timeout": WAIT_S}
        self._args["dbname"] = self._args.pop("database", None) or self._args.get("dbname")
        self._copy: Iterable[bytes] = ()

    @property
    def is_there(self) -> bool:
        return not self.is_empty

    @property
    def is_empty(self) -> bool:
        return not self._count(OURS)

    def copy(self) -> Iterator[bytes]:
        """pg_dump sees one state of the database; it holds up nobody who reads or writes."""
        with tempfile.TemporaryFile() as said:
            command = self._command("pg_dump", "--format=custom", "--no-password")
            with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said, env=self._env()) as dump:
                assert dump.stdout
                yield from pieces(dump.stdout)  # type: ignore[arg-type]
            _check("pg_dump", dump.returncode, said)

    def stage(self, copy: Iterable[bytes]) -> None:
        self._copy = copy

    def check_unused(self) -> None:
        if self._count(OTHERS):
            raise InUse("Programs are connected to the database: stop the assistant and its workers first.")

    def put(self) -> None:
        """In one transaction, which drops what is there of the same names. Who owns it and who may read it is for the
        roles of this server: deploy/README.md.
        """
        options = ("--clean", "--if-exists", "--single-transaction", "--no-owner", "--no-privileges")
        command = self._command("pg_restore", *options, "--no-password")
        with tempfile.TemporaryFile() as said:
            restore = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said, env=self._env()
            )
            assert restore.stdin
            try:
                for piece in self._copy:
                    restore.stdin.write(piece)
                restore.stdin.close()
            except BrokenPipeError:
                pass  # it says why
            except BaseException:
                restore.kill()
                raise
            finally:
                restore.wait()
            _check("pg_restore", restore.returncode, said)

    def _count(self, query: str) -> int:
        engine = connect(self._url.render_as_string(hide_password=False))
        try:
            with reading(engine) as connection:
                return int(connection.execute(text(query)).scalar())
        finally:
            engine.dispose()

    def _command(self, program: str, *options: str) -> list[str]:
        return [str(_program(program)), *options, f"--dbname={_dsn(self._args)}"]

    def _env(self) -> dict[str, str]:
        """The password goes this way: whoever lists the processes sees their arguments."""
        return {**os.environ, **({"PGPASSWORD": self._password} if self._password else {})}


def _dsn(args: dict[str, Any]) -> str:
    """As libpq reads it."""
    escaped = {name: str(value).replace("\\", r"\\").replace("'", r"\'") for name, value in args.items() if value}
    return " ".join(f"{name}='{value}'" for name, value in escaped.items())


def _program(name: str) -> Path:
    """The newest that Debian has, since it reads what older servers hold; else that of the PATH."""
    debian = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda file: int(file.parts[4]))
    found = debian[-1] if debian else shutil.which(name)
    if not found:
        raise NotInstalled(f"{name} is not there: install PostgreSQL's client programs.")
    return Path(found)


def _check(program: str, status: int, said: Any) -> None:
    """Only the first complaint is passed on: what follows may quote a row."""
    if status:
        said.seek(0)
        lines = said.read().decode(errors="replace").splitlines()
        why = next((line for line in lines if "error:" in line), "it did not say why")
        raise StoreUnavailable(f"{program} has failed: {why}")
