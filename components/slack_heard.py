"""What was heard in Slack and is to be done: words, a press on a button, or a click under a lead."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from leads.claims import Click

CONVERSATION = re.compile(r"[A-Za-z0-9_-]{16,64}", re.ASCII)


@dataclass(frozen=True)
class Place:
    """Where ``user`` said something, and where the answer goes: into ``channel`` (None: a direct message that is
    yet to be opened), there into ``thread``. ``private``: nobody else reads it. ``respond``: the address for an
    answer for this person's eyes alone.
    """

    team: str
    conversation: str
    user: str
    channel: str | None
    thread: str | None = None
    private: bool = False
    respond: str | None = None


@dataclass(frozen=True)
class Said:
    """Words; none when the assistant was only called by name. ``id`` names the message in the conversation.

    ``joins``: they are for the assistant only if it is part of the conversation already.
    """

    id: str
    text: str
    place: Place
    joins: bool = False


@dataclass(frozen=True)
class Pressed:
    """A press on the button ``index`` of the assistant's message ``message``, which Slack calls ``ts``."""

    id: str
    message: str
    index: int
    ts: str
    place: Place


Heard = Said | Pressed | Click


@dataclass(frozen=True)
class Taken:
    """What was heard, and the names by which it is known when Slack tells it again."""

    names: tuple[str, ...]
    what: Heard


def conversation(team: str, *parts: str) -> str:
    """The id of a conversation; hashed where it would be too long, or not made of plain characters."""
    name = "-".join(("slack", team, *(part.replace(".", "_") for part in parts)))
    return name if CONVERSATION.fullmatch(name) else f"slack-{digest(name)}"


def direct(place: Place) -> Place:
    """Where the same person and the assistant are by themselves."""
    return Place(place.team, conversation(place.team, place.user), place.user, None, private=True)


def to_document(what: Heard) -> dict[str, Any]:
    """As plain JSON."""
    return {"kind": type(what).__name__, **asdict(what)}


def from_document(document: Mapping[str, Any]) -> Heard:
    """What ``to_document`` made one of."""
    values = dict(document)
    kind = {"Said": Said, "Pressed": Pressed, "Click": Click}[values.pop("kind")]
    if "place" in values:
        values["place"] = Place(**values["place"])
    made: Heard = kind(**values)
    return made


def digest(text: str) -> str:
    """A short name for a long or odd one."""
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:32]
