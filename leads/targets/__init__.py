"""Where leads go. Each target is one small class with a name; it delivers, or says why it did not.

A reason never holds personal data: it is kept, logged and shown.
"""

from __future__ import annotations

from typing import Protocol

from leads.records import Delivery, StoredLead


class Retry(Exception):
    """Not delivered now; worth another try, ``after`` so many seconds if the other side named a time."""

    def __init__(self, reason: str, after: float | None = None) -> None:
        super().__init__(reason)
        self.reason, self.after = reason, after


class Refused(Exception):
    """Not delivered, and another try would end the same."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Target(Protocol):
    """Delivers one lead. A second delivery with the same id is recognised wherever the other side can."""

    name: str

    def deliver(self, lead: StoredLead, delivery: Delivery) -> str | None:
        """Returns when the other side has the lead: what it calls the lead, if anything.

        Raises ``Retry`` or ``Refused``.
        """
