"""What Rasa's tracker holds of a request to a lawyer: the messages, the person, and at the end the whole of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from actions.case import case_of, transcript_of
from actions.heard import heard
from actions.safe import Event, all_facts
from actions.situation import SLOTS, hear
from actions.words import Words
from leads import brief
from leads.aside import Heard
from leads.contact import REGIONS
from leads.draft import Draft
from leads.phrases import key
from leads.records import Consent, NewLead

# Questions of the assistant's own that an answer of fact may end in, also within the form.
OURS = frozenset({"citizenship", "licence", "which"})


def unanswered(tracker: Tracker, draft: Draft | None) -> list[Heard]:
    """The message, after those that got no answer because this server was down; a repeated one
    counts once.
    """
    latest = _heard(tracker.latest_message, tracker)
    if draft is None or draft.step == "sent":
        return [latest]
    missed: dict[str, Heard] = {}
    for event in reversed(tracker.events[: _index_of_latest(tracker.events)]):
        if event.get("event") in {"bot", "slot"} and event.get("name") != "language":
            break
        if event.get("event") == "user" and key(str(event.get("text") or "")) != key(latest.text):
            missed.setdefault(key(str(event.get("text"))), _heard(event.get("parse_data") or event, tracker))
    return [*reversed(missed.values()), latest]


def told(tracker: Tracker) -> list[Event]:
    """What the message that asks for a lawyer tells of the person besides, remembered at once."""
    intent, text, entities = heard(tracker.latest_message)
    after = hear(tracker.slots, entities, intent, all_facts(), text).slots
    new = {name: after[name] for name in SLOTS if after[name] != tracker.slots.get(name)}
    tracker.slots.update(new)
    return [SlotSet(name, value) for name, value in new.items()]


def since_last_request(events: Sequence[Event]) -> list[Event]:
    """What was said since a request was last sent: a second one is for somebody else."""
    for index in range(len(events) - 1, -1, -1):
        event = events[index]
        if event.get("event") == "slot" and event.get("name") == "intake":
            value = event.get("value")
            if isinstance(value, dict) and value.get("step") == "sent":
                return list(events[index:])
    return list(events)


def regions(slots: Mapping[str, Any]) -> tuple[str, ...]:
    """Where a number without + is from: Mexico first for who lives there, or is Mexican and lives nowhere
    that we know of.
    """
    home = slots.get("residence") or slots.get("citizenship") or ()
    return ("MX", *REGIONS) if "mx" in home else REGIONS


def new_lead(draft: Draft, tracker: Tracker, words: Words) -> NewLead:
    """The request as the store takes it: the matter in the visitor's ``words``, the case in the firm's language."""
    agreed, events = draft.agreed or {}, since_last_request(tracker.events)
    person = tracker.get_slot("person")
    return NewLead(
        conversation=tracker.sender_id,
        form=draft.form,
        channel=agreed.get("channel", ""),
        language=words.language,
        name=draft.values["name"],
        email=draft.values.get("email"),
        phone=draft.values.get("phone"),
        best_time=draft.values.get("best_time"),
        matter=draft.values.get("matter") or draft.offer or words.say("intake_matter_unsaid"),
        employer=draft.values.get("employer"),
        urgency=draft.values.get("urgency"),
        person=person if person not in (None, "me") else None,
        case=case_of(tracker.slots, events, all_facts(), Words(brief.LANGUAGE)),
        transcript=transcript_of(events),
        consent=Consent(
            agreed["version"],
            agreed["text"],
            datetime.fromisoformat(agreed["given_at"]),
            agreed["language"],
            agreed["channel"],
        ),
    )


def _heard(message: Mapping[str, Any], tracker: Tracker) -> Heard:
    intent, text = message.get("intent") or {}, str(message.get("text") or "")
    entities = [e for e in message.get("entities") or [] if e.get("entity") != "language"]
    facts = [
        e for e in entities if e.get("entity") in {"job_title", "citizenship", "residence", "destination"}
    ]
    covered = sum((e.get("end") or 0) - (e.get("start") or 0) for e in facts)
    return Heard(
        text,
        str(intent.get("name") or ""),
        float(intent.get("confidence") or 0),
        frozenset(str(e.get("entity")) for e in entities),
        bool(facts) and covered >= len(text.strip(" .!?")),
        tracker.get_slot("asked") in OURS,
    )


def _index_of_latest(events: Sequence[Event]) -> int:
    return next((i for i in range(len(events) - 1, -1, -1) if events[i].get("event") == "user"), 0)
