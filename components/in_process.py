"""Rasa's action endpoint: answers of fact in this process, requests to a lawyer at the action server.

The actions stay rasa_sdk's, and the ordinary action server runs all of them. Those named in ``HERE`` only read facts, so
they are run here, without HTTP. If that fails, the action server does it.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from aiohttp import ClientConnectionError
from rasa.utils.endpoints import ClientResponseError, EndpointConfig
from rasa_sdk.executor import ActionExecutor

PACKAGE = "actions"
HERE = frozenset(
    {
        *("action_answer", "action_confirm", "action_refuse", "action_decline"),
        *("action_contact", "action_start_over"),
    }
)

logger = logging.getLogger(__name__)
Events = Sequence[dict[str, Any]]
DECLINED = 400  # the status by which an action says that it is not to be done now
# Nobody is there, as whoever stands before the action servers says: another one may be, or the same again, a moment later.
NOBODY_THERE, SOON_S, AGAIN_AFTER_S = (502, 503), 1.0, 0.3
Past = Callable[[str], Awaitable[Events]]  # what was said in a conversation before this turn, as it is stored


class NotDone(BaseException):
    """The action server did not do it, and was asked for it twice in a turn. No ``Exception``: on those Rasa goes on without
    what was to be done. That is well once: what was said is kept, and taken up later. But where it then calls the same action
    again, it does so ten times, keeps all that, and finds no way out of it in the turns that follow.
    """


class ActionEndpoint(EndpointConfig):
    """``server``: the action server, as endpoints.yml describes it. ``past`` is for what is done there: it may look back
    further than an answer does.
    """

    def __init__(self, server: EndpointConfig, past: Past) -> None:
        super().__init__(server.url, headers=server.headers, **server.kwargs)
        self._past = past
        self._executor = ActionExecutor()
        self._executor.register_package(PACKAGE)

    async def request(
        self,
        method: str = "post",
        subpath: str | None = None,
        content_type: str | None = "application/json",
        compress: bool = False,
        **kwargs: Any,
    ) -> Any:
        """What the action answers to the call ``json``. Raises ``NotDone``, and what Rasa expects of an action that declines.

        It is never compressed, whatever COMPRESS_ACTION_SERVER_REQUEST says: our action server unpacks nothing.
        """
        call = kwargs["json"]
        if call["next_action"] in HERE:
            try:
                return json.loads(json.dumps(await self._executor.run(call)))  # as it would come by HTTP
            except Exception as error:
                logger.error("an action is left to the action server: %s", type(error).__name__)
        try:
            if call["next_action"] not in HERE:
                tracker = call["tracker"]
                tracker["events"] = with_past(await self._past(tracker["sender_id"]), tracker["events"])
            return await self._ask(method, subpath, content_type, **kwargs)
        except Exception as error:
            declined = isinstance(error, ClientResponseError) and error.status == DECLINED
            if declined or not _is_called_again(call):
                raise
            raise NotDone(type(error).__name__) from None

    async def _ask(self, *how: Any, **kwargs: Any) -> Any:
        """The action server, and at once again if nobody was there: it does its work once, however often it is asked."""
        began = time.monotonic()
        try:
            return await super().request(*how, False, **kwargs)
        except (ClientConnectionError, ClientResponseError) as error:
            there = isinstance(error, ClientResponseError) and error.status not in NOBODY_THERE
            if there or time.monotonic() - began > SOON_S:
                raise
        await asyncio.sleep(AGAIN_AFTER_S)
        return await super().request(*how, False, **kwargs)


def _is_called_again(call: dict[str, Any]) -> bool:
    """Whether Rasa has called this action since the visitor wrote."""
    for event in reversed(call["tracker"]["events"]):
        if event.get("event") == "user":
            return False
        if event.get("event") == "action" and event.get("name") == call["next_action"]:
            return True
    return False


def with_past(past: Events, events: Events) -> Events:
    """The events of a call, with what was left off before them (components/tail.py)."""
    if past and past[-1] in events:
        return [*past, *events[events.index(past[-1]) + 1 :]]
    return events
