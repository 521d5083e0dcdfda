"""A real nginx with the configuration of deploy/nginx.conf, on free ports, before whatever servers a test has."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))
from ports import HOST
from proxy import Proxy
from servers import steady_port

START_LIMIT_S = 20


class Nginx:
    """``rasa`` and ``actions``: ports of the servers behind it. ``site``: more for visitors' server (TLS)."""

    def __init__(self, rasa: Sequence[int], actions: Sequence[int], site: str = "", turns_at_once: int = 0) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="nginx-"))
        self.proxy = Proxy(self.folder, steady_port(), steady_port(), rasa, actions, turns_at_once)
        self.proxy.write()
        (self.proxy.site / "test.conf").write_text(site)
        self.url, self.actions_url = (f"http://{HOST}:{port}" for port in (self.proxy.port, self.proxy.actions_port))
        self._log = self.folder / "log"
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(self.proxy.command, stdout=log, stderr=log, start_new_session=True)
        limit = time.monotonic() + START_LIMIT_S
        while not self._listens():
            assert self.process.poll() is None and time.monotonic() < limit, self.log
            time.sleep(0.02)

    @property
    def log(self) -> str:
        """All that it wrote."""
        return self._log.read_text()

    def remove(self) -> None:
        """Ends it, and takes its folder away."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(START_LIMIT_S)
        shutil.rmtree(self.folder)

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex((HOST, self.proxy.port)) == 0


def there_or_skipped() -> None:
    """Where it cannot be had the tests are skipped, but fail in CI."""
    if shutil.which("nginx") is None:
        reason = "nginx is not installed: sh scripts/install_nginx.sh"
        assert os.environ.get("CI") != "true", reason
        pytest.skip(reason)
