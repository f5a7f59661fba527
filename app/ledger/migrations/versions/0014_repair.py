"""Edits of callbacks, who asked for an attempt, repairs of many callbacks, and an index to count reasons by."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_COLUMNS: tuple[tuple[str, str, sa.types.TypeEngine[Any]], ...] = (
    ("entry", "edited", sa.LargeBinary()),
    ("entry", "edited_with", sa.String(16)),
    ("entry", "edited_at", sa.Double()),
    ("entry", "original_number_index", sa.String(64)),
    ("attempt", "asked_by", sa.String(60)),
    ("attempt", "note", sa.String()),
)
# Name, columns, and what has to be there.
_INDEXES = (
    ("entry_by_original_number", ["original_number_index", "received_at"], "original_number_index"),
    ("entry_by_reason", ["reason", "state", "received_at"], "reason"),
)


def upgrade() -> None:
    for table, column, kind in _COLUMNS:
        op.add_column(table, sa.Column(column, kind))
    for name, columns, there in _INDEXES:
        where = sa.text(f"{there} IS NOT NULL")
        op.create_index(name, "entry", columns, sqlite_where=where, postgresql_where=where)
    op.create_table(
        "repair",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("deed", sa.String(10), nullable=False),
        sa.Column("named", sa.Boolean, nullable=False),
        sa.Column("asked_by", sa.String(60), nullable=False),
        sa.Column("note", sa.String),
        sa.Column("planned_at", sa.Double, nullable=False, index=True),
        sa.Column("asked_at", sa.Double),
        sa.Column("ended_at", sa.Double),
        sa.Column("entry_ids", sa.String, nullable=False),
    )
    op.create_table(
        "repaired",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("repair_id", _ID, sa.ForeignKey("repair.id", ondelete="CASCADE"), nullable=False),
        sa.Column("entry_id", _ID, nullable=False),
        sa.Column("fate", sa.String(20), nullable=False),
        sa.Column("reason", sa.String(40)),
        sa.Column("message", sa.String),
        sa.Column("again_at", sa.Double),
        sa.UniqueConstraint("repair_id", "entry_id", name="repaired_once"),
    )


def downgrade() -> None:
    op.drop_table("repaired")
    op.drop_table("repair")
    for name, _, _ in reversed(_INDEXES):
        op.drop_index(name, "entry")
    for table, column, _ in reversed(_COLUMNS):
        op.drop_column(table, column)
