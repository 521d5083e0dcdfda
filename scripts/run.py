"""Starts everything on this machine and stops it all with Ctrl-C: trains if needed, then the action server and Rasa.

Environment: ``PORT`` (5005), ``CONVERSATIONS_DB`` (SQLite file, conversations.db). Both servers listen on loopback only.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path
from types import FrameType

sys.path.insert(0, str(Path(__file__).resolve().parent))
from train import QUIET, ROOT, ensure_trained

HOST = "127.0.0.1"
LOGS = ROOT / "logs"
START_LIMIT_S = 180
STOP_LIMIT_S = 10


class Server:
    """A child process in a process group of its own, with its output in a log file."""

    def __init__(self, name: str, command: list[str], environment: dict[str, str], health: str) -> None:
        self.name, self.health, self.log = name, health, LOGS / f"{name}.log"
        output = self.log.open("w")
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def answers(self) -> bool:
        """True once its health address answers 200."""
        with suppress(urllib.error.URLError, OSError):
            with urllib.request.urlopen(self.health, timeout=2) as reply:
                return bool(reply.status == 200)
        return False

    def stop(self) -> None:
        """Asks the whole group to end, and ends it if it does not."""
        for kind in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, kind)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(STOP_LIMIT_S)
                return

    def tail(self) -> str:
        """The last lines of its log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-20:])


def port_is_free(port: int) -> bool:
    """True if nothing listens on this port of loopback."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """A port that is free now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def start(port: int) -> list[Server]:
    """Starts the action server and Rasa; the action server gets a free port of its own."""
    actions = free_port()
    environment = {
        **os.environ,
        **QUIET,
        "ACTION_SERVER_URL": f"http://{HOST}:{actions}/webhook",
        "CONVERSATIONS_DB": os.environ.get("CONVERSATIONS_DB", str(ROOT / "conversations.db")),
        "SANIC_HOST": HOST,
        "PYTHONUNBUFFERED": "1",
    }
    LOGS.mkdir(exist_ok=True)
    python = sys.executable
    sdk = [python, "-m", "rasa_sdk", "--actions", "actions", "-p", str(actions)]
    rasa = [python, "-m", "rasa", "run", "-i", HOST, "-p", str(port), "-m", str(ensure_trained())]
    return [
        Server("actions", sdk, environment, f"http://{HOST}:{actions}/health"),
        Server("rasa", rasa, environment, f"http://{HOST}:{port}/"),
    ]


def wait_until_ready(servers: list[Server]) -> None:
    """Returns when every server answers; raises ``SystemExit`` with the end of a log when one ends or takes too long."""
    started = time.monotonic()
    waiting = list(servers)
    while waiting:
        check_alive(servers)
        waiting = [server for server in waiting if not server.answers()]
        if time.monotonic() - started > START_LIMIT_S:
            raise SystemExit(
                f"{waiting[0].name} did not start within {START_LIMIT_S} s:\n{waiting[0].tail()}"
            )
        if waiting:
            time.sleep(0.5)


def check_alive(servers: list[Server]) -> None:
    """Raises ``SystemExit`` with the end of its log when a server has ended."""
    for server in servers:
        if server.process.poll() is not None:
            raise SystemExit(f"{server.name} ended (status {server.process.returncode}):\n{server.tail()}")


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main() -> None:
    """``make run``."""
    signal.signal(signal.SIGTERM, _interrupt)
    value = os.environ.get("PORT", "5005")
    if not value.isdigit() or not 1 <= int(value) <= 65535:
        raise SystemExit(f"PORT must be a number from 1 to 65535, not {value!r}.")
    port = int(value)
    if not port_is_free(port):
        raise SystemExit(
            f"Port {port} is taken. Stop what listens there, or choose another: PORT={port + 1} make run"
        )
    servers: list[Server] = []
    try:
        ensure_trained()
        print("Starting the servers (about half a minute) …", flush=True)
        servers = start(port)
        wait_until_ready(servers)
        print(f"Ready: http://localhost:{port}/   (Ctrl-C stops it; logs are in {LOGS.name}/)", flush=True)
        while True:
            check_alive(servers)
            time.sleep(1)
    except KeyboardInterrupt:
        print("\nStopping …", flush=True)
    finally:
        for server in servers:
            server.stop()


if __name__ == "__main__":
    main()
