"""The bots that are compared. Each is a Rasa server and an action server, in processes and with databases of its own.

``ours``       what `make run` starts: scripts/run.py's ``start``
``unshortened``  the same with ``SHORTCUTS=off``
``plain``      our trained model on plain `rasa run`: conversations in memory, all actions over HTTP. What answers must equal
``stock``      Rasa's default pipeline and policies (stock/config.yml), otherwise as ``plain``
"""

from __future__ import annotations

import http.client
import importlib
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks import usage
from benchmarks.client import Client

ROOT = Path(__file__).resolve().parent.parent
STOCK = ROOT / "benchmarks" / "stock"
sys.path.insert(0, str(ROOT / "scripts"))
run: Any = importlib.import_module("run")  # scripts/ is no package

SERVING = ("rasa", "actions")  # what answers; the leads' worker, which only `ours` has, is counted apart
OUTWARD = ("SMTP_", "SLACK_", "WEBHOOK_", "CLIO_", "LEADS_", "WEB_", "SHORTCUTS")  # what .env may have set
START_LIMIT_S = 240.0
FIRST = "Is an economist on the list?"


class Bot:
    """Servers that run, of one of the kinds above; ``started``: when, on ``time.monotonic``."""

    def __init__(self, name: str, start: Callable[[int], list[Any]], settings: Mapping[str, str]) -> None:
        self.name, self.port = name, run.free_port()
        with _environment(settings):
            self.started = time.monotonic()
            self.servers = start(self.port)

    @property
    def groups(self) -> dict[str, list[int]]:
        """The process ids of each server."""
        return {server.name: usage.members(server.process.pid) for server in self.servers}

    @property
    def pids(self) -> list[int]:
        """Those of the servers that answer."""
        groups = self.groups
        return [pid for name in SERVING for pid in groups[name]]

    def first_answer(self) -> float:
        """Waits until it answers, and returns the seconds since it was started. ``SystemExit`` if it never does."""
        number = 0
        while time.monotonic() - self.started < START_LIMIT_S:
            run.check_alive(self.servers)
            number += 1
            client = Client(self.port)
            try:
                if not client.say(f"first-{number}", FIRST).empty:
                    return time.monotonic() - self.started
            except (OSError, http.client.HTTPException):
                time.sleep(0.02)
            finally:
                client.close()
        raise SystemExit(f"{self.name} did not answer in {START_LIMIT_S:.0f} s:\n{self.servers[1].tail()}")

    def kill(self, name: str) -> None:
        """Ends a server as a crash does."""
        server = self._named(name)
        os.killpg(server.process.pid, signal.SIGKILL)
        server.process.wait()

    def start_again(self, name: str) -> None:
        """Starts a killed server as it was, and returns when it answers."""
        dead = self._named(name)
        again = run.Server(dead.name, dead.command, dead.environment, dead.answers)
        self.servers = [again if server is dead else server for server in self.servers]
        run.wait_until_ready(self.servers)

    def stop(self) -> None:
        """Ends the servers."""
        run.stop(self.servers)

    def _named(self, name: str) -> Any:
        return next(server for server in self.servers if server.name == name)


@contextmanager
def running(name: str, folder: Path, model: Path | None = None) -> Iterator[Bot]:
    """A bot that answers, for the time of a ``with``."""
    bot = start(name, folder, model)
    try:
        bot.first_answer()
        yield bot
    finally:
        bot.stop()


def start(name: str, folder: Path, model: Path | None = None) -> Bot:
    """Starts one of the kinds above with its databases and logs in ``folder``; ``model``: of ``stock``."""
    trained = run.ensure_trained()  # now, so that it is no part of any time measured
    place = folder / name
    place.mkdir(parents=True, exist_ok=True)
    settings = {
        "CONVERSATIONS_DB": str(place / "conversations.db"),
        "LEADS_DB": f"sqlite:///{place / 'leads.db'}",
        "LEADS_KEY_FILE": str(place / "leads.key"),
        "LEADS_HEARTBEAT": str(place / "leads.alive"),
        "WEB_KEY_FILE": str(place / "web.key"),
    }
    run.LOGS = ROOT / "logs" / "bench" / name  # run.py names a server's log under its own folder
    run.LOGS.mkdir(parents=True, exist_ok=True)
    if name == "ours":
        return Bot(name, run.start, settings)
    if name == "unshortened":
        return Bot(name, run.start, {**settings, "SHORTCUTS": "off"})
    return Bot(name, lambda port: _plain(port, model or trained), settings)


def _plain(port: int, model: Path) -> list[Any]:
    """`rasa run` and `rasa_sdk` as their manuals have it."""
    actions, python = run.free_port(), sys.executable
    health = f"http://{run.HOST}:{actions}"
    environment = {
        **os.environ,
        **run.QUIET,
        "ACTION_SERVER_URL": f"{health}/webhook",
        "SANIC_HOST": run.HOST,
    }
    sdk = [python, "-m", "rasa_sdk", "--actions", "actions", "-p", str(actions)]
    files = ["--endpoints", str(STOCK / "endpoints.yml"), "--credentials", str(STOCK / "credentials.yml")]
    rasa = [python, "-m", "rasa", "run", "-i", run.HOST, "-p", str(port), "-m", str(model), *files]
    return [
        run.Server("actions", sdk, environment, run.answers_at(f"{health}/health")),
        run.Server("rasa", rasa, environment, run.answers_at(f"http://{run.HOST}:{port}/")),
    ]


@contextmanager
def _environment(settings: Mapping[str, str]) -> Iterator[None]:
    """What the firm has set is taken away, so that nothing leaves this machine; ``settings`` are added."""
    before = dict(os.environ)
    for name in before:
        if name.startswith(OUTWARD):
            del os.environ[name]
    os.environ.update(settings)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
