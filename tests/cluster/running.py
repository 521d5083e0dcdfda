"""`make cluster` as somebody runs it, in a folder of its own, with its processes to be killed."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from leads.crypto import Keyring
from leads.database import connect
from leads.store import LeadStore

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))
import servers
from ports import HOST
from train import ROOT

START_S, BACK_S, STOP_S = 240, 120, 60
TOKEN = "a-token-for-the-programs-of-this-test"
KINDS = {
    "rasa": r"components\.serve",
    "actions": r"components\.action_server",
    "leads": r"leads\.worker",
    "nginx": r"nginx: master",
    "redis": r"redis-server",
    "postgresql": r"/postgres -D",
}


class Running:
    """``counts``: options such as rasa=4. ``settings``: for its environment."""

    def __init__(self, model: Path, settings: dict[str, str] | None = None, **counts: int) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="cluster-"))
        self.said: list[str] = []
        self.port = servers.steady_port()
        self.url = f"http://{HOST}:{self.port}"
        command = [sys.executable, str(ROOT / "scripts" / "cluster.py"), "--folder", str(self.folder)]
        command += ["--model", str(model), *(f"--{name}={count}" for name, count in counts.items())]
        self.process = subprocess.Popen(
            command, env=self._environment(settings or {}), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self._reader = threading.Thread(target=self._listen, daemon=True)
        self._reader.start()
        try:
            self.until(lambda: self.says("Ready:") or self.process.poll() is not None, START_S)
            assert self.process.poll() is None, "\n".join(self.said)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> int:
        """Ctrl-C; the exit status. Its folder goes, but for its logs: logs/cluster has those of the last one."""
        self.process.send_signal(signal.SIGINT)
        try:
            status = self.process.wait(STOP_S)
        finally:
            self.process.kill()
            shutil.rmtree(ROOT / "logs" / "cluster", ignore_errors=True)
            shutil.copytree(self.folder / "logs", ROOT / "logs" / "cluster")
            shutil.rmtree(self.folder, ignore_errors=True)
        return status

    def says(self, words: str) -> bool:
        """Whether a line with these words was printed."""
        return any(words in line for line in self.said)

    def pids(self, kind: str) -> list[int]:
        """The processes of a kind, those that are not of its own making left out; oldest first."""
        return sorted(pid for pid, words in self._children() if re.search(KINDS[kind], words))

    def ports(self, kind: str) -> list[int]:
        """Where Rasa's or the action servers' processes listen."""
        words = [words for _, words in self._children() if re.search(KINDS[kind], words)]
        return sorted(int(found[1]) for line in words if (found := re.search(r"--port (\d+)", line)))

    def kill(self, kind: str, number: int = 0) -> None:
        """kill -9 of one process; returns once another one is in its place, whether it answers already or not."""
        before = self.pids(kind)
        os.kill(before[number], signal.SIGKILL)
        self.until(lambda: len(self.pids(kind)) == len(before) and self.pids(kind) != before)

    def roll(self, processes: int) -> None:
        """All Rasa processes anew, one after the other."""
        before = len([line for line in self.said if "is new" in line])
        self.process.send_signal(signal.SIGHUP)
        self.until(lambda: len([line for line in self.said if "is new" in line]) == before + processes, 2 * BACK_S)

    def until(self, true: Callable[[], Any], limit_s: float = BACK_S) -> None:
        """Waits for it; fails with what the cluster said."""
        end = time.monotonic() + limit_s
        while not true():
            assert time.monotonic() < end, "\n".join(self.said[-30:])
            time.sleep(0.1)

    def database(self, name: str, role: str = "postgres") -> str:
        """The address of a database, by default for whom may do everything."""
        return f"postgresql://{role}@/{name}?host={self.folder / 'postgresql'}"

    def rows(self, database: str, query: str) -> list[tuple[Any, ...]]:
        """What a query finds."""
        connection = psycopg2.connect(self.database(database))
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(query)
                found: list[tuple[Any, ...]] = cursor.fetchall() if cursor.description else []
                return found
        finally:
            connection.close()

    def store(self) -> LeadStore:
        """The leads, with the keys that open them."""
        return LeadStore(connect(self.database("leads")), Keyring.load((), self.folder / "leads.key"))

    def _environment(self, settings: dict[str, str]) -> dict[str, str]:
        """Without whatever the one who tests has set up: nothing leaves this machine."""
        ours = ("SMTP_", "SLACK_", "WEBHOOK_", "CLIO_", "LEADS_", "CONVERSATION", "REDIS_", "WEB_", "ACTION_")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        keys = {f"{name}_KEY_FILE": str(self.folder / f"{name.lower()}.key") for name in ("LEADS", "WEB", "ACTION")}
        return {**kept, **keys, "PORT": str(self.port), "REST_TOKEN": TOKEN, "PYTHONUNBUFFERED": "1", **settings}

    def _listen(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.said.append(line.rstrip())

    def _children(self) -> Iterator[tuple[int, str]]:
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError, IndexError, ValueError):
                if int((folder / "stat").read_text().rpartition(")")[2].split()[1]) == self.process.pid:
                    yield int(folder.name), (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()


def there_or_skipped() -> None:
    """Where it cannot be had the tests are skipped, but fail in CI."""
    if reason := servers.why_not():
        assert os.environ.get("CI") != "true", reason
        pytest.skip(reason)
