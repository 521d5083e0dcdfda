"""Many lines of work at once, each in its order: conversations to be heard, and answers to be sent."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

IDLE_S = 5.0  # until it looks again by itself; ``wake`` says that there is something
AFTER_FAULT_S = 2.0
AT_ONCE = 16

logger = logging.getLogger(__name__)
# Every line in which there is something to do.
Find = Callable[[], Awaitable[list[str]]]
# Does what is next in a line: how many seconds until it is to go on, or None when nothing is left.
Serve = Callable[[str], Awaitable[float | None]]


class Lines:
    """``name`` is what the log calls them. Neither a fault in a line nor a database that is down ends the work."""

    def __init__(self, name: str, find: Find, serve: Serve) -> None:
        self._name, self._find, self._serve = name, find, serve
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._more, self._free = asyncio.Event(), asyncio.Semaphore(AT_ONCE)

    def wake(self) -> None:
        """There is something to do."""
        self._more.set()

    async def run(self) -> None:
        """Until cancelled; then what it is at is left as it is."""
        try:
            while True:
                await self._look()
        finally:
            for task in list(self._busy.values()):
                task.cancel()

    async def _look(self) -> None:
        self._more.clear()
        try:
            for line in await self._find():
                if line not in self._busy:
                    self._busy[line] = asyncio.create_task(self._work(line))
        except Exception as error:
            self._log(error)
            return await asyncio.sleep(AFTER_FAULT_S)
        # Not by wait_for, which in Python 3.10 may swallow that we are cancelled.
        again = asyncio.get_running_loop().call_later(IDLE_S, self._more.set)
        try:
            await self._more.wait()
        finally:
            again.cancel()

    async def _work(self, line: str) -> None:
        try:
            while (wait := await self._step(line)) is not None:
                await asyncio.sleep(wait)
        finally:
            del self._busy[line]
            self._more.set()  # for what came after the last look into this line

    async def _step(self, line: str) -> float | None:
        async with self._free:
            try:
                return await self._serve(line)
            except Exception as error:
                self._log(error)
                return AFTER_FAULT_S

    def _log(self, error: Exception) -> None:
        """Of what goes wrong only the kind: the text of an error may tell contents."""
        logger.error("Slack, %s: %s", self._name, type(error).__name__)
