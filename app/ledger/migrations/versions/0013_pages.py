"""Indexes for the pages of a list: by time, by number and time, and of what was reconciled."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_index("entry_by_time", "entry", ["received_at", "id", "state", "source", "rule", "reason"])
    op.drop_index("entry_by_number", "entry")
    op.create_index("entry_by_number", "entry", ["number_index", "received_at"])
    op.create_index(
        "entry_reconciled",
        "entry",
        ["received_at"],
        sqlite_where=sa.text("reconciled = 1"),
        postgresql_where=sa.text("reconciled"),
    )


def downgrade() -> None:
    op.drop_index("entry_reconciled", "entry")
    op.drop_index("entry_by_number", "entry")
    op.create_index("entry_by_number", "entry", ["number_index"])
    op.drop_index("entry_by_time", "entry")
