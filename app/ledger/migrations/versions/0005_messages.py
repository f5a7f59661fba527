"""What was said of a callback, the event ids of what was not understood, and indexes to find callbacks by."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_COLUMNS = (
    ("entry", "message"),
    ("entry", "dropped_messages"),
    ("entry", "invalid_event_ids"),
    ("attempt", "message"),
    ("pause", "message"),
)
# Name, columns, and what has to be there.
_INDEXES = (
    ("entry_with_dropped", ["received_at"], "dropped"),
    ("entry_by_rule", ["rule", "delivered_at"], "delivered_at"),
    ("entry_by_record", ["record_id"], "record_id"),
    ("entry_by_record_number", ["record_number"], "record_number"),
    ("entry_by_request", ["request_id"], None),
    ("entry_by_invalid_event", ["invalid_event_ids"], "invalid_event_ids"),
)


def upgrade() -> None:
    for table, column in _COLUMNS:
        op.add_column(table, sa.Column(column, sa.String))
    for name, columns, there in _INDEXES:
        where = sa.text(f"{there} IS NOT NULL") if there else None
        op.create_index(name, "entry", columns, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    for name, _, _ in reversed(_INDEXES):
        op.drop_index(name, "entry")
    for table, column in reversed(_COLUMNS):
        op.drop_column(table, column)
