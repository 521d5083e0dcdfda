"""A real Redis in a folder of its own, on a free port of loopback. Gone when stopped."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

START_LIMIT_S = 20
STOP_LIMIT_S = 10


class RedisServer:
    """Keeps nothing on disk: what it holds is locks and messages on their way."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="redis-"))
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        """Returns when it answers."""
        command = ["redis-server", "--bind", "127.0.0.1", "--port", str(self.port), "--save", ""]
        self.process = subprocess.Popen(
            [*command, "--appendonly", "no", "--dir", str(self.folder)],
            stdout=(self.folder / "log").open("ab"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        limit = time.monotonic() + START_LIMIT_S
        while not self._answers():
            assert self.process.poll() is None and time.monotonic() < limit, (self.folder / "log").read_text()
            time.sleep(0.02)

    def stop(self, how: signal.Signals = signal.SIGKILL) -> None:
        """Ends it, by default as a crash does."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.send_signal(how)
            self.process.wait(STOP_LIMIT_S)

    def hang(self) -> None:
        """From now on it neither answers nor refuses."""
        assert self.process
        self.process.send_signal(signal.SIGSTOP)

    def wake(self) -> None:
        """It goes on."""
        assert self.process
        self.process.send_signal(signal.SIGCONT)

    def client(self) -> redis.Redis:
        """To look into it."""
        return redis.Redis.from_url(self.url, socket_timeout=5)

    def remove(self) -> None:
        """Ends it, and takes its folder away."""
        self.stop()
        shutil.rmtree(self.folder)

    def _answers(self) -> bool:
        try:
            return bool(redis.Redis.from_url(self.url, socket_timeout=1).ping())
        except redis.RedisError:
            return False


def why_not() -> str | None:
    """Why there can be no server here, or None."""
    return None if shutil.which("redis-server") else "Redis is not installed: sh scripts/install_redis.sh"


def one_of_its_own() -> Iterator[RedisServer]:
    """A server, removed in the end; where it cannot be had the tests are skipped, but fail in CI."""
    if reason := why_not():
        assert os.environ.get("CI") != "true", reason
        pytest.skip(reason)
    server = RedisServer()
    yield server
    server.remove()


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """The server that all tests share; whoever stops it starts it again."""
    yield from one_of_its_own()
