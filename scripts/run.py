"""Trains if needed, then starts the action server, Rasa and the leads' worker on this machine; Ctrl-C stops them.

What ends before all are ready ends all; later it is started again (watch.py).

Environment: ``PORT`` (5005), ``CONVERSATIONS_DB`` (SQLite file, conversations.db), ``SHORTCUTS=off`` (components/serve.py), and
for the leads .env.example. Loopback only.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import FrameType

sys.path.insert(0, str(Path(__file__).resolve().parent))
from ports import HOST, free_port, wanted_port
from train import QUIET, ROOT, ensure_trained
from watch import Watch

LOGS = ROOT / "logs"
START_LIMIT_S = 180
STOP_LIMIT_S = 10
LOOK_EVERY_S = 0.25
LONGEST_LOG = 10 * 1024 * 1024  # bytes; as much again is kept in a file beside it
# Loopback is never asked through a proxy, whatever HTTP_PROXY says.
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Server:
    """A child process in a process group of its own, with its output in a log file, after what is in there."""

    process: subprocess.Popen[bytes]

    def __init__(
        self, name: str, command: list[str], environment: dict[str, str], is_well: Callable[[], bool]
    ) -> None:
        self.name, self.answers, self.log = name, is_well, LOGS / f"{name}.log"
        self.command, self.environment = command, environment
        self.start()

    def start(self) -> None:
        """Starts it, for the first time or again."""
        self.bound_log()
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=self.environment,
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

    def bound_log(self) -> None:
        """Begins the log anew when it is long. The server may have it open: it goes on at the new beginning."""
        if not self.log.exists() or self.log.stat().st_size <= LONGEST_LOG:
            return
        with suppress(OSError):  # the disk is full
            shutil.copyfile(self.log, self.log.with_name(f"{self.name}.1.log"))
        os.truncate(self.log, 0)

    def epitaph(self) -> str:
        """How it ended, and the end of its log."""
        place = self.log.relative_to(ROOT) if self.log.is_relative_to(ROOT) else self.log
        status = self.process.returncode
        return f"The {self.name} server ended (status {status}). The end of {place}:\n{self.tail()}"

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


def beats(file: Path) -> Callable[[], bool]:
    """Whether the process that names itself in a file is there: a dead one leaves the file behind."""

    def is_well() -> bool:
        with suppress(OSError, ValueError):
            os.kill(int(file.read_text()), 0)
            return True
        return False

    return is_well


def start(port: int) -> list[Server]:
    """Starts the action server and Rasa, and once they answer, the worker that delivers leads. The action server gets a free
    port of its own.
    """
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
    first = [
        Server("actions", sdk, environment, answers_at(f"http://{HOST}:{actions}/health")),
        Server("rasa", rasa, environment, answers_at(f"http://{HOST}:{port}/")),
    ]
    wait_until_ready(first)  # visitors first: what is due may wait a second, and would take it from them
    return [*first, Server("leads", worker, {**environment, "LEADS_HEARTBEAT": str(alive)}, beats(alive))]


def wait_until_ready(servers: list[Server]) -> None:
    """Returns when all answer. When one ends or is late, stops all and raises ``SystemExit`` with its log."""
    started = time.monotonic()
    try:
        while waiting := [server for server in servers if not server.answers()]:
            check_alive(servers)
            if time.monotonic() - started > START_LIMIT_S:
                late = waiting[0]
                raise SystemExit(f"The {late.name} server did not start in {START_LIMIT_S} s:\n{late.tail()}")
            time.sleep(0.1)
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
            raise SystemExit(server.epitaph())


def keep_up(servers: list[Server]) -> None:
    """For ever: whatever ends is started again, and no log grows without end. Raises ``SystemExit`` on giving up."""
    watches = [Watch(server, time.monotonic()) for server in servers]
    while True:
        for server, watch in zip(servers, watches, strict=True):
            if line := watch.look(time.monotonic()):
                print(line, flush=True)
            server.bound_log()
        time.sleep(LOOK_EVERY_S)


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
        keep_up(servers)
    except KeyboardInterrupt:
        print("\nStopping …", flush=True)
    finally:
        for ending in endings:  # a second Ctrl-C must not leave a server behind
            signal.signal(ending, signal.SIG_IGN)
        stop(servers)


if __name__ == "__main__":
    main()
