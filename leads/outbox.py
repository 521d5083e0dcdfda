"""What still has to reach a target: leased to one worker at a time, tried for 72 hours, in order within a target."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta

from leads.records import Delivery
from leads.store import LeadStore

LEASE = timedelta(minutes=2)


class Outbox:
    """The outbox as one worker sees it. ``worker`` names it; ``jitter`` gives a number from 0 to 1."""

    def __init__(
        self,
        store: LeadStore,
        worker: str,
        lease: timedelta = LEASE,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._store, self.worker, self._lease, self._jitter = store, worker, lease, jitter

    def due(self, now: datetime, targets: tuple[str, ...] | None = None) -> list[Delivery]:
        """Leases the next delivery of each target (all, or these), if its time has come: at most one per target.

        Until it is ``sent`` or ``failed``, or the lease runs out (kill -9), nothing more of that target is due,
        so its order is kept. Call again for the next ones.
        """
        raise NotImplementedError

    def sent(self, delivery: Delivery, now: datetime) -> bool:
        """It has arrived. False when it was erased, or noted as sent, meanwhile."""
        raise NotImplementedError

    def failed(
        self, delivery: Delivery, reason: str, now: datetime, retry_after: timedelta | None = None
    ) -> datetime | None:
        """Not this time: when it will be tried again, not before ``retry_after``; None when it is dead.

        ``reason``: a few technical words without personal data ('SMTP 451'), kept for the CLI.
        """
        raise NotImplementedError

    def refused(self, delivery: Delivery, reason: str, now: datetime) -> None:
        """The target will never take it: dead at once, with an audit row."""
        raise NotImplementedError
