"""The first tables: leads, their consents, the outbox, the audit and the seal."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "leads",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("number", sa.String, nullable=False, unique=True),
        sa.Column("conversation_hash", sa.String, nullable=False),
        sa.Column("form", sa.String, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False, index=True),
        sa.Column("amended_at", sa.DateTime),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("lawyer", sa.String),
        sa.Column("claimed_by", sa.String),
        sa.Column("claimed_at", sa.DateTime),
        sa.Column("email_hash", sa.String, index=True),
        sa.Column("phone_hash", sa.String, index=True),
        sa.Column("sealed", sa.Text, nullable=False),
        sa.UniqueConstraint("conversation_hash", "form", name="one_lead_per_form"),
    )
    op.create_table(
        "consents",
        _lead_id(primary_key=True),
        sa.Column("version", sa.String, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("given_at", sa.DateTime, nullable=False),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("channel", sa.String, nullable=False),
    )
    op.create_table(
        "outbox",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String, nullable=False, unique=True),
        _lead_id(nullable=False, index=True),
        sa.Column("target", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("first_tried_at", sa.DateTime),
        sa.Column("next_at", sa.DateTime, nullable=False),
        sa.Column("leased_by", sa.String),
        sa.Column("leased_until", sa.DateTime),
        sa.Column("reason", sa.String),
        sa.Column("sent_at", sa.DateTime),
        sa.Column("reference", sa.String),
        sa.Index("outbox_line", "state", "target", "seq"),
    )
    op.create_table(
        "audit",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("who", sa.String, nullable=False),
        sa.Column("what", sa.String, nullable=False),
        sa.Column("number", sa.String, nullable=False, index=True),
        sa.Column("target", sa.String),
    )
    op.create_table(
        "seal", sa.Column("id", sa.Integer, primary_key=True), sa.Column("sealed", sa.Text, nullable=False)
    )


def _lead_id(**options: bool) -> sa.Column:
    return sa.Column("lead_id", sa.String, sa.ForeignKey("leads.id", ondelete="CASCADE"), **options)
