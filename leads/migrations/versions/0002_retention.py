"""What must be kept although its time is over, and what proves a consent once its lead is gone."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("leads", sa.Column("held_at", sa.DateTime))
    op.create_table(
        "consent_proofs",
        sa.Column("number", sa.String, primary_key=True),
        sa.Column("version", sa.String, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("given_at", sa.DateTime, nullable=False),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("ended_at", sa.DateTime, nullable=False, index=True),
    )
