"""The leads, kept so that none is lost and none is doubled."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, or_, select, update
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.sql import Select

from leads import numbers
from leads.audit import VISITOR, What, note
from leads.crypto import Keyring
from leads.database import connect, reading, writing
from leads.errors import NoSuchLead, StoreUnavailable
from leads.migrations import migrate
from leads.records import AMENDABLE, AuditRow, Claim, Kind, NewLead, Receipt, Status, StoredLead
from leads.rotation import check
from leads.rows import consent_row, lead_row, same_email, stored_lead
from leads.settings import Settings
from leads.tables import AUDIT, CONSENTS, LEADS, OUTBOX, with_consent

TRIES = 5


class LeadStore:
    """The leads of the firm. Threads may share one; any number of processes may open the same database.

    Every method raises ``StoreUnavailable`` when the database can't be reached: nothing is half done then,
    and asking again is safe.
    """

    def __init__(self, engine: Engine, keys: Keyring) -> None:
        self.engine, self.keys = engine, keys

    @classmethod
    def open(cls, url: str | None = None, keys: Keyring | None = None) -> LeadStore:
        """The store at ``url`` (default: as the environment says), with its tables brought up to date.

        Raises ``WrongKey`` when the keys don't open it, ``SettingsError`` when the address is none.
        """
        settings = Settings.from_environment()
        engine = connect(url or settings.database)
        migrate(engine)
        keys = keys or Keyring.load(settings.keys, settings.key_file)
        check(engine, keys)
        return cls(engine, keys)

    def close(self) -> None:
        """Gives back all connections."""
        self.engine.dispose()

    # From the visitor

    def accept(
        self, lead: NewLead, targets: Sequence[str], now: datetime, lawyer: str | None = None
    ) -> Receipt:
        """Keeps the lead, its consent and one outbox row per target: one transaction, durable on return.

        The same conversation and form again, at the same time or later: the same receipt, ``new`` False.
        ``lawyer``: id of the one it is routed to.
        """
        for _ in range(TRIES):  # another process may be first with this form, or with this number
            with suppress(IntegrityError), writing(self.engine) as connection:
                known = self._receipt(connection, lead)
                return known or self._insert(connection, lead, targets, now, lawyer)
        raise StoreUnavailable("The lead could not be kept.")

    def amend(self, number: str, changes: Mapping[str, str | None], now: datetime) -> Receipt:
        """The visitor corrects a sent lead (``AMENDABLE``); its targets hear of it again, as 'amended'.

        ``new`` is False when nothing is different. Raises ``NoSuchLead``.
        """
        if unknown := set(changes) - set(AMENDABLE):
            raise ValueError(f"not to be amended: {', '.join(sorted(unknown))}")
        with writing(self.engine) as connection:
            before = self._one(connection, number, lock=True)
            after = replace(before, **changes)  # type: ignore[arg-type]
            if changed := after != before:
                self._amend(connection, after, now)
        return Receipt(before.number, before.id, before.created_at, new=changed)

    # To read

    def get(self, number_or_id: str) -> StoredLead:
        """The lead; a number may be typed in any case, hyphen or not. Raises ``NoSuchLead``."""
        with reading(self.engine) as connection:
            return self._one(connection, number_or_id)

    def of_conversation(self, conversation: str) -> list[StoredLead]:
        """Its leads, oldest first."""
        hashes = self.keys.hashes("conversation", conversation)
        mine = with_consent().where(LEADS.c.conversation_hash.in_(hashes))
        return self._all(mine.order_by(LEADS.c.created_at))

    def find(
        self,
        status: Status | None = None,
        since: datetime | None = None,
        contact: str | None = None,
        limit: int | None = None,
    ) -> list[StoredLead]:
        """Leads, newest first. ``contact``: an e-mail address, or a telephone number in E.164."""
        query = with_consent().order_by(LEADS.c.created_at.desc()).limit(limit)
        if status:
            query = query.where(LEADS.c.status == status)
        if since:
            query = query.where(LEADS.c.created_at >= since)
        if contact:
            emails = self.keys.hashes("email", same_email(contact))
            phones = self.keys.hashes("phone", contact)
            query = query.where(or_(LEADS.c.email_hash.in_(emails), LEADS.c.phone_hash.in_(phones)))
        return self._all(query)

    def audit(self, number: str | None = None) -> list[AuditRow]:
        """Who did what, oldest first; of an erased lead, too."""
        query = select(AUDIT).order_by(AUDIT.c.seq)
        if number:
            query = query.where(AUDIT.c.number == (numbers.parse(number) or number))
        with reading(self.engine) as connection:
            rows = connection.execute(query).all()
        return [AuditRow(row.at, row.who, row.what, row.number, row.target) for row in rows]

    # From a lawyer

    def claim(self, number: str, who: str, now: datetime) -> Claim:
        """Takes the lead; one wins however many try, and wins again when asking again.

        Raises ``NoSuchLead``, as all that follow.
        """
        return self._take(number, who, now, "claimed", LEADS.c.status != "claimed")

    def refuse(self, number: str, who: str, now: datetime) -> Claim:
        """Not a fit. Wins unless somebody else has the lead; one found not a fit may still be claimed."""
        mine = (LEADS.c.status == "new") | (LEADS.c.claimed_by == who) & (LEADS.c.status == "claimed")
        return self._take(number, who, now, "refused", mine)

    def hold(self, number: str, who: str, now: datetime, release: bool = False) -> bool:
        """A legal hold: neither retention nor an erasure touches the lead until released. False if it was so before."""
        with writing(self.engine) as connection:
            lead = self._one(connection, number, lock=True)
            if (lead.held_at is None) is release:
                return False
            held = {"held_at": None if release else now}
            connection.execute(update(LEADS).where(LEADS.c.id == lead.id).values(held))
            note(connection, now, who, "released" if release else "held", lead.number)
        return True

    def opened(self, number: str, who: str, now: datetime) -> None:
        """Notes that somebody was shown the contact details."""
        self.note("opened", [self.get(number).number], who, now)

    def note(self, what: What, of: Iterable[str], who: str, now: datetime) -> None:
        """Notes a deed in the audit of each number."""
        with writing(self.engine) as connection:
            for number in of:
                note(connection, now, who, what, number)

    # Within a transaction

    def _receipt(self, connection: Connection, lead: NewLead) -> Receipt | None:
        hashes = self.keys.hashes("conversation", lead.conversation)
        same_form = LEADS.c.conversation_hash.in_(hashes) & (LEADS.c.form == lead.form)
        row = connection.execute(select(LEADS).where(same_form)).first()
        return row and Receipt(row.number, row.id, row.created_at, new=False)

    def _insert(
        self, connection: Connection, lead: NewLead, targets: Sequence[str], now: datetime, lawyer: str | None
    ) -> Receipt:
        receipt = Receipt(numbers.new_number(), str(uuid.uuid4()), now, new=True)
        own = {"id": receipt.lead_id, "number": receipt.number, "created_at": now, "status": "new"}
        connection.execute(insert(LEADS).values(**own, lawyer=lawyer, **lead_row(lead, self.keys)))
        connection.execute(insert(CONSENTS).values(consent_row(receipt.lead_id, lead.consent)))
        _queue(connection, receipt.lead_id, targets, "new", now)
        note(connection, now, VISITOR, "created", receipt.number)
        return receipt

    def _amend(self, connection: Connection, lead: StoredLead, now: datetime) -> None:
        row = lead_row(lead, self.keys)
        connection.execute(update(LEADS).where(LEADS.c.id == lead.id).values(**row, amended_at=now))
        mine = select(OUTBOX.c.target).where(OUTBOX.c.lead_id == lead.id).group_by(OUTBOX.c.target)
        targets = connection.execute(mine.order_by(func.min(OUTBOX.c.seq))).scalars().all()
        _queue(connection, lead.id, targets, "amended", now)
        note(connection, now, VISITOR, "amended", lead.number)

    def _take(self, number: str, who: str, now: datetime, status: Status, free: Any) -> Claim:
        with writing(self.engine) as connection:
            lead = self._one(connection, number, lock=True)
            taken = update(LEADS).where((LEADS.c.id == lead.id) & free)
            values = {"status": status, "claimed_by": who, "claimed_at": now}
            if connection.execute(taken.values(values)).rowcount:
                note(connection, now, who, "claimed" if status == "claimed" else "refused", lead.number)
            row = connection.execute(select(LEADS).where(LEADS.c.id == lead.id)).one()
        return Claim(row.claimed_by == who and row.status == status, row.claimed_by, row.claimed_at)

    def _one(self, connection: Connection, number_or_id: str, lock: bool = False) -> StoredLead:
        number = numbers.parse(number_or_id)
        query = with_consent().where(LEADS.c.number == number if number else LEADS.c.id == number_or_id)
        row = connection.execute(query.with_for_update(of=LEADS) if lock else query).first()
        if row is None:
            raise NoSuchLead("There is no lead with this number.")
        return stored_lead(row._mapping, self.keys)

    def _all(self, query: Select) -> list[StoredLead]:
        with reading(self.engine) as connection:
            rows = connection.execute(query).all()
        return [stored_lead(row._mapping, self.keys) for row in rows]


def _queue(connection: Connection, lead_id: str, targets: Iterable[str], kind: Kind, now: datetime) -> None:
    """One outbox row per target, due at once."""
    for target in dict.fromkeys(targets):
        row = {
            "id": str(uuid.uuid4()),
            "lead_id": lead_id,
            "target": target,
            "kind": kind,
            "state": "waiting",
        }
        connection.execute(insert(OUTBOX).values(**row, created_at=now, attempts=0, next_at=now))
