"""Takes the leads of one target to it, one after the other, and notes in the outbox what came of it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from threading import Event

from leads.errors import NoSuchLead, StoreUnavailable, WrongKey
from leads.outbox import Outbox
from leads.records import Delivery
from leads.store import LeadStore
from leads.targets import Refused, Retry, Target

IDLE_S = 1.0
LONGEST_PAUSE_S = 30.0

logger = logging.getLogger(__name__)


class Courier:
    """One target's deliveries. ``beat_at``: the last sign of life, on the monotonic clock."""

    def __init__(
        self,
        target: Target,
        outbox: Outbox,
        store: LeadStore,
        now: Callable[[], datetime],
        idle: float = IDLE_S,
    ) -> None:
        self.target, self._outbox, self._store, self._now, self._idle = target, outbox, store, now, idle
        self._to_note: Callable[[], None] | None = None
        self.beat_at = time.monotonic()

    def run(self, stop: Event) -> None:
        """Until told to stop; neither a target nor a database in trouble ends it."""
        pause = self._idle
        while not stop.is_set():
            self.beat_at = time.monotonic()
            try:
                pause = 0.0 if self.step() else self._idle
            except Exception as error:  # its text could tell contents, unless it is ours
                pause = min(2 * max(pause, self._idle), LONGEST_PAUSE_S)
                said = error if isinstance(error, StoreUnavailable) else type(error).__name__
                logger.error("%s: %s Trying again in %d s.", self.target.name, said, pause)
            stop.wait(pause)

    def step(self) -> bool:
        """Delivers what is due now; False when nothing was. Raises ``StoreUnavailable``.

        What the database could not note is noted before anything else, so that it is not delivered again.
        """
        if self._to_note:
            self._note(self._to_note)
        due = self._outbox.due(self._now(), (self.target.name,))
        for delivery in due:
            self._note(self._deliver(delivery))
        return bool(due)

    def _note(self, note: Callable[[], None]) -> None:
        self._to_note = note
        note()
        self._to_note = None

    def _deliver(self, delivery: Delivery) -> Callable[[], None]:
        """Tries it, and returns what notes the outcome."""
        try:
            reference = self.target.deliver(self._store.get(delivery.lead_id), delivery)
        except Retry as fault:
            return partial(self._failed, delivery, fault.reason, fault.after)
        except Refused as fault:
            return partial(self._refused, delivery, fault.reason)
        except NoSuchLead:
            return partial(_log, delivery, "was erased")
        except WrongKey:
            return partial(self._failed, delivery, "the keys do not open it")
        except StoreUnavailable:
            raise
        except Exception as error:
            return partial(self._failed, delivery, f"a fault of ours: {type(error).__name__}")
        return partial(self._sent, delivery, reference)

    def _sent(self, delivery: Delivery, reference: str | None) -> None:
        self._outbox.sent(delivery, self._now(), reference)
        _log(delivery, "sent")

    def _failed(self, delivery: Delivery, reason: str, after: float | None = None) -> None:
        wait = None if after is None else timedelta(seconds=after)
        again = self._outbox.failed(delivery, reason, self._now(), wait)
        if again:
            _log(delivery, f"not sent ({reason}), again at {again:%Y-%m-%d %H:%M:%S %Z}")
        else:
            _log(delivery, f"given up ({reason}); it waits in the inbox", logging.ERROR)

    def _refused(self, delivery: Delivery, reason: str) -> None:
        self._outbox.refused(delivery, reason, self._now())
        _log(delivery, f"refused ({reason}); it waits in the inbox", logging.ERROR)


def _log(delivery: Delivery, said: str, level: int = logging.INFO) -> None:
    logger.log(level, "%s %s, attempt %d: %s", delivery.number, delivery.target, delivery.attempt, said)
