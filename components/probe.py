"""Asks something whether it is well, within a limit, and not again for everybody who wants to know."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

LIMIT_S = 2.0
FRESH_S = 1.0  # for so long an answer is told again

Found = TypeVar("Found")


class Probe(Generic[Found]):
    """``question`` may raise and may hang. However many ask at once, it is asked once."""

    def __init__(
        self,
        question: Callable[[], Awaitable[Found]],
        limit_s: float = LIMIT_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._question, self._limit_s, self._clock = question, limit_s, clock
        self._answer: Found | None = None
        self._at = float("-inf")
        self._asking: asyncio.Task[None] | None = None

    async def ask(self) -> Found | None:
        """What was found, a second ago at most before this call; None when that took too long or failed."""
        if self._asking is None and self._clock() - self._at >= FRESH_S:
            self._asking = asyncio.create_task(self._ask())
        if self._asking:
            await asyncio.shield(self._asking)
        return self._answer

    async def _ask(self) -> None:
        try:
            self._answer = await asyncio.wait_for(self._question(), self._limit_s)
        except Exception:  # of what kind, whoever works with it logs
            self._answer = None
        finally:
            self._at, self._asking = self._clock(), None


class InThread(Generic[Found]):
    """As a question for ``Probe``: work that blocks. While it hangs in one thread, no second one is begun."""

    def __init__(self, work: Callable[[], Found]) -> None:
        self._work = work
        self._busy: asyncio.Future[Found] | None = None

    async def __call__(self) -> Found:
        """What the work finds, or raises."""
        if self._busy is None or self._busy.done():
            self._busy = asyncio.get_running_loop().run_in_executor(None, self._work)
        return await asyncio.shield(self._busy)
