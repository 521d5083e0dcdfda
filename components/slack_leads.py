"""Clicks on the buttons under a lead: the desk that serves them, opened when it is first needed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from threading import Lock

from knowledge.facts import load
from leads.claims import Click
from leads.desk import Desk, patient
from leads.errors import SettingsError
from leads.settings import Settings
from leads.store import LeadStore


class LeadDesk:
    """``open_desk`` is called at the first click, and again at the next one if it failed. Threads may share one."""

    def __init__(self, open_desk: Callable[[], Desk]) -> None:
        self._open_desk, self._opening = open_desk, Lock()
        self._desk: Desk | None = None

    def serve(self, click: Click) -> None:
        """Does what it asks for, and shows it. Raises ``LeadsError`` when there is no desk to be had."""
        with self._opening:
            self._desk = self._desk or self._open_desk()
        self._desk.serve(click)


def desk_of_the_firm() -> Desk:
    """The desk that the environment describes. Raises ``LeadsError``."""
    settings = Settings.from_environment().slack
    if settings is None:
        raise SettingsError("SLACK_LEADS_CHANNEL", "is needed for the buttons under leads")
    return Desk(LeadStore.open(), load().firm, patient(settings), lambda: datetime.now(timezone.utc))
