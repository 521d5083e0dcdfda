"""What the worker does from time to time: deletes what is due, and reminds of what nobody has claimed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Event

from leads.errors import LeadsError

DAILY_S = 24 * 3600.0
AFTER_FAULT_S = 60.0

logger = logging.getLogger(__name__)


class Housekeeper:
    """Does something from time to time, and logs how often there was something to do: ``said`` with the count.

    Deletes, unless told otherwise, once a day what the firm promised to keep no longer.
    """

    def __init__(
        self,
        deed: Callable[[], int],
        every: float = DAILY_S,
        after_fault: float = AFTER_FAULT_S,
        said: str = "deleted %d leads whose time was over",
        failed: str = "could not delete what is due",
    ) -> None:
        self._deed, self._every, self._after_fault = deed, every, after_fault
        self._said, self._failed = said, failed

    def run(self, stop: Event) -> None:
        """At the start, and then every so often; after a fault, a minute later."""
        while not stop.is_set():
            stop.wait(self._every if self._once() else self._after_fault)

    def _once(self) -> bool:
        try:
            if (count := self._deed()) or self._every >= DAILY_S:
                logger.info(self._said, count)
            return True
        except Exception as error:  # a text that is not ours could tell contents
            said = error if isinstance(error, LeadsError) else type(error).__name__
            logger.error("%s: %s", self._failed, said)
            return False
