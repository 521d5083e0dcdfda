"""The tables of the leads, as the newest migration leaves them.

In clear stands only what the work needs: number, times, status, language, channel, lawyer. The rest of a lead
is one sealed document; keyed hashes find it by conversation, e-mail address and telephone number.
"""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from sqlalchemy import (
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    select,
)
from sqlalchemy.sql import Select
from sqlalchemy.types import TypeDecorator


class Utc(TypeDecorator):
    """A time that is aware of its zone, kept in UTC. A naive one is refused."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without its zone")
        return value.astimezone(timezone.utc).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        return value and value.replace(tzinfo=timezone.utc)


METADATA = MetaData()


def _lead_id(**options: Any) -> Column:
    return Column("lead_id", String, ForeignKey("leads.id", ondelete="CASCADE"), **options)


LEADS = Table(
    "leads",
    METADATA,
    Column("id", String, primary_key=True),
    Column("number", String, nullable=False, unique=True),
    Column("conversation_hash", String, nullable=False),
    Column("form", String, nullable=False),
    Column("created_at", Utc, nullable=False, index=True),
    Column("amended_at", Utc),
    Column("status", String, nullable=False),
    Column("language", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("lawyer", String),
    Column("claimed_by", String),
    Column("claimed_at", Utc),
    Column("email_hash", String, index=True),
    Column("phone_hash", String, index=True),
    Column("sealed", Text, nullable=False),
    Column("held_at", Utc),
    UniqueConstraint("conversation_hash", "form", name="one_lead_per_form"),
)

CONSENTS = Table(
    "consents",
    METADATA,
    _lead_id(primary_key=True),
    Column("version", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("given_at", Utc, nullable=False),
    Column("language", String, nullable=False),
    Column("channel", String, nullable=False),
)

# ``seq`` is the order of delivery; ``leased_by`` has the row until ``leased_until``.
# ``reference`` is what the target calls the thing it got.
OUTBOX = Table(
    "outbox",
    METADATA,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", String, nullable=False, unique=True),
    _lead_id(nullable=False, index=True),
    Column("target", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("state", String, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("first_tried_at", Utc),
    Column("next_at", Utc, nullable=False),
    Column("leased_by", String),
    Column("leased_until", Utc),
    Column("reason", String),
    Column("sent_at", Utc),
    Column("reference", String),
    Index("outbox_line", "state", "target", "seq"),
)

# That somebody consented, once the lead is gone: the text agreed to and the number of the receipt, and nothing that
# tells who it was. ``ended_at``: when the lead was deleted.
PROOFS = Table(
    "consent_proofs",
    METADATA,
    Column("number", String, primary_key=True),
    Column("version", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("given_at", Utc, nullable=False),
    Column("language", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("ended_at", Utc, nullable=False, index=True),
)

# Outlives its lead: it is the proof of what happened to it, and holds no contents.
AUDIT = Table(
    "audit",
    METADATA,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("at", Utc, nullable=False),
    Column("who", String, nullable=False),
    Column("what", String, nullable=False),
    Column("number", String, nullable=False, index=True),
    Column("target", String),
)

# One sealed word, which the right keys open.
SEAL = Table(
    "seal", METADATA, Column("id", Integer, primary_key=True), Column("sealed", Text, nullable=False)
)


def with_consent() -> Select:
    """Leads with their consents, whose columns are called consent_…"""
    columns = [column.label(f"consent_{column.name}") for column in CONSENTS.c if column.name != "lead_id"]
    return select(LEADS, *columns).join(CONSENTS, CONSENTS.c.lead_id == LEADS.c.id)
