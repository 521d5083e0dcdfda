"""Speaks the part of Slack's Web API that we use. What Slack posts to us is made in ``slack_says``.

Documented at https://docs.slack.dev/reference/methods and https://docs.slack.dev/reference/block-kit.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from tests.servers.loopback import Answer, LoopbackServer, Request

TOKEN = "xoxb-test-token"
APP_TOKEN = "xapp-test-token"
LEADS, TALK, CLOSED = "C0LEADS", "C0TALK", "C0CLOSED"  # the app was not invited to the last one
CHANNELS = {"#leads": LEADS, LEADS: LEADS, TALK: TALK}
TEAM, BOT = "T0FIRM", "U0BOT"
SCOPES = "app_mentions:read,chat:write,commands,groups:read,im:history,im:write"


class SlackServer(LoopbackServer):
    """Messages by (channel, ts) as they stand now, what was said to one person alone, all calls in order."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.messages: dict[tuple[str, str], dict[str, Any]] = {}
        self.ephemeral: list[dict[str, Any]] = []
        self.hooked: list[dict[str, Any]] = []
        self.socket_url = ""
        super().__init__()

    @property
    def api(self) -> str:
        """What takes the place of https://slack.com/api/."""
        return f"{self.url}/api/"

    @property
    def hook(self) -> str:
        """An address as Slack sends with a command, for an answer to one person."""
        return f"{self.url}/hooks/1"

    def serve(self, request: Request) -> Answer:
        """Calls the method that the path names."""
        if request.path.startswith("/hooks/"):
            return self._to_hook(request)
        method, arguments = request.path.removeprefix("/api/"), _arguments(request)
        token = APP_TOKEN if method == "apps.connections.open" else TOKEN
        if request.headers.get("authorization") != f"Bearer {token}":
            return _error("invalid_auth")
        self.calls.append((method, arguments))
        serve = getattr(self, "_" + method.replace(".", "_"), None)
        return serve(arguments) if serve else _error("unknown_method")

    def called(self, method: str) -> list[dict[str, Any]]:
        """The arguments of each call of a method, in order."""
        return [arguments for name, arguments in self.calls if name == method]

    def _auth_test(self, arguments: Mapping[str, Any]) -> Answer:
        known = {"url": "https://firm.slack.com/", "team": "Firm", "user": "assistant", "team_id": TEAM}
        return Answer(200, _ok(**known, user_id=BOT).body, {"x-oauth-scopes": SCOPES})

    def _apps_connections_open(self, arguments: Mapping[str, Any]) -> Answer:
        return _ok(url=self.socket_url)

    def _conversations_open(self, arguments: Mapping[str, Any]) -> Answer:
        user = arguments.get("users", "")
        return _ok(channel={"id": f"D{user}"}) if user.startswith("U0") else _error("user_not_found")

    def _conversations_info(self, arguments: Mapping[str, Any]) -> Answer:
        channel = arguments.get("channel", "")
        if channel not in (*CHANNELS.values(), CLOSED):
            return _error("channel_not_found")
        return _ok(channel={"id": channel, "is_private": channel == LEADS, "is_member": channel != CLOSED})

    def _chat_postMessage(self, arguments: Mapping[str, Any]) -> Answer:
        channel, fault = _where(arguments)
        if fault := fault or fault_of(arguments):
            return _error(fault)
        ts = f"1700000000.{len(self.messages) + 1:06d}"
        self.messages[channel, ts] = dict(arguments)
        return _ok(channel=channel, ts=ts, message={"type": "message", "text": arguments.get("text", "")})

    def _chat_update(self, arguments: Mapping[str, Any]) -> Answer:
        channel, fault = _where(arguments)
        key = (channel, arguments.get("ts", ""))
        if not fault and key not in self.messages:
            fault = "message_not_found"
        if fault := fault or fault_of(arguments):
            return _error(fault)
        self.messages[key] = {**self.messages[key], **arguments}
        return _ok(channel=key[0], ts=key[1], text=arguments.get("text", ""))

    def _chat_postEphemeral(self, arguments: Mapping[str, Any]) -> Answer:
        _, fault = _where(arguments)
        if not fault and not arguments.get("user"):
            fault = "user_not_in_channel"
        if fault := fault or fault_of(arguments):
            return _error(fault)
        self.ephemeral.append(dict(arguments))
        return _ok(message_ts="1700000001.000001")

    def _to_hook(self, request: Request) -> Answer:
        message = dict(json.loads(request.body))
        if fault_of(message):
            return Answer(500, b"invalid_blocks", {"Content-Type": "text/plain"})
        self.hooked.append(message)
        return Answer(200, b"ok", {"Content-Type": "text/plain"})


def fault_of(message: Mapping[str, Any]) -> str | None:
    """Slack's name for what is wrong with a message, by the documented limits of Block Kit."""
    if not message.get("text") and not message.get("blocks"):
        return "no_text"
    if len(message.get("text") or "") > 40_000:
        return "msg_too_long"
    blocks = message.get("blocks") or []
    sound = len(blocks) <= 50 and all(_is_sound(block) for block in blocks)
    names = [
        one.get("action_id") for block in blocks if block["type"] == "actions" for one in block["elements"]
    ]
    given = [name for name in names if name is not None]  # Slack makes up one that is not given
    return None if sound and len(set(given)) == len(given) else "invalid_blocks"


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
        and 0 < len(button.get("action_id", "x")) <= 255
    )


def _where(arguments: Mapping[str, Any]) -> tuple[str, str | None]:
    """The channel's id; or what is wrong with it."""
    channel = str(arguments.get("channel", ""))
    if channel == CLOSED:
        return channel, "not_in_channel"
    known = CHANNELS.get(channel) or (channel if channel.startswith("D") else None)
    return known or channel, None if known else "channel_not_found"


def _arguments(request: Request) -> dict[str, Any]:
    if "json" in request.headers.get("content-type", ""):
        return dict(json.loads(request.body or b"{}"))
    return {name: values[0] for name, values in parse_qs(request.body.decode()).items()}


def _ok(**values: Any) -> Answer:
    return Answer(200, json.dumps({"ok": True, **values}).encode())


def _error(name: str) -> Answer:
    return Answer(200, json.dumps({"ok": False, "error": name}).encode())
