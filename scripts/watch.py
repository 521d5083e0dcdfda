"""Starts a server again that ends while it serves, and gives up on one that ends again and again."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

FIRST_WAIT_S = 0.5  # before it is started again; doubled each time
LONGEST_WAIT_S = 10.0
STEADY_S = 10.0  # one that was ready for so long has not ended quickly
MOST_QUICK_ENDS = 5  # in a row
START_LIMIT_S = 180.0


class Watched(Protocol):
    """A server that can be started again."""

    name: str
    process: subprocess.Popen[bytes]
    answers: Callable[[], bool]

    def start(self) -> None:
        """Starts it."""

    def stop(self) -> None:
        """Ends what there is of it."""

    def epitaph(self) -> str:
        """How it ended, with the end of its log."""


@dataclass
class Watch:
    """One server, which was ready at ``ready_at``. All times: seconds that only grow."""

    server: Watched
    ready_at: float | None
    started_at: float = 0.0
    start_at: float | None = None
    quick_ends: int = 0

    def look(self, now: float) -> str | None:
        """Does what is due; a line when it has ended. Raises ``SystemExit`` with the end of its log on giving up."""
        if self.start_at is not None:
            if now >= self.start_at:
                self.server.start()
                self.start_at, self.ready_at, self.started_at = None, None, now
        elif self.server.process.poll() is not None:
            return self._ended(now, f"ended (status {self.server.process.returncode})")
        elif self.ready_at is None:
            if self.server.answers():
                self.ready_at = now
            elif now - self.started_at > START_LIMIT_S:
                return self._ended(now, f"did not start in {START_LIMIT_S:.0f} s")
        return None

    def _ended(self, now: float, how: str) -> str:
        quick = self.ready_at is None or now - self.ready_at < STEADY_S
        self.quick_ends = self.quick_ends + 1 if quick else 0
        self.server.stop()
        if self.quick_ends >= MOST_QUICK_ENDS:
            raise SystemExit(f"{self.server.epitaph()}\nThat was {self.quick_ends} times in a row, so all is stopped.")
        wait = min(FIRST_WAIT_S * 2 ** max(0, self.quick_ends - 1), LONGEST_WAIT_S)
        self.start_at = now + wait
        return f"The {self.server.name} server {how}; it is started again in {wait:g} s."
