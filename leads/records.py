"""What a lead is, before and after it is stored. Frozen; every time is aware of its zone.

The text form of a record shows no contents, so that none reaches a log by way of an f-string or a traceback.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Who = Literal["visitor", "assistant"]
Status = Literal["new", "claimed", "refused"]
Kind = Literal["new", "amended", "reminder"]


class Quiet:
    """A record that doesn't tell what is in it."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"


@dataclass(frozen=True)
class Consent:
    """The exact text the visitor agreed to, and when, in which language and channel."""

    version: str
    text: str
    given_at: datetime
    language: str
    channel: str


@dataclass(frozen=True, repr=False)
class Turn(Quiet):
    """One line of the transcript."""

    who: Who
    text: str
    at: datetime


@dataclass(frozen=True, repr=False)
class Case(Quiet):
    """What the conversation told us, and what we answered.

    ``facts``: label → value, for whatever has no field of its own. ``asked``: topics. ``answer``: the last
    sentence that gave a verdict. ``sources``: short names with their as-of dates.
    """

    profession: str | None = None
    citizenship: tuple[str, ...] = ()
    residence: str | None = None
    destination: str | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    asked: tuple[str, ...] = ()
    verdict: str | None = None
    reasons: tuple[str, ...] = ()
    answer: str | None = None
    sources: tuple[str, ...] = ()
    facts_version: str = ""
    still_open: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, repr=False)
class NewLead(Quiet):
    """One filled-in form. ``conversation`` and ``form`` name it: the same two are the same lead.

    ``phone`` is E.164. ``person``: for whom it is, if not for the visitor.
    """

    conversation: str
    form: str
    channel: str
    language: str
    name: str
    email: str | None = None
    phone: str | None = None
    best_time: str | None = None
    matter: str
    employer: str | None = None
    urgency: str | None = None
    person: str | None = None
    case: Case
    transcript: tuple[Turn, ...] = ()
    consent: Consent


# What a visitor may change after sending.
AMENDABLE = ("name", "email", "phone", "best_time", "matter", "employer", "urgency", "person")


@dataclass(frozen=True, kw_only=True, repr=False)
class StoredLead(NewLead):
    """A lead as it is kept.

    ``lawyer``: id, in firm.yml, of the one it was routed to. ``claimed_by``, ``claimed_at``: who has taken it
    or found it not a fit, as ``status`` says, and when. ``held_at``: since when the law has it kept (legal hold).
    """

    id: str
    number: str
    created_at: datetime
    amended_at: datetime | None = None
    status: Status = "new"
    lawyer: str | None = None
    claimed_by: str | None = None
    claimed_at: datetime | None = None
    held_at: datetime | None = None

    def __repr__(self) -> str:
        return f"StoredLead({self.number})"


@dataclass(frozen=True)
class Receipt:
    """What the visitor gets. ``new``: this call stored it; otherwise it was there already."""

    number: str
    lead_id: str
    created_at: datetime
    new: bool


@dataclass(frozen=True)
class Claim:
    """Who has the lead, since when; ``won``: the one who asked."""

    won: bool
    by: str
    at: datetime


@dataclass(frozen=True)
class Delivery:
    """One lead for one target, leased to one worker.

    ``id`` is a UUID that stays the same over all attempts: Message-ID, Idempotency-Key, client_msg_id.
    ``attempt`` counts from 1. ``reference``: what the target called this lead when it last got it.
    """

    id: str
    lead_id: str
    number: str
    target: str
    kind: Kind
    attempt: int
    created_at: datetime
    reference: str | None = None


@dataclass(frozen=True)
class AuditRow:
    """Who did what to which lead, and when. No contents. ``target`` where one is concerned."""

    at: datetime
    who: str
    what: str
    number: str
    target: str | None = None
