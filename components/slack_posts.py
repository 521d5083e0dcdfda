"""What is to be sent to Slack, as tasks of the queue: answers, choices shown, and words for one person alone."""

from __future__ import annotations

import uuid
from typing import Any

from components.slack_blocks import Shown
from components.slack_heard import Place, Pressed
from components.slack_queue import Document, Task

_OURS = uuid.UUID("7f1d3b52-5c0a-4a7e-9d0e-2f4c8a6b1e90")


def answer(place: Place, name: str, shown: Shown) -> Task:
    """An answer where the question was. ``name``: the same for the same answer, so that Slack may know it again."""
    if place.respond:
        return _to_hook(place, shown, replaces=False)
    message = {**_said(shown), "client_msg_id": str(uuid.uuid5(_OURS, f"{place.conversation} {name}"))}
    if place.channel and place.thread:
        message["thread_ts"] = place.thread
    return _task(place, "chat.postMessage", message)


def choice(place: Place, pressed: Pressed, shown: Shown) -> Task:
    """The message whose button was pressed, changed to show the choice."""
    if place.respond:
        return _to_hook(place, shown, replaces=True)
    return _task(place, "chat.update", {**_said(shown), "ts": pressed.ts})


def aside(place: Place, name: str, shown: Shown) -> Task:
    """Something that the others in a channel need not read."""
    if place.private or place.respond or not place.channel:
        return answer(place, name, shown)
    where = {"thread_ts": place.thread} if place.thread else {}
    return _task(place, "chat.postEphemeral", {**_said(shown), **where, "user": place.user})


def _said(shown: Shown) -> dict[str, Any]:
    quiet = {"parse": "none", "unfurl_links": False, "unfurl_media": False}
    return {"text": shown.text, "blocks": shown.blocks, **quiet}


def _task(place: Place, method: str, arguments: dict[str, Any]) -> Task:
    """Without a channel it goes to the person directly; so it does where the assistant may not write."""
    document: Document = {"method": method, "arguments": arguments, "user": place.user}
    if place.channel:
        arguments["channel"] = place.channel
    return Task("out", place.conversation, document)


def _to_hook(place: Place, shown: Shown, replaces: bool) -> Task:
    body = {
        "text": shown.text,
        "blocks": shown.blocks,
        "response_type": "ephemeral",
        "replace_original": replaces,
    }
    return Task("out", place.conversation, {"hook": place.respond, "body": body})
