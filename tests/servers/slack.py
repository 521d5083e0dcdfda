"""Speaks the part of Slack's Web API that leads use, and signs clicks on buttons as Slack does.

Documented at https://docs.slack.dev/reference/methods and https://docs.slack.dev/reference/block-kit.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlencode

from tests.servers.loopback import Answer, LoopbackServer, Request

TOKEN = "xoxb-test-token"
CHANNELS = {"#leads": "C0LEADS", "C0LEADS": "C0LEADS"}
TEAM = "T0FIRM"


class SlackServer(LoopbackServer):
    """Messages by (channel, ts) as they stand now, what was said to one person alone, all calls in order."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.messages: dict[tuple[str, str], dict[str, Any]] = {}
        self.ephemeral: list[dict[str, Any]] = []
        super().__init__()

    @property
    def api(self) -> str:
        """What takes the place of https://slack.com/api/."""
        return f"{self.url}/api/"

    def serve(self, request: Request) -> Answer:
        """Calls the method that the path names."""
        method = request.path.removeprefix("/api/")
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return _error("invalid_auth")
        arguments = _arguments(request)
        self.calls.append((method, arguments))
        serve = getattr(self, "_" + method.replace(".", "_"), None)
        return serve(arguments) if serve else _error("unknown_method")

    def called(self, method: str) -> list[dict[str, Any]]:
        """The arguments of each call of a method, in order."""
        return [arguments for name, arguments in self.calls if name == method]

    def _auth_test(self, arguments: Mapping[str, Any]) -> Answer:
        return _ok(url="https://firm.slack.com/", team="Firm", user="leads", team_id=TEAM, user_id="U0BOT")

    def _chat_postMessage(self, arguments: Mapping[str, Any]) -> Answer:
        channel = CHANNELS.get(arguments.get("channel", ""))
        if not channel:
            return _error("channel_not_found")
        if fault := fault_of(arguments):
            return _error(fault)
        ts = f"1700000000.{len(self.messages) + 1:06d}"
        self.messages[channel, ts] = dict(arguments)
        return _ok(channel=channel, ts=ts, message={"type": "message", "text": arguments.get("text", "")})

    def _chat_update(self, arguments: Mapping[str, Any]) -> Answer:
        key = (arguments.get("channel", ""), arguments.get("ts", ""))
        if key not in self.messages:
            return _error("channel_not_found" if key[0] not in CHANNELS.values() else "message_not_found")
        if fault := fault_of(arguments):
            return _error(fault)
        self.messages[key] = dict(arguments)
        return _ok(channel=key[0], ts=key[1], text=arguments.get("text", ""))

    def _chat_postEphemeral(self, arguments: Mapping[str, Any]) -> Answer:
        if arguments.get("channel") not in CHANNELS:
            return _error("channel_not_found")
        if not arguments.get("user"):
            return _error("user_not_in_channel")
        if fault := fault_of(arguments):
            return _error(fault)
        self.ephemeral.append(dict(arguments))
        return _ok(message_ts="1700000001.000001")


def fault_of(message: Mapping[str, Any]) -> str | None:
    """Slack's name for what is wrong with a message, by the documented limits of Block Kit."""
    if not message.get("text") and not message.get("blocks"):
        return "no_text"
    if len(message.get("text") or "") > 40_000:
        return "msg_too_long"
    blocks = message.get("blocks") or []
    sound = len(blocks) <= 50 and all(_is_sound(block) for block in blocks)
    return None if sound else "invalid_blocks"


def _is_sound(block: Mapping[str, Any]) -> bool:
    kind = block["type"]
    if kind == "header":
        return block["text"]["type"] == "plain_text" and 0 < len(block["text"]["text"]) <= 150
    if kind == "section":
        fields = block.get("fields", [])
        return (
            ("text" in block or bool(fields))
            and ("text" not in block or 0 < len(block["text"]["text"]) <= 3000)
            and len(fields) <= 10
            and all(0 < len(one["text"]) <= 2000 for one in fields)
        )
    if kind == "context":
        return len(block["elements"]) <= 10 and all(0 < len(one["text"]) <= 3000 for one in block["elements"])
    if kind == "actions":
        return len(block["elements"]) <= 25 and all(_is_sound_button(one) for one in block["elements"])
    return kind == "divider"


def _is_sound_button(button: Mapping[str, Any]) -> bool:
    return (
        button["type"] == "button"
        and button["text"]["type"] == "plain_text"
        and 0 < len(button["text"]["text"]) <= 75
        and len(button["value"]) <= 2000
        and 0 < len(button["action_id"]) <= 255
    )


def _arguments(request: Request) -> dict[str, Any]:
    if "json" in request.headers.get("content-type", ""):
        return dict(json.loads(request.body or b"{}"))
    return {name: values[0] for name, values in parse_qs(request.body.decode()).items()}


def _ok(**values: Any) -> Answer:
    return Answer(200, json.dumps({"ok": True, **values}).encode())


def _error(name: str) -> Answer:
    return Answer(200, json.dumps({"ok": False, "error": name}).encode())


def click(
    action: str, value: str, user: str, channel: str = "C0LEADS", ts: str = "1700000000.000001"
) -> bytes:
    """The form that Slack posts when somebody presses a button."""
    payload = {
        "type": "block_actions",
        "team": {"id": TEAM, "domain": "firm"},
        "user": {"id": user, "username": "somebody", "team_id": TEAM},
        "container": {"type": "message", "message_ts": ts, "channel_id": channel, "is_ephemeral": False},
        "channel": {"id": channel, "name": "leads"},
        "message": {"ts": ts, "text": "…"},
        "actions": [{"type": "button", "action_id": action, "value": value, "action_ts": "1700000002.0"}],
        "response_url": "https://hooks.slack.com/actions/T0FIRM/1/x",
    }
    return urlencode({"payload": json.dumps(payload)}).encode()


def signed(body: bytes, secret: str, now: float) -> dict[str, str]:
    """The headers by which a receiver knows that Slack sent this body."""
    stamp = str(int(now))
    digest = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={digest}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
