"""What is sent to a conversation reaches its sockets in every process, by way of Redis."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from socketio import AsyncRedisManager

from components.locks import ANSWER_S, redis_url

CHANNEL = "web"

logger = logging.getLogger(__name__)


class SharedRooms(AsyncRedisManager):
    """Who is connected to this process hears at once and whatever Redis does; it is never waited for longer than
    ``ANSWER_S``. What the others miss they read when they connect again.
    """

    async def _publish(self, data: dict[str, Any]) -> None:
        try:
            await asyncio.wait_for(super()._publish(data), ANSWER_S)
        except asyncio.TimeoutError:
            logger.warning("Redis does not answer: the other processes do not hear what is sent.")


def shared_rooms() -> SharedRooms | None:
    """None where there is no other process."""
    url = redis_url()
    options = {"socket_connect_timeout": ANSWER_S, "socket_keepalive": True}
    return SharedRooms(url, CHANNEL, redis_options=options) if url else None
