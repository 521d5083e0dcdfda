"""How much one conversation and one address may do on the website.

Far above what people do who press one button of a form after the other, or who share an office's address.
"""

from __future__ import annotations

from collections.abc import Callable

from components.gate import Refused
from components.limits import Buckets

MOST_SOCKETS_THERE = 200  # open ones, of one address


class Limits:
    """Raises ``Refused`` when it is too much. Without an address only the conversation counts.

    ``ticks``: seconds that only grow. It is this process's own count: with several, a visitor stays with one.
    """

    def __init__(self, ticks: Callable[[], float]) -> None:
        self._ticks = ticks
        self._messages = Buckets(burst=20, per_minute=30)
        self._messages_there = Buckets(burst=120, per_minute=240)
        self._conversations_there = Buckets(burst=60, per_minute=30)
        self._sockets_there = Buckets(burst=200, per_minute=300)

    def message(self, conversation: str | None, address: str | None) -> None:
        """One more message, or any other wish, in a conversation."""
        self._count(self._messages_there, address, "too_many")
        self._count(self._messages, conversation, "too_many")

    def conversation(self, address: str | None) -> None:
        """One more new conversation."""
        self._count(self._conversations_there, address, "too_many_chats")

    def socket(self, address: str | None) -> None:
        """One more new connection; ``MOST_SOCKETS_THERE`` says how many may be open."""
        self._count(self._sockets_there, address, "too_many_chats")

    def _count(self, bucket: Buckets, key: str | None, error: str) -> None:
        if key is not None and not bucket.take(key, self._ticks()):
            raise Refused(error)
