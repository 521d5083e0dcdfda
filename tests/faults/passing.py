"""Faults of a running bot, each for the time of a ``with``."""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from tests.faults.kill_bot import MortalBot


@contextmanager
def hanging(bot: MortalBot, name: str) -> Iterator[None]:
    """It neither answers nor refuses."""
    group = os.getpgid(bot.named(name).process.pid)
    os.killpg(group, signal.SIGSTOP)
    try:
        yield
    finally:
        os.killpg(group, signal.SIGCONT)


@contextmanager
def without_table(bot: MortalBot) -> Iterator[None]:
    """Rasa can neither read nor write conversations."""

    def rename(old: str, new: str) -> None:
        with sqlite3.connect(bot.database, timeout=10) as connection:
            connection.execute(f"ALTER TABLE {old} RENAME TO {new}")

    rename("events", "away")
    try:
        yield
    finally:
        rename("away", "events")
