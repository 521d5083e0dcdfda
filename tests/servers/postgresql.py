"""A real PostgreSQL in a folder of its own, reached by a socket in that folder alone. Gone when stopped."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg2
import pytest

START_LIMIT_S = 30


def binaries() -> Path | None:
    """The folder of PostgreSQL's programs: the newest that Debian has, or that of the PATH."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda file: int(file.parts[4]))
    if debian:
        return debian[-1].parent
    found = shutil.which("initdb")
    return Path(found).parent if found else None


class Postgresql:
    """One server with as many databases as are asked for. Root starts it as ``postgres``: it refuses root."""

    def __init__(self, programs: Path) -> None:
        self.programs = programs
        self.folder = Path(tempfile.mkdtemp(prefix="leads-pg-"))
        self.user: list[str] = []
        if os.geteuid() == 0:
            account = pwd.getpwnam("postgres")
            os.chown(self.folder, account.pw_uid, account.pw_gid)
            ids = ["--reuid", str(account.pw_uid), "--regid", str(account.pw_gid)]
            self.user = ["setpriv", *ids, "--clear-groups"]
        self.process: subprocess.Popen[bytes] | None = None
        self._run("initdb", "-D", str(self.folder / "data"), "-U", "postgres", "-A", "trust", "-N")
        self.start()

    def start(self) -> None:
        """Returns when it answers."""
        options = ["-c", "listen_addresses=", "-k", str(self.folder), "-c", "max_connections=60"]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [*self.user, str(self.programs / "postgres"), "-D", str(self.folder / "data"), *options],
                stdout=log,
                stderr=log,
                cwd=self.folder,
                start_new_session=True,
            )
        limit = time.monotonic() + START_LIMIT_S
        while not self._answers():
            assert self.process.poll() is None and time.monotonic() < limit, (self.folder / "log").read_text()
            time.sleep(0.05)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Ends it: SIGINT cuts off whoever is connected, SIGQUIT is as a crash."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(START_LIMIT_S)

    def hang(self) -> None:
        """From now on it neither answers nor refuses; ``wake`` lets it go on."""
        self._signal(signal.SIGSTOP)

    def wake(self) -> None:
        """It goes on."""
        self._signal(signal.SIGCONT)

    def remove(self) -> None:
        """Ends it, and takes its folder away."""
        self.stop()
        shutil.rmtree(self.folder)

    def database(self) -> str:
        """The URL of a new, empty database."""
        name = f"leads_{uuid.uuid4().hex[:12]}"
        self.execute(f"CREATE DATABASE {name}")
        return f"postgresql://postgres@/{name}?host={self.folder}"

    def execute(self, statement: str) -> None:
        """Runs a statement as the owner of everything."""
        connection = psycopg2.connect(self._address())
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement)
        finally:
            connection.close()

    def _signal(self, kind: signal.Signals) -> None:
        """To the server and to its children, each of which is in a group of its own."""
        assert self.process
        main = self.process.pid
        os.kill(main, kind)
        for status in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                if int(status.read_text().rpartition(")")[2].split()[1]) == main:
                    os.kill(int(status.parent.name), kind)

    def _address(self) -> str:
        return f"host={self.folder} user=postgres dbname=postgres connect_timeout=5"

    def _answers(self) -> bool:
        try:
            psycopg2.connect(self._address()).close()
        except psycopg2.OperationalError:
            return False
        return True

    def _run(self, program: str, *arguments: str) -> None:
        command = [*self.user, str(self.programs / program), *arguments]
        subprocess.run(command, check=True, cwd=self.folder, capture_output=True)


def why_not() -> str | None:
    """Why there can be no server here, or None."""
    if binaries() is None:
        return "PostgreSQL is not installed: sh scripts/install_postgresql.sh"
    if os.geteuid() == 0:
        try:
            pwd.getpwnam("postgres")
        except KeyError:
            return "PostgreSQL refuses to run as root, and there is no user postgres"
        if shutil.which("setpriv") is None:
            return "PostgreSQL refuses to run as root, and there is no setpriv"
    return None


def one_of_its_own() -> Iterator[Postgresql]:
    """A server, removed in the end; where it cannot be had the tests are skipped, but fail in CI."""
    programs, reason = binaries(), why_not()
    if programs is None or reason:
        assert os.environ.get("CI") != "true", reason
        pytest.skip(str(reason))
    server = Postgresql(programs)
    yield server
    server.remove()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Postgresql]:
    """The server that all tests share."""
    yield from one_of_its_own()
