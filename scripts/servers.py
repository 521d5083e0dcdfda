"""PostgreSQL and Redis for `make cluster`: how each is started on this machine, and whether it answers."""

from __future__ import annotations

import os
import pwd
import random
import secrets
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import psycopg2
import redis
from ports import HOST
from train import ROOT

CONNECTIONS = 400
ANSWER_S = 2
STEADY = range(20_000, 32_000)  # below those that connections take as they come: a server finds its own again


def steady_port() -> int:
    """A port that is free now, and that no connection takes while its server starts again."""
    for port in random.sample(STEADY, 100):
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) == 0:
                continue
        with socket.socket() as probe:
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port
    raise SystemExit("There is no free port on this machine.")


def why_not() -> str | None:
    """What is missing on this machine, or None."""
    if _postgresql() is None:
        return "PostgreSQL is not installed: sh scripts/install_postgresql.sh"
    for program, script in (("redis-server", "redis"), ("nginx", "nginx")):
        if shutil.which(program) is None:
            return f"{program} is not installed: sh scripts/install_{script}.sh"
    if os.geteuid() == 0 and (shutil.which("setpriv") is None or not _account("postgres")):
        return "PostgreSQL refuses to run as root, and there is no user postgres (or no setpriv)."
    return None


class Postgresql:
    """In a folder of its own, reached by a socket there that only its own user, and root, can open."""

    def __init__(self, folder: Path) -> None:
        programs = _postgresql()
        assert programs
        self._folder, self._programs = folder, programs
        self._as: list[str] = []
        folder.mkdir(exist_ok=True)
        if os.geteuid() == 0:
            account = pwd.getpwnam("postgres")
            os.chown(folder, account.pw_uid, account.pw_gid)
            ids = ["--reuid", str(account.pw_uid), "--regid", str(account.pw_gid)]
            self._as = ["setpriv", *ids, "--clear-groups"]
        folder.chmod(0o700)
        if not (folder / "data" / "PG_VERSION").exists():
            options = ["-D", str(folder / "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale", "C.UTF-8"]
            self._run([*self._as, str(programs / "initdb"), *options])

    @property
    def command(self) -> list[str]:
        """Starts it in the foreground."""
        options = [f"max_connections={CONNECTIONS}", "listen_addresses=", "unix_socket_permissions=0700"]
        settings = [word for option in options for word in ("-c", option)]
        data = ["-D", str(self._folder / "data"), "-k", str(self._folder)]
        return [*self._as, str(self._programs / "postgres"), *data, *settings]

    def url(self, database: str, role: str) -> str:
        """The address of a database for one of the roles of deploy/roles.sql."""
        return f"postgresql://{role}@/{database}?host={self._folder}"

    def answers(self) -> bool:
        """Whether it takes connections."""
        try:
            psycopg2.connect(
                host=str(self._folder), user="postgres", dbname="postgres", connect_timeout=ANSWER_S
            ).close()
        except psycopg2.OperationalError:
            return False
        return True

    def set_up(self, environment: dict[str, str]) -> None:
        """Roles, databases and tables, whatever is missing."""
        self._roles()
        owner = "assistant_migrations"
        own = {"LEADS_DB": self.url("leads", owner), "CONVERSATIONS_DB": self.url("conversations", owner), "SLACK_DB": ""}
        self._run([sys.executable, str(ROOT / "scripts" / "migrate.py")], {**environment, **own})
        self._roles()

    def _roles(self) -> None:
        where = ["-h", str(self._folder), "-U", "postgres", "-d", "postgres"]
        self._run([str(self._programs / "psql"), "-X", "-q", *where, "-f", str(ROOT / "deploy" / "roles.sql")])

    def _run(self, command: list[str], environment: dict[str, str] | None = None) -> None:
        done = subprocess.run(command, cwd=self._folder, env=environment, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"{Path(command[-1]).name} failed:\n{done.stdout[-1000:]}{done.stderr[-1000:]}")


class Redis:
    """Keeps nothing on disk: what it holds is locks and messages on their way. Whoever has its password gets in."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        port, password = steady_port(), secrets.token_urlsafe(24)
        lines = [f"bind {HOST}", f"port {port}", f"requirepass {password}", 'save ""', "appendonly no", f"dir {folder}"]
        self._file = folder / "redis.conf"
        self._file.unlink(missing_ok=True)
        with os.fdopen(os.open(self._file, os.O_CREAT | os.O_WRONLY, 0o600), "w") as file:
            file.write("\n".join(lines) + "\n")
        self.url = f"redis://:{password}@{HOST}:{port}/0"

    @property
    def command(self) -> list[str]:
        """Starts it in the foreground."""
        return ["redis-server", str(self._file)]

    def answers(self) -> bool:
        """Whether it takes commands."""
        try:
            return bool(redis.Redis.from_url(self.url, socket_timeout=ANSWER_S).ping())
        except redis.RedisError:
            return False


def _postgresql() -> Path | None:
    """The folder of PostgreSQL's programs: the newest that Debian has, or that of the PATH."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda file: int(file.parts[4]))
    found = debian[-1] if debian else shutil.which("initdb")
    return Path(found).resolve().parent if found else None


def _account(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True
