"""What still has to reach a target: tried for 72 hours, by one worker at a time, in order within a target."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from leads.audit import What, note
from leads.database import reading, writing
from leads.records import Delivery
from leads.store import LeadStore
from leads.tables import LEADS, OUTBOX

LEASE = timedelta(minutes=2)
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=4)  # with its jitter, everything has gone out 5 minutes after an outage
JITTER = 0.2
GIVE_UP = timedelta(hours=72)
STEP_ASIDE = timedelta(hours=2)  # from then on a delivery that fails holds up no other


class Outbox:
    """The outbox as one worker sees it. ``worker`` names it; ``jitter`` gives a number from 0 to 1.

    A worker that ends without a word (kill -9) keeps its lease until it runs out; then the same delivery is
    due again, under the same id.
    """

    def __init__(
        self,
        store: LeadStore,
        worker: str,
        lease: timedelta = LEASE,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._engine, self._worker, self._lease, self._jitter = store.engine, worker, lease, jitter

    def due(self, now: datetime, targets: tuple[str, ...] | None = None) -> list[Delivery]:
        """Leases the next delivery of each target (all, or these), if its time has come: one per target.

        Until that is ``sent``, or its lease runs out, nothing behind it is due, unless it has failed for two
        hours. Call again for the next ones.
        """
        with reading(self._engine) as connection:
            rows = connection.execute(_waiting(targets)).all()
        lines = (list(line) for _, line in groupby(rows, key=lambda row: row.target))
        heads = [row for line in lines if (row := _head(line, now))]
        return [delivery for row in heads if (delivery := self._take(row, now))]

    def sent(self, delivery: Delivery, now: datetime, reference: str | None = None) -> bool:
        """It has arrived, named ``reference`` there. False when it was erased or noted as sent meanwhile."""
        values = {"state": "sent", "sent_at": now, "reason": None, "reference": reference}
        return self._end(delivery, now, OUTBOX.c.state != "sent", values, "sent")

    def failed(
        self, delivery: Delivery, reason: str, now: datetime, retry_after: timedelta | None = None
    ) -> datetime | None:
        """Not this time: when it will be tried again, not before ``retry_after``; None when it is dead.

        ``reason``: a few technical words without personal data ('SMTP 451'), kept for the CLI.
        """
        with reading(self._engine) as connection:
            mine = select(OUTBOX.c.first_tried_at).where(self._mine(delivery))
            first: datetime | None = connection.execute(mine).scalar()
        if first is None or now - first >= GIVE_UP:
            self.refused(delivery, reason, now)
            return None
        next_at = now + max(self._wait(delivery.attempt), retry_after or timedelta())
        self._end(delivery, now, self._mine(delivery), {"next_at": next_at, "reason": reason})
        return next_at

    def refused(self, delivery: Delivery, reason: str, now: datetime) -> None:
        """The target will never take it: dead at once, with an audit row."""
        self._end(delivery, now, self._mine(delivery), {"state": "dead", "reason": reason}, "dead")

    def _take(self, row: Any, now: datetime) -> Delivery | None:
        """The delivery, unless another worker was quicker."""
        unchanged = (OUTBOX.c.attempts == row.attempts) & (OUTBOX.c.state == "waiting")
        lease = {
            "attempts": row.attempts + 1,
            "first_tried_at": row.first_tried_at or now,
            "leased_by": self._worker,
            "leased_until": now + self._lease,
        }
        with writing(self._engine) as connection:
            taken = update(OUTBOX).where((OUTBOX.c.id == row.id) & unchanged).values(lease)
            if not connection.execute(taken).rowcount:
                return None
            reference = connection.execute(_reference(row)).scalar()
        attempt = row.attempts + 1
        return Delivery(
            row.id, row.lead_id, row.number, row.target, row.kind, attempt, row.created_at, reference
        )

    def _end(
        self, delivery: Delivery, now: datetime, where: Any, values: dict[str, Any], what: What | None = None
    ) -> bool:
        """Gives the lease back with these values; False when the row is no longer as ``where`` says."""
        values = {**values, "leased_by": None, "leased_until": None}
        with writing(self._engine) as connection:
            ended = update(OUTBOX).where((OUTBOX.c.id == delivery.id) & where).values(values)
            done = bool(connection.execute(ended).rowcount)
            if done and what:
                note(connection, now, self._worker, what, delivery.number, delivery.target)
        return done

    def _mine(self, delivery: Delivery) -> Any:
        leased = (OUTBOX.c.leased_by == self._worker) & (OUTBOX.c.attempts == delivery.attempt)
        return (OUTBOX.c.id == delivery.id) & leased & (OUTBOX.c.state == "waiting")

    def _wait(self, attempt: int) -> timedelta:
        longer = min(FIRST_WAIT * 2 ** min(attempt - 1, 16), LONGEST_WAIT)
        return longer * (1 - JITTER + 2 * JITTER * self._jitter())


def _waiting(targets: tuple[str, ...] | None) -> Any:
    query = select(OUTBOX, LEADS.c.number).join(LEADS, LEADS.c.id == OUTBOX.c.lead_id)
    query = query.where(OUTBOX.c.state == "waiting").order_by(OUTBOX.c.target, OUTBOX.c.seq)
    return query if targets is None else query.where(OUTBOX.c.target.in_(targets))


def _reference(row: Any) -> Any:
    same = (OUTBOX.c.lead_id == row.lead_id) & (OUTBOX.c.target == row.target)
    named = select(OUTBOX.c.reference).where(same & OUTBOX.c.reference.isnot(None))
    return named.order_by(OUTBOX.c.seq.desc()).limit(1)


def _head(line: list[Any], now: datetime) -> Any:
    """The row of one target whose turn it is, or None: those behind one that is on its way must wait."""
    for row in line:
        if row.leased_until and row.leased_until > now:
            return None
        if row.next_at <= now:
            return row
        if now - (row.first_tried_at or now) < STEP_ASIDE:
            return None
    return None


def retry(
    store: LeadStore, who: str, now: datetime, number: str | None = None, target: str | None = None
) -> list[tuple[str, str]]:
    """Makes what is dead or waiting due now, of one lead or target or of all: its (number, target) in order.

    A dead delivery has its 72 hours anew; it keeps its id, so that a target that had it after all will know.
    """
    query = select(OUTBOX.c.id, OUTBOX.c.target, LEADS.c.number).join(LEADS, LEADS.c.id == OUTBOX.c.lead_id)
    query = query.where(OUTBOX.c.state != "sent", OUTBOX.c.leased_until.is_(None)).order_by(OUTBOX.c.seq)
    if number:
        query = query.where(LEADS.c.number == store.get(number).number)
    if target:
        query = query.where(OUTBOX.c.target == target)
    with writing(store.engine) as connection:
        rows = connection.execute(query).all()
        for row in rows:
            _revive(connection, row, who, now)
    return [(row.number, row.target) for row in rows]


def _revive(connection: Connection, row: Any, who: str, now: datetime) -> None:
    fresh = {"state": "waiting", "next_at": now, "first_tried_at": None, "attempts": 0}
    still = (OUTBOX.c.id == row.id) & OUTBOX.c.leased_until.is_(None)
    if connection.execute(update(OUTBOX).where(still).values(fresh)).rowcount:
        note(connection, now, who, "retried", row.number, row.target)
