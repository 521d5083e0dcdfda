"""Sends what waits to be sent, in each conversation in its order, until Slack has taken it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from components.sentences import Sentences
from components.slack_blocks import context
from components.slack_queue import Document, Queue, Row
from components.spoken import language_in
from leads.errors import WrongKey
from leads.targets.posting import TRY_AGAIN, seconds

TIMEOUT_S = 10
FIRST_WAIT_S, LONGEST_WAIT_S = 1.0, 60.0
GIVE_UP_S = 24 * 3600.0
# The assistant is not in that channel, or may not write there.
NOT_THERE = frozenset(
    {"not_in_channel", "channel_not_found", "is_archived", "restricted_action", "user_not_in_channel"}
)
# Slack's trouble, or the firm's set-up, which can be mended; any other name means that it will never be taken.
MENDED = frozenset(
    {
        "ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable", "request_timeout",
        "accesslimited", "team_added_to_org", "not_authed", "invalid_auth", "account_inactive", "token_revoked",
        "token_expired", "missing_scope", "access_denied", "ekm_access_denied", "no_permission", "unknown",
    }
)  # fmt: skip

logger = logging.getLogger(__name__)
# The client's own log repeats what it sends, once it is asked for debugging.
silent = logging.getLogger(f"{__name__}.client")
silent.setLevel(logging.CRITICAL)
# Does in a thread what waits for the database.
InThread = Callable[..., Awaitable[Any]]


class Again(Exception):
    """Not now; ``after`` so many seconds, if Slack named a time."""

    def __init__(self, reason: str, after: float | None = None) -> None:
        super().__init__(reason)
        self.reason, self.after = reason, after


class Refused(Exception):
    """Never; ``name`` is what Slack calls it."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class Sender:
    """``clock``: seconds since 1970."""

    def __init__(
        self,
        queue: Queue,
        in_thread: InThread,
        client: AsyncWebClient,
        sentences: Sentences,
        clock: Callable[[], float],
    ) -> None:
        self._queue, self._in_thread, self._client = queue, in_thread, client
        self._sentences, self._clock = sentences, clock
        self._direct: dict[str, str] = {}  # channels of direct messages, by person

    async def serve(self, line: str) -> float | None:
        """Sends what is next in a line, for ``Lines``."""
        row = await self._in_thread(self._queue.head, "out", line)
        if row is None:
            return None
        if (early := row.next_at - self._clock()) > 0:
            return min(early, LONGEST_WAIT_S)
        try:
            await self._send(self._queue.read(row))
        except Again as fault:
            return await self._later(row, fault)
        except (Refused, WrongKey) as fault:
            logger.error(
                "Slack did not take an answer: %s", getattr(fault, "name", "the keys do not open it")
            )
        await self._in_thread(self._queue.done, row)
        return 0.0

    async def _later(self, row: Row, fault: Again) -> float:
        now = self._clock()
        if now - row.at > GIVE_UP_S:
            logger.error("Slack did not take an answer for a day: %s", fault.reason)
            await self._in_thread(self._queue.done, row)
            return 0.0
        wait = max(min(FIRST_WAIT_S * 2 ** min(row.attempts, 10), LONGEST_WAIT_S), fault.after or 0.0)
        logger.warning("Slack takes no answers (%s); again in %d s.", fault.reason, wait)
        await self._in_thread(self._queue.later, row, now + wait)
        return wait

    async def _send(self, document: Document) -> None:
        if "hook" in document:
            return await self._to_hook(document["hook"], document["body"])
        method, arguments, user = document["method"], document["arguments"], document["user"]
        if "channel" not in arguments:
            arguments = {**arguments, "channel": await self._open(user)}
        try:
            await self._call(method, arguments)
        except Refused as fault:
            if fault.name not in NOT_THERE or method == "chat.update":
                raise
            await self._call("chat.postMessage", await self._directly(arguments, user))

    async def _directly(self, arguments: Document, user: str) -> Document:
        """The same in a direct message, with a word on why it comes there."""
        kept = {name: value for name, value in arguments.items() if name not in ("thread_ts", "user")}
        said_in = language_in(str(arguments.get("text") or ""))
        why = context(self._sentences.say("slack_not_there", said_in))
        return {**kept, "channel": await self._open(user), "blocks": [why, *arguments["blocks"]]}

    async def _open(self, user: str) -> str:
        if user not in self._direct:
            opened = await self._call("conversations.open", {"users": user})
            self._direct[user] = str(opened["channel"]["id"])
        return self._direct[user]

    async def _call(self, method: str, arguments: Document) -> Any:
        try:
            return await self._client.api_call(method, json=arguments)
        except SlackApiError as error:
            raise _fault(error) from None
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
            raise Again(type(error).__name__) from None

    async def _to_hook(self, address: str, body: Document) -> None:
        """An answer for one person alone goes to an address that Slack gave with the question, for half an hour."""
        timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.post(address, json=body, proxy=self._client.proxy, allow_redirects=False) as reply,
            ):
                _check(reply.status, reply.headers)
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
            raise Again(type(error).__name__) from None


def web_client(token: str, api_url: str) -> AsyncWebClient:
    """Slack's Web API, asked once: the queue does the repeating."""
    return AsyncWebClient(token, base_url=api_url, timeout=TIMEOUT_S, retry_handlers=[], logger=silent)


def _fault(error: SlackApiError) -> Again | Refused:
    reply = error.response
    status = getattr(reply, "status_code", None) or getattr(reply, "status", None)
    try:
        _check(int(status or 0), reply.headers)
    except (Again, Refused) as fault:
        return fault
    name = str(reply.get("error", "unknown")) if hasattr(reply, "get") else "unknown"
    return Again(name, _after(reply.headers)) if name in MENDED else Refused(name)


def _check(status: int, headers: Mapping[str, str]) -> None:
    if status in TRY_AGAIN or status >= 500:
        raise Again(f"answered {status}", _after(headers))
    if not 200 <= status < 300:
        raise Refused(f"answered {status}")


def _after(headers: Mapping[str, str]) -> float | None:
    return seconds({name.lower(): value for name, value in headers.items()}.get("retry-after"))
