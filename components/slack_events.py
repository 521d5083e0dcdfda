"""What Slack tells us, read: words, a press on a button, a click under a lead, or nothing that is for us.

Nothing here raises anything but ``Malformed``, whatever it is given. Documented at
https://docs.slack.dev/apis/events-api and https://docs.slack.dev/reference/interaction-payloads.
"""

from __future__ import annotations

import re

from components.slack_blocks import ACTION
from components.slack_fields import Malformed, Payload, id_of, part_of, text_of, thread_of, ts_of, words_of
from components.slack_heard import CONVERSATION, Place, Pressed, Said, Taken, conversation, digest
from components.slack_text import heard
from leads import claims

SHORTCUT = "ask_about_this"
HELP = ("help", "aide", "ayuda")
# Words of somebody; every other subtype is Slack's own news. A file is not opened, the words with it are heard.
SAID_AS = (None, "file_share", "thread_broadcast")
NO_WORK = ("view_submission", "view_closed", "shortcut", "block_suggestion")
_MESSAGE = re.compile(r"[A-Za-z0-9._-]{1,120}", re.ASCII)
_INDEX = re.compile(r"\d{1,3}", re.ASCII)
_SAY = re.compile(rf"{ACTION}_\d{{1,3}}", re.ASCII)


def from_event(payload: Payload) -> Taken | None:
    """Of the Events API; None for what is not for us, or not from a person."""
    event, bots = part_of(payload, "event"), _bots(payload)
    if event.get("type") not in ("message", "app_mention") or not _is_from_a_person(event, bots):
        return None
    text, place = words_of(event), _place_of(event, id_of(payload, "team_id"))
    called = event["type"] == "app_mention" or any(f"<@{bot}>" in text for bot in bots)
    joins = not place.private and not called
    if joins and (not event.get("thread_ts") or text.lstrip().startswith("<@")):
        return None
    channel, ts = place.channel, ts_of(event, "ts")
    names = [f"message {place.team} {channel} {ts}"]
    if isinstance(payload.get("event_id"), str):
        names.append(f"event {payload['event_id']}")
    return Taken(tuple(names), Said(f"{channel}-{ts}", heard(text), place, joins))


def from_interaction(payload: Payload, hooks: tuple[str, ...]) -> Taken | None:
    """Of a button or of the message shortcut; None for what needs no work. ``hooks``: as in the settings."""
    kind = payload.get("type")
    if kind == "block_actions":
        return _from_button(payload, hooks)
    if kind == "message_action" and payload.get("callback_id") == SHORTCUT:
        return _from_shortcut(payload)
    if kind in NO_WORK:
        return None
    raise Malformed


def from_command(fields: Payload, hooks: tuple[str, ...]) -> Taken | None:
    """Of ``/cusma``; None when no question was typed. Its conversation is this person's in this channel."""
    user, channel, team = (id_of(fields, name) for name in ("user_id", "channel_id", "team_id"))
    place = Place(team, conversation(team, channel, user), user, channel, respond=_hook(fields, hooks))
    name, text = f"command-{digest(text_of(fields, 'trigger_id'))}", heard(words_of(fields))
    return Taken((name,), Said(name, text, place)) if text and text.lower() not in HELP else None


def _place_of(event: Payload, team: str) -> Place:
    """One conversation a person in direct messages, one a thread in channels."""
    user, channel, thread = id_of(event, "user"), id_of(event, "channel"), thread_of(event)
    if event.get("channel_type") == "im" or channel.startswith("D"):
        return Place(team, conversation(team, user), user, channel, thread, private=True)
    thread = thread or ts_of(event, "ts")
    return Place(team, conversation(team, channel, thread), user, channel, thread)


def _from_button(payload: Payload, hooks: tuple[str, ...]) -> Taken:
    action = _action(payload)
    user, at = id_of(part_of(payload, "user"), "id"), text_of(action, "action_ts")
    if not _SAY.fullmatch(str(action.get("action_id"))):
        click = claims.read(payload)
        if click is None:
            raise Malformed
        return Taken((f"click {user} {click.channel} {click.ts} {at}",), click)
    box = part_of(payload, "container")
    channel, ts = id_of(box, "channel_id"), ts_of(box, "message_ts")
    talk, message, index = _reference(text_of(action, "value"))
    place = Place(
        id_of(part_of(payload, "team"), "id"),
        talk,
        user,
        channel,
        _thread_of(payload, channel, ts),
        private=channel.startswith("D"),
        respond=_hook(payload, hooks) if box.get("is_ephemeral") else None,
    )
    name = f"press-{digest(f'{user} {channel} {ts} {at}')}"
    return Taken((name,), Pressed(name, message, index, ts, place))


def _from_shortcut(payload: Payload) -> Taken:
    """About a message: it is asked in that message's thread, whoever wrote it."""
    message = part_of(payload, "message")
    team, user, channel = (id_of(part_of(payload, name), "id") for name in ("team", "user", "channel"))
    thread = thread_of(message) or ts_of(message, "ts")
    name = f"shortcut-{digest(text_of(payload, 'trigger_id'))}"
    place = Place(team, conversation(team, channel, thread), user, channel, thread)
    return Taken((name,), Said(name, heard(words_of(message)), place))


def _is_from_a_person(event: Payload, bots: set[str]) -> bool:
    """Neither from a bot, ours or another, nor Slack's own news, nor a change of what was said."""
    if any(event.get(sign) for sign in ("bot_id", "bot_profile", "hidden", "edited")):
        return False
    return event.get("subtype") in SAID_AS and str(event.get("user") or "") not in {"", *bots}


def _bots(payload: Payload) -> set[str]:
    """Our own user ids."""
    found = payload.get("authorizations", [])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise Malformed
    return {str(one.get("user_id")) for one in found if one.get("is_bot", True)}


def _action(payload: Payload) -> Payload:
    actions = payload.get("actions")
    if not isinstance(actions, list) or len(actions) != 1 or not isinstance(actions[0], dict):
        raise Malformed
    action: Payload = actions[0]
    return action


def _thread_of(payload: Payload, channel: str, ts: str) -> str | None:
    """The thread that a pressed message is in; in a channel, at least its own."""
    for name in ("container", "message"):
        found = payload.get(name)
        if isinstance(found, dict) and (thread := thread_of(found)):
            return thread
    return None if channel.startswith("D") else ts


def _reference(value: str) -> tuple[str, str, int]:
    parts = value.split(" ")
    patterns = (CONVERSATION, _MESSAGE, _INDEX)
    if len(parts) != 3 or not all(p.fullmatch(part) for p, part in zip(patterns, parts, strict=True)):
        raise Malformed
    return parts[0], parts[1], int(parts[2])


def _hook(payload: Payload, hooks: tuple[str, ...]) -> str:
    address = text_of(payload, "response_url")
    if not address.startswith(hooks):
        raise Malformed
    return address
