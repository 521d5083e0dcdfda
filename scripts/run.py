"""Trains if needed, then starts the action server, Rasa and the leads' worker on this machine; Ctrl-C stops them.

Environment: ``PORT`` (5005), ``CONVERSATIONS_DB`` (SQLite file, conversations.db), ``SHORTCUTS=off`` (components/serve.py), and
for the leads .env.example. Loopback only.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import FrameType

sys.path.insert(0, str(Path(__file__).resolve().parent))
from train import QUIET, ROOT, ensure_trained

HOST = "127.0.0.1"
LOGS = ROOT / "logs"
START_LIMIT_S = 180
STOP_LIMIT_S = 10
# Loopback is never asked through a proxy, whatever HTTP_PROXY says.
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Server:
    """A child process in a process group of its own, with its output in a log file."""

    def __init__(
        self, name: str, command: list[str], environment: dict[str, str], is_well: Callable[[], bool]
    ) -> None:
        self.name, self.answers, self.log = name, is_well, LOGS / f"{name}.log"
        self.command, self.environment = command, environment
        output = self.log.open("w")
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def stop(self) -> None:
        """Asks the whole group to end, and ends what is left of it."""
        for kind in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, kind)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(STOP_LIMIT_S)

    def tail(self) -> str:
        """The last lines of its log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-20:])


def answers_at(address: str) -> Callable[[], bool]:
    """Whether a health address answers 200."""

    def is_well() -> bool:
        with suppress(OSError), DIRECT.open(address, timeout=2) as reply:
            return bool(reply.status == 200)
        return False

    return is_well


def wanted_port() -> int:
    """The port that ``PORT`` names; raises ``SystemExit`` with a sentence when it cannot be had."""
    value = os.environ.get("PORT", "5005")
    if not value.isdecimal() or not 1 <= int(value) <= 65535:
        raise SystemExit(f"PORT must be a number from 1 to 65535, not {value!r}.")
    try:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((HOST, int(value)))
    except PermissionError:
        raise SystemExit(f"Port {value} is not allowed here. Choose another: PORT=5005 make run") from None
    except OSError:
        raise SystemExit(
            f"Port {value} is taken. Stop what listens there, or choose another: PORT={free_port()} make run"
        ) from None
    return int(value)


def free_port() -> int:
    """A port that is free now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def start(port: int) -> list[Server]:
    """Starts the action server, Rasa and the worker that delivers leads; the action server gets a free port of its own."""
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
    sdk = [python, "-m", "components.action_server", "--port", str(actions)]
    rasa = [
        python,
        "-m",
        "components.serve",
        "--interface",
        HOST,
        "--port",
        str(port),
        "--model",
        str(ensure_trained()),
    ]
    alive = Path(os.environ.get("LEADS_HEARTBEAT", LOGS / "leads_worker.alive"))
    alive.unlink(missing_ok=True)
    worker = [python, "-m", "leads.worker"]
    return [
        Server("actions", sdk, environment, answers_at(f"http://{HOST}:{actions}/health")),
        Server("rasa", rasa, environment, answers_at(f"http://{HOST}:{port}/")),
        Server("leads", worker, {**environment, "LEADS_HEARTBEAT": str(alive)}, alive.exists),
    ]


def wait_until_ready(servers: list[Server]) -> None:
    """Returns when all answer. When one ends or is late, stops all and raises ``SystemExit`` with its log."""
    started = time.monotonic()
    try:
        while waiting := [server for server in servers if not server.answers()]:
            check_alive(servers)
            if time.monotonic() - started > START_LIMIT_S:
                late = waiting[0]
                raise SystemExit(f"The {late.name} server did not start in {START_LIMIT_S} s:\n{late.tail()}")
            time.sleep(0.5)
    except BaseException:
        stop(servers)
        raise


def stop(servers: list[Server]) -> None:
    """Stops them all."""
    for server in servers:
        server.stop()


def check_alive(servers: list[Server]) -> None:
    """Raises ``SystemExit`` with the end of its log when a server has ended."""
    for server in servers:
        if server.process.poll() is not None:
            raise SystemExit(
                f"The {server.name} server ended (status {server.process.returncode}). The end of"
                f" {server.log.relative_to(ROOT)}:\n{server.tail()}"
            )


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main() -> None:
    """``make run``."""
    endings = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # as under nohup
        endings.append(signal.SIGHUP)
    for ending in endings:
        signal.signal(ending, _interrupt)
    port = wanted_port()
    servers: list[Server] = []
    try:
        ensure_trained()
        print("Starting the servers …", flush=True)
        servers = start(port)
        wait_until_ready(servers)
        print(f"Ready: http://localhost:{port}/   (Ctrl-C stops it; logs are in {LOGS.name}/)", flush=True)
        while True:
            check_alive(servers)
            time.sleep(1)
    except KeyboardInterrupt:
        print("\nStopping …", flush=True)
    finally:
        for ending in endings:  # a second Ctrl-C must not leave a server behind
            signal.signal(ending, signal.SIG_IGN)
        stop(servers)


if __name__ == "__main__":
    main()
