"""The process that takes leads to their targets, and deletes them in the end: python -m leads.worker.

One thread per target, so that none waits for another. SIGTERM or Ctrl-C ends it after the deliveries on their
way; what is cut off then, or by kill -9, is delivered again later. ``--check`` exits with 0 if one runs.
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timezone
from pathlib import Path
from threading import Event, Thread
from zoneinfo import ZoneInfo

from knowledge.facts import load
from knowledge.records import Firm, Lawyer
from leads import logs
from leads.claims import name_of
from leads.conversations import Conversations
from leads.courier import Courier
from leads.erasure import grant
from leads.errors import LeadsError
from leads.firm import lawyer, route
from leads.housekeeper import Housekeeper
from leads.outbox import Outbox
from leads.records import StoredLead
from leads.reminder import remind
from leads.retention import Retention, purge
from leads.settings import ROOT, Settings
from leads.slack_waiting import SlackWaiting
from leads.store import LeadStore
from leads.targets import Target
from leads.targets.clio import Clio
from leads.targets.email import Email
from leads.targets.slack import Slack
from leads.targets.webhook import Webhook

ALL_TARGETS = ("email", "slack", "webhook", "clio")
BEAT_S = 1.0
STUCK_S = 180.0  # a thread that was not seen for so long hangs: no delivery takes longer
DEAD_S = 15.0  # a heartbeat as old as this is none
LAST_DELIVERY_S = 8.0
REMIND_EVERY_S = 60.0
FORGET_EVERY_S = 15.0

logger = logging.getLogger("leads.worker")  # as a program, its __name__ is another


def targets(settings: Settings, firm: Firm, now: Callable[[], datetime]) -> list[Target]:
    """Those that are set up."""
    zone = ZoneInfo(firm.time_zone)
    found: list[Target] = []
    if settings.email:
        found.append(Email(settings.email, lambda lead: reader(firm, lead, now()), zone, now))
    if settings.slack:
        found.append(Slack(settings.slack, zone, lambda who: name_of(firm, who)))
    if settings.webhook:
        found.append(Webhook(settings.webhook, now))
    if settings.clio:
        found.append(Clio(settings.clio, zone))
    return found


def reader(firm: Firm, lead: StoredLead, now: datetime) -> Lawyer:
    """Who gets the e-mail: the lawyer who claimed the lead, else whom it was routed to, then or now."""
    for known in (lead.claimed_by, lead.lawyer):
        found = lawyer(firm, known) if known else None
        if found:
            return found
    return route(firm, lead.language, lead.matter, now)


class Worker:
    """The threads, and the sign of life that they give together in the file ``heartbeat``."""

    def __init__(self, couriers: Sequence[Courier], heartbeat: Path, *housekeepers: Housekeeper) -> None:
        self._couriers, self._heartbeat = couriers, heartbeat
        self.stop = Event()
        work = [*(courier.run for courier in couriers), *(one.run for one in housekeepers)]
        self._threads = [Thread(target=run, args=(self.stop,), daemon=True) for run in work]

    def run(self) -> None:
        """Until ``stop`` is set, and then as long as deliveries on their way need, up to some seconds."""
        for thread in self._threads:
            thread.start()
        while not self.stop.is_set():
            self._beat()
            self.stop.wait(BEAT_S)
        until = time.monotonic() + LAST_DELIVERY_S
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
        self._heartbeat.unlink(missing_ok=True)

    def _beat(self) -> None:
        """Touches the file, unless a thread has ended or hangs: then the file grows old."""
        oldest = min((one.beat_at for one in self._couriers), default=time.monotonic())
        if all(thread.is_alive() for thread in self._threads) and time.monotonic() - oldest < STUCK_S:
            self._heartbeat.parent.mkdir(parents=True, exist_ok=True)
            self._heartbeat.write_text(f"{os.getpid()}\n")


def is_running(heartbeat: Path, now: float) -> bool:
    """True while a worker gives signs of life. ``now``: seconds since the epoch."""
    try:
        return now - heartbeat.stat().st_mtime < DEAD_S
    except OSError:
        return False


def say_what_is_on(settings: Settings) -> None:
    """Once, so that nobody wonders why nothing comes."""
    logger.info("delivering by: %s", ", ".join(settings.targets) or "nothing")
    if off := [name for name in ALL_TARGETS if name not in settings.targets]:
        logger.info("not set up, so off: %s. The inbox has every lead: python -m leads list", ", ".join(off))


def start(settings: Settings, heartbeat: Path) -> Worker:
    """A worker with all that the settings name. Raises ``LeadsError``."""
    firm = load().firm
    retention = Retention.of(settings, firm.retention_days)
    store, conversations = LeadStore.open(settings.database), Conversations(settings.conversations)
    slack = SlackWaiting(settings.slack_queue)
    me = f"{socket.gethostname()}-{os.getpid()}"
    outbox = Outbox(store, me)
    say_what_is_on(settings)
    couriers = [Courier(target, outbox, store, _now) for target in targets(settings, firm, _now)]

    def clean_up() -> int:
        return len(purge(store, conversations, slack, retention, me, _now()).numbers)

    def forget() -> int:
        return grant(store, conversations, _now())

    def remind_all() -> int:
        return remind(store, firm, me, _now())

    reminder = Housekeeper(
        remind_all, REMIND_EVERY_S, said="reminding of %d leads", failed="could not remind"
    )
    forgetter = Housekeeper(
        forget, FORGET_EVERY_S, said="forgot %d visitors who asked for it", failed="could not forget"
    )
    housekeepers = [Housekeeper(clean_up), forgetter, *([reminder] if settings.slack else [])]
    return Worker(couriers, heartbeat, *housekeepers)


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status: 0 when told to end, 1 when it could not start; with ``--check``, 1 when none runs."""
    parser = argparse.ArgumentParser("python -m leads.worker", description=__doc__)
    parser.add_argument(
        "--check", action="store_true", help="exit with 0 if a worker is running, else with 1"
    )
    heartbeat = Path(os.environ.get("LEADS_HEARTBEAT") or ROOT / "logs" / "leads_worker.alive")
    if parser.parse_args(arguments).check:
        return 0 if is_running(heartbeat, time.time()) else 1
    logs.begin("WARNING")
    if not os.environ.get("LOG_LEVEL"):
        logging.getLogger("leads").setLevel(logging.INFO)
    try:
        worker = start(Settings.from_environment(), heartbeat)
    except LeadsError as error:
        logger.error("%s", error)
        return 1
    for kind in (signal.SIGTERM, signal.SIGINT):
        signal.signal(kind, lambda _signal, _frame: worker.stop.set())
    worker.run()
    return 0


def _now() -> datetime:
    return datetime.now(timezone.utc)


if __name__ == "__main__":
    sys.exit(main())
