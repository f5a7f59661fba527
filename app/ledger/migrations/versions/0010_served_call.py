"""Calls of served callers, and the callbacks whose Cases are to say so."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "served_call",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("source", sa.String(20), nullable=False),
        sa.Column("key", sa.String(32), nullable=False, unique=True),
        sa.Column("number_index", sa.String(64), nullable=False, index=True),
        sa.Column("called_at", sa.Double, nullable=False),
        sa.Column("said", sa.LargeBinary, nullable=False),
        sa.Column("sealed_with", sa.String(16)),
        sa.Column("request_id", sa.String(64), nullable=False),
        sa.Column("received_at", sa.Double, nullable=False, index=True),
    )
    op.create_table(
        "served_case",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("call_id", _ID, sa.ForeignKey("served_call.id", ondelete="CASCADE"), nullable=False),
        sa.Column("entry_id", _ID, sa.ForeignKey("entry.id", ondelete="CASCADE"), nullable=False, index=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("reason", sa.String(40)),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due_at", sa.Double),
        sa.Column("settled_at", sa.Double),
        sa.Column("lease", sa.String(32)),
        sa.Column("lease_until", sa.Double),
        sa.UniqueConstraint("call_id", "entry_id", name="one_note_for_a_callback"),
    )
    there = sa.text("due_at IS NOT NULL")
    op.create_index("served_case_open", "served_case", ["due_at"], sqlite_where=there, postgresql_where=there)


def downgrade() -> None:
    op.drop_table("served_case")
    op.drop_table("served_call")
