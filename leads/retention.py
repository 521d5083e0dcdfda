"""How long what is kept, and what is deleted when that is over: by the worker daily, and by `python -m leads purge`."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select

from leads.conversations import AT_ONCE, Conversations
from leads.database import reading, writing
from leads.erasure import Erased, erase
from leads.errors import SettingsError
from leads.records import StoredLead
from leads.settings import Settings
from leads.slack_waiting import SlackWaiting
from leads.store import LeadStore
from leads.tables import AUDIT, LEADS, PROOFS


@dataclass(frozen=True)
class Retention:
    """In days: ``leads`` from when they were sent, with their conversations; ``silent`` conversations that led to none,
    from the last word; ``proofs`` of consent and the audit, from when the lead was deleted; ``backups`` of all that, from
    when they were made.
    """

    leads: int
    silent: int
    proofs: int
    backups: int = Settings.backup_days

    @classmethod
    def of(cls, settings: Settings, promised: int) -> Retention:
        """``promised``: the days in the firm's consent text. Raises ``SettingsError`` for anything longer."""
        silent = settings.conversation_days or min(promised, 30)
        if silent > promised:
            raise SettingsError("CONVERSATION_DAYS", f"may be {promised} at most: retention_days in firm.yml")
        if settings.proof_days < promised:
            raise SettingsError("PROOF_DAYS", f"must be {promised} at least: retention_days in firm.yml")
        return cls(promised, silent, settings.proof_days, settings.backup_days)

    @classmethod
    def told(cls, promised: int, environment: Mapping[str, str] = os.environ) -> Retention:
        """The same, for who only tells it: whatever else is wrong with the environment."""
        days = {name: value for name, value in environment.items() if name.endswith("_DAYS")}
        return cls.of(Settings.from_environment(days), promised)


def purge(
    store: LeadStore,
    conversations: Conversations,
    slack: SlackWaiting,
    retention: Retention,
    who: str,
    now: datetime,
) -> Erased:
    """Deletes whatever is older, but what is held. Safe to be broken off at any point, and done again."""
    before = now - timedelta(days=retention.leads)
    erased = erase(store, conversations, due(store, before), who, now, "purged", slack)
    quiet = conversations.silent(now - timedelta(days=retention.silent))
    events = conversations.erase(*_without_lead(store, quiet))
    events += conversations.trim(before, [lead.conversation for lead in _held(store)])
    slack.purge(now - timedelta(days=retention.silent))
    _purge_proofs(store, now - timedelta(days=retention.proofs))
    return Erased(erased.numbers, erased.events + events)


def due(store: LeadStore, before: datetime) -> list[StoredLead]:
    """The leads from before, oldest first; not those that are held."""
    old = (LEADS.c.created_at < before) & LEADS.c.held_at.is_(None)
    return _leads(store, old)


def _held(store: LeadStore) -> list[StoredLead]:
    return _leads(store, LEADS.c.held_at.isnot(None))


def _leads(store: LeadStore, which: object) -> list[StoredLead]:
    with reading(store.engine) as connection:
        query = select(LEADS.c.id).where(which).order_by(LEADS.c.created_at)
        ids = connection.execute(query).scalars().all()
    return [store.get(lead_id) for lead_id in ids]


def _without_lead(store: LeadStore, conversations: list[str]) -> list[str]:
    """Those of which no lead is kept: that one has a time of its own."""
    found: list[str] = []
    for start in range(0, len(conversations), AT_ONCE):
        some = conversations[start : start + AT_ONCE]
        hashes = {key: name for name in some for key in store.keys.hashes("conversation", name)}
        with reading(store.engine) as connection:
            known = connection.execute(_hashes(hashes)).scalars().all()
        with_lead = {hashes[key] for key in known}
        found += [name for name in some if name not in with_lead]
    return found


def _hashes(of: Iterable[str]) -> object:
    return select(LEADS.c.conversation_hash).where(LEADS.c.conversation_hash.in_(list(of)))


def _purge_proofs(store: LeadStore, before: datetime) -> None:
    """Of leads that are gone for so long, the consent and the audit go, too."""
    last = select(AUDIT.c.number).where(AUDIT.c.number.notin_(select(LEADS.c.number)))
    over = last.group_by(AUDIT.c.number).having(func.max(AUDIT.c.at) < before)
    with writing(store.engine) as connection:
        connection.execute(delete(PROOFS).where(PROOFS.c.ended_at < before))
        connection.execute(delete(AUDIT).where(AUDIT.c.number.in_(over)))
