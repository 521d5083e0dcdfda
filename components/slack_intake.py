"""What Slack tells us is kept, and then acknowledged; over HTTP and Socket Mode alike."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Any

from components.sentences import Sentences
from components.slack_events import from_command, from_event, from_interaction
from components.slack_fields import Malformed
from components.slack_heard import Taken, to_document
from components.slack_queue import Queue, Task
from components.slack_sender import InThread
from components.spoken import language_in
from leads.claims import Click

LIMIT_S = 2.5  # Slack waits three seconds
# What an interaction that needs no work is answered with; a modal is closed.
ANSWERS: Mapping[str, dict[str, Any]] = {
    "view_submission": {"response_action": "clear"},
    "block_suggestion": {"options": []},
}
LEADS = "leads"  # the line of clicks under leads

logger = logging.getLogger(__name__)


class Intake:
    """``hooks``: as in the settings; ``wake`` is called when there is something to do."""

    def __init__(
        self,
        queue: Queue,
        in_thread: InThread,
        sentences: Sentences,
        hooks: tuple[str, ...],
        wake: Callable[[], None],
    ) -> None:
        self._queue, self._in_thread, self._sentences = queue, in_thread, sentences
        self._hooks, self._wake = hooks, wake

    async def hear(self, kind: str, payload: Mapping[str, Any]) -> dict[str, Any] | None:
        """The answer that Slack waits for, if any. On return, what was told is kept for good.

        Raises ``Malformed``; and ``StoreUnavailable`` or ``TimeoutError``: then it was not kept.
        """
        if kind == "events_api":
            if payload.get("type") == "url_verification":
                return {"challenge": str(payload.get("challenge", ""))}
            if payload.get("type") == "app_rate_limited":
                logger.error("Slack keeps events from us for a minute: there are more than 30,000 an hour")
                return None
            await self._keep(from_event(payload))
            return None
        if kind == "interactive":
            await self._keep(from_interaction(payload, self._hooks))
            return ANSWERS.get(str(payload.get("type")))
        if kind == "slash_commands":
            return await self._command(payload)
        raise Malformed

    async def _command(self, fields: Mapping[str, Any]) -> dict[str, Any] | None:
        if "ssl_check" in fields:
            return None
        taken = from_command(fields, self._hooks)
        await self._keep(taken)
        typed_in = language_in(str(fields.get("text") or ""))
        said = self._sentences.say("slack_looking" if taken else "slack_help", typed_in)
        return {"response_type": "ephemeral", "text": said}

    async def _keep(self, taken: Taken | None) -> None:
        if taken is None:
            return
        what = taken.what
        line = f"{LEADS}-{what.number}" if isinstance(what, Click) else what.place.conversation
        task = Task("in", line[:64], to_document(what))
        await asyncio.wait_for(self._in_thread(self._queue.take, taken.names, task), LIMIT_S)
        self._wake()
