"""One turn of a conversation at a time, in all processes together: the lock store of endpoints.yml.

With ``REDIS_URL`` the locks are Redis's, so that several processes share them; without it they are Rasa's own, in memory.
A lock in Redis has its owner's token and ends by itself ``FREE_AFTER_S`` seconds after its process died. When Redis is
down or hangs, ``lock`` raises within a second: the turn does not begin. When Redis goes away during a turn, the turn goes
on, for the store itself refuses whoever was overtaken (conversation_store.py).
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from rasa.core.lock import TicketLock
from rasa.core.lock_store import LOCK_LIFETIME, InMemoryLockStore
from rasa.utils.endpoints import EndpointConfig
from redis.asyncio import Redis
from redis.asyncio.lock import Lock
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as Unreachable
from redis.exceptions import RedisError

REDIS_URL = "REDIS_URL"
ANSWER_S = 0.8  # for Redis
FREE_AFTER_S = 3.0
RENEW_EVERY_S = 0.7
LOOK_EVERY_S = 0.02  # when another process has it; within a process the turns wait in a line (turns.py)
PREFIX = "turn:"

logger = logging.getLogger(__name__)


def redis_url() -> str | None:
    """Where the processes meet; None when there is only one."""
    return os.environ.get(REDIS_URL, "").strip() or None


class ConversationLocks(InMemoryLockStore):
    """Rasa makes it with what endpoints.yml says of it."""

    def __init__(self, endpoint_config: EndpointConfig | None = None, url: str | None = None) -> None:
        super().__init__()
        address = url or redis_url()
        self._redis = _connected(address) if address else None

    @asynccontextmanager
    async def lock(
        self,
        conversation_id: str,
        lock_lifetime: float = LOCK_LIFETIME,
        wait_time_in_seconds: float = 1,
    ) -> AsyncIterator[TicketLock]:
        """Has the conversation for itself until the end. Raises ``RedisError`` when that cannot be had."""
        if self._redis is None:
            async with super().lock(conversation_id, lock_lifetime, wait_time_in_seconds) as ticket:
                yield ticket
            return
        lock = Lock(
            self._redis, PREFIX + conversation_id, FREE_AFTER_S, sleep=LOOK_EVERY_S, thread_local=False
        )
        await lock.acquire()
        renewing = asyncio.create_task(_renew(lock))
        try:
            yield TicketLock(conversation_id)
        finally:
            renewing.cancel()
            await asyncio.shield(_release(lock))

    async def answers(self) -> bool:
        """Whether locks can be had now."""
        if self._redis is None:
            return True
        with suppress(RedisError):
            return bool(await self._redis.ping())
        return False


def _connected(url: str) -> Redis:
    """It connects when first used. A connection that broke while nobody used it is made anew, once."""
    return Redis.from_url(
        url,
        socket_timeout=ANSWER_S,
        socket_connect_timeout=ANSWER_S,
        socket_keepalive=True,
        retry=Retry(NoBackoff(), 1, (Unreachable,)),
        retry_on_error=[Unreachable],
    )


async def _renew(lock: Lock) -> None:
    while True:
        await asyncio.sleep(RENEW_EVERY_S)
        if (
            lock.local.token is None
        ):  # released. That this was to end may be lost: Python 3.10's wait_for swallows a cancel
            return
        try:
            await lock.reacquire()
        except RedisError as error:
            logger.warning("A lock could not be renewed: %s", type(error).__name__)


async def _release(lock: Lock) -> None:
    """If it cannot be, it ends by itself; and what was done under it is done."""
    try:
        await lock.release()
    except RedisError as error:
        logger.warning("A lock could not be released: %s", type(error).__name__)
