"""Who may claim a lead in Slack, who wins, and what is shown to whom.

Only lawyers of ``firm.yml`` may, by their Slack user id. One wins, however many press at once, and the winner
alone is shown whom to call. Pressing again shows the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from knowledge.records import Firm, Lawyer
from leads import brief
from leads.errors import NoSuchLead
from leads.firm import lawyer
from leads.records import Claim, Kind
from leads.store import LeadStore
from leads.targets.slack_message import CLAIM, REFUSE, WORDS, Message, channel_message, contact_message, note

_NUMBER = re.compile(r"[A-Za-z0-9-]{4,40}", re.ASCII)
_ID = re.compile(r"[A-Z0-9]{2,30}", re.ASCII)
_TS = re.compile(r"\d{1,12}\.\d{1,8}", re.ASCII)
ACTIONS: Mapping[str, Literal["claim", "refuse"]] = {CLAIM: "claim", REFUSE: "refuse"}


@dataclass(frozen=True)
class Click:
    """Somebody (``user``) pressed a button of the message ``ts`` in ``channel``."""

    action: Literal["claim", "refuse"]
    number: str
    user: str
    channel: str
    ts: str


@dataclass(frozen=True)
class Shown:
    """What to show: ``alone`` to the one who pressed, ``channel`` to all in place of the message."""

    alone: Message
    channel: Message | None = None


def read(payload: Any) -> Click | None:
    """The click in what Slack tells of one; None when it is no click on a button of ours."""
    try:
        if payload["type"] != "block_actions":
            return None
        (pressed,) = payload["actions"]
        return _click(pressed, payload)
    except (LookupError, ValueError, TypeError):
        return None


def press(click: Click, store: LeadStore, firm: Firm, now: datetime) -> Shown:
    """Claims or refuses the lead for whoever pressed, if they may. Raises ``StoreUnavailable``."""
    who = lawyer_by_slack(firm, click.user)
    if who is None:
        return Shown(note(WORDS["not_a_lawyer"]))
    try:
        take = store.claim if click.action == "claim" else store.refuse
        claim = take(click.number, who.id, now)
        return _shown(click, claim, store, firm, now)
    except NoSuchLead:
        return Shown(note(WORDS["unknown"].format(number=click.number)))


def lawyer_by_slack(firm: Firm, user: str) -> Lawyer | None:
    """The lawyer with this Slack user id, and never one by another sign."""
    found = lawyer(firm, user)
    return found if found and found.slack == user else None


def name_of(firm: Firm, who: str) -> str:
    """How a lawyer is called; somebody unknown by what the store calls them."""
    found = lawyer(firm, who)
    return found.name if found else who


def _shown(click: Click, claim: Claim, store: LeadStore, firm: Firm, now: datetime) -> Shown:
    lead, zone = store.get(click.number), ZoneInfo(firm.time_zone)
    kind: Kind = "amended" if lead.amended_at else "new"
    channel = channel_message(lead, kind, zone, lambda who: name_of(firm, who))
    if not claim.won:
        words = WORDS["taken" if lead.status == "claimed" else "refused"]
        by, when = name_of(firm, claim.by), brief.when(claim.at, zone)
        return Shown(note(words.format(number=lead.number, by=by, when=when)), channel)
    if click.action == "refuse":
        return Shown(note(WORDS["you_refused"].format(number=lead.number)), channel)
    store.opened(lead.number, claim.by, now)
    return Shown(contact_message(lead, zone), channel)


def _click(pressed: Any, payload: Any) -> Click | None:
    action = ACTIONS[pressed["action_id"]]
    found = (
        (_NUMBER, pressed["value"]),
        (_ID, payload["user"]["id"]),
        (_ID, payload["channel"]["id"]),
        (_TS, payload["message"]["ts"]),
    )
    if not all(pattern.fullmatch(value) for pattern, value in found):
        return None
    return Click(action, *(value for _, value in found))
