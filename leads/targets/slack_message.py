"""The messages about a lead in Slack, as Block Kit: one for the channel, one for the lawyer who claimed it.

The channel's message names nobody: no name, address or number, not even where a visitor typed one elsewhere.
All that anybody typed is escaped, so that it mentions no one, links nowhere and looks like no button.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from leads import brief, clean
from leads.brief import Row, Section
from leads.records import Kind, StoredLead

WORDS = brief.WORDS["slack"]
CLAIM, REFUSE = "lead_claim", "lead_refuse"
LONGEST_TEXT = 3000  # of a section; Slack refuses a longer one
_EMAIL = re.compile(r"[^\s<>@|]+@[^\s<>@|]+\.[^\s<>@|]+")
_PHONE = re.compile(r"\+?(?:\d[\s().-]{0,3}){9,14}\d")

Block = dict[str, Any]


@dataclass(frozen=True)
class Message:
    """``text`` is what a notification shows."""

    text: str
    blocks: list[Block]


def channel_message(lead: StoredLead, kind: Kind, zone: tzinfo, name_of: Callable[[str], str]) -> Message:
    """The case without the person, and buttons while nobody has it. ``name_of``: a lawyer's name by id."""
    hide = _Hider(lead)
    shown = brief.of(lead, kind, zone)
    told = (brief.matter_section(lead), *brief.case_sections(lead))
    matter = clean.cut(hide(clean.line(lead.matter, brief.LONGEST_MATTER)), 100)
    text = WORDS["fallback"][kind].format(number=lead.number, matter=matter)
    blocks = [
        _header(shown.headline),
        _section(f"*{escaped(hide(brief.urgency(lead)))}*"),
        *(_section(_titled(section, hide)) for section in told if section.rows),
        *_fate(lead, zone, name_of),
        _context(f"{shown.received}. {WORDS['hidden']}"),
    ]
    return Message(escaped(text), blocks)


def contact_message(lead: StoredLead, zone: tzinfo) -> Message:
    """Who it is and how to reach them: for the claimer's eyes alone."""
    text = WORDS["yours"].format(number=lead.number)
    sections = (brief.contact_section(lead), brief.conflict_section(lead))
    return Message(text, [_section(text), *(_section(_titled(section, str)) for section in sections)])


def note(text: str) -> Message:
    """A sentence of ours."""
    return Message(escaped(text), [_section(escaped(text))])


def escaped(text: str) -> str:
    """The text as Slack shows it literally: no mention, no link, no channel."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


class _Hider:
    """Takes a visitor's name, and whatever looks like an address or a telephone number, out of a text."""

    def __init__(self, lead: StoredLead) -> None:
        names = {
            word
            for word in re.findall(r"\w+", clean.line(f"{lead.name} {lead.person or ''}"))
            if len(word) > 2
        }
        contact = [re.escape(value) for value in (lead.email, lead.phone) if value]
        words = [rf"\b{re.escape(name)}\b" for name in sorted(names)]
        self._own = re.compile("|".join([*contact, *words]) or r"(?!)", re.IGNORECASE)

    def __call__(self, text: str) -> str:
        for pattern in (self._own, _EMAIL, _PHONE):
            text = pattern.sub(WORDS["removed"], text)
        return text


def _fate(lead: StoredLead, zone: tzinfo, name_of: Callable[[str], str]) -> Iterable[Block]:
    if lead.claimed_by and lead.claimed_at:
        said = WORDS["claimed" if lead.status == "claimed" else "refused"]
        name = clean.line(name_of(lead.claimed_by), 100)
        yield _section(f"*{escaped(said.format(by=name, when=brief.when(lead.claimed_at, zone)))}*")
    claim = {**_button(lead.number, CLAIM, WORDS["claim"]), "style": "primary"}
    refuse = _button(lead.number, REFUSE, WORDS["refuse"])
    buttons = {"new": [claim, refuse], "refused": [claim], "claimed": []}[lead.status]
    if buttons:
        yield {"type": "actions", "elements": buttons}


def _titled(section: Section, hide: Callable[[str], str]) -> str:
    return "\n".join([f"*{section.title}*", *(_row(row, hide) for row in section.rows)])


def _row(row: Row, hide: Callable[[str], str]) -> str:
    """A label and its value; several lines stand as a quotation, which can pass for no label of ours."""
    value = escaped(hide(row.value))
    if "\n" in value:
        value = "\n>" + value.replace("\n", "\n>")
    return f"{escaped(hide(row.label))}: {value}"


def _header(text: str) -> Block:
    return {"type": "header", "text": {"type": "plain_text", "text": text}}


def _section(text: str) -> Block:
    return {"type": "section", "text": _mrkdwn(text)}


def _context(text: str) -> Block:
    return {"type": "context", "elements": [_mrkdwn(escaped(text))]}


def _mrkdwn(text: str) -> Block:
    """``verbatim``: Slack finds no links or names in it by itself."""
    return {"type": "mrkdwn", "text": _fitting(text), "verbatim": True}


def _fitting(text: str) -> str:
    """Cut before the limit, and never within an escape."""
    if len(text) <= LONGEST_TEXT:
        return text
    return re.sub(r"&\w*$", "", text[: LONGEST_TEXT - 2]) + " …"


def _button(number: str, action: str, label: str) -> Block:
    text = {"type": "plain_text", "text": label}
    return {"type": "button", "action_id": action, "value": number, "text": text}
