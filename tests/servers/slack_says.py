"""What Slack posts to us, as documented and signed: events, buttons, shortcuts, commands, modals."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from tests.servers.slack import BOT, TALK, TEAM

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
ALICE = "U0ALICE"
_numbers = itertools.count(1)


def signed(body: bytes, secret: str, now: float, content_type: str = FORM) -> dict[str, str]:
    """The headers by which a receiver knows that Slack sent this body."""
    stamp = str(int(now))
    digest = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={digest}",
        "Content-Type": content_type,
    }


def new_ts() -> str:
    """The name of a new message."""
    return f"1764338400.{next(_numbers):06d}"


def event(kind: str = "message", event_id: str | None = None, **values: Any) -> dict[str, Any]:
    """What the Events API tells; ``values`` are those of the event, None for what is left out."""
    inner = {"type": kind, "user": ALICE, "ts": new_ts(), "text": "hello", **values}
    return {
        "token": "legacy",
        "team_id": TEAM,
        "api_app_id": "A0APP",
        "type": "event_callback",
        "event_id": event_id or f"Ev{next(_numbers):08d}",
        "event_time": 1764338400,
        "authorizations": [{"enterprise_id": None, "team_id": TEAM, "user_id": BOT, "is_bot": True}],
        "event": {name: value for name, value in inner.items() if value is not None},
    }


def direct(text: str, user: str = ALICE, **values: Any) -> dict[str, Any]:
    """A direct message to the assistant."""
    return event(text=text, user=user, channel=f"D{user}", channel_type="im", **values)


def mention(text: str, user: str = ALICE, channel: str = TALK, **values: Any) -> dict[str, Any]:
    """The assistant is called by name in a channel."""
    return event("app_mention", text=f"<@{BOT}> {text}", user=user, channel=channel, **values)


def reply(text: str, thread: str, user: str = ALICE, channel: str = TALK, **values: Any) -> dict[str, Any]:
    """A message in a thread that does not call the assistant."""
    values = {"channel_type": "channel", **values}
    return event(text=text, user=user, channel=channel, thread_ts=thread, **values)


def as_form(payload: object) -> bytes:
    """An interaction as Slack posts it."""
    return urlencode({"payload": json.dumps(payload)}).encode()


def press(
    button: Mapping[str, Any], channel: str, ts: str, user: str = ALICE, hook: str = "", **values: Any
) -> dict[str, Any]:
    """A press on a button of the message ``ts``; with a hook, of a message for this person alone."""
    container = {"type": "message", "message_ts": ts, "channel_id": channel, "is_ephemeral": bool(hook)}
    return {
        "type": "block_actions",
        "team": {"id": TEAM, "domain": "firm"},
        "user": {"id": user, "username": "somebody", "team_id": TEAM},
        "container": {**container, **values},
        "channel": {"id": channel, "name": "somewhere"},
        **({} if hook else {"message": {"ts": ts, "text": "…", **values}}),
        "response_url": hook or "https://hooks.slack.com/actions/T0FIRM/1/x",
        "trigger_id": f"1.{next(_numbers)}.abc",
        "actions": [{"type": "button", "action_ts": new_ts(), **button}],
    }


def click(
    action: str, value: str, user: str, channel: str = "C0LEADS", ts: str = "1700000000.000001"
) -> dict[str, Any]:
    """A press on a button under a lead."""
    return press({"action_id": action, "value": value}, channel, ts, user)


def shortcut(
    text: str, user: str = ALICE, channel: str = TALK, ts: str = "", **values: Any
) -> dict[str, Any]:
    """'Ask about this' on a message of somebody."""
    return {
        "type": "message_action",
        "callback_id": "ask_about_this",
        "trigger_id": f"2.{next(_numbers)}.abc",
        "team": {"id": TEAM, "domain": "firm"},
        "user": {"id": user, "name": "somebody"},
        "channel": {"id": channel, "name": "somewhere"},
        "message": {"type": "message", "user": "U0BOB", "ts": ts or new_ts(), "text": text, **values},
        "message_ts": ts,
        "response_url": "https://hooks.slack.com/app/T0FIRM/1/x",
    }


def command(text: str, hook: str, user: str = ALICE, channel: str = TALK, **values: str) -> bytes:
    """/cusma."""
    fields = {
        "token": "legacy",
        "team_id": TEAM,
        "team_domain": "firm",
        "channel_id": channel,
        "channel_name": "somewhere",
        "user_id": user,
        "user_name": "somebody",
        "command": "/cusma",
        "text": text,
        "api_app_id": "A0APP",
        "response_url": hook,
        "trigger_id": f"3.{next(_numbers)}.abc",
        **values,
    }
    return urlencode(fields).encode()
