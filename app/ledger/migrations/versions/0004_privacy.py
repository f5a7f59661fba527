"""When a payload was removed, and which key encrypts it."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_WITH_PAYLOAD = sa.text("purged_at IS NULL")


def upgrade() -> None:
    op.add_column("entry", sa.Column("purged_at", sa.Double))
    op.add_column("entry", sa.Column("sealed_with", sa.String(16)))
    op.create_index(
        "entry_with_payload",
        "entry",
        ["state", "received_at"],
        sqlite_where=_WITH_PAYLOAD,
        postgresql_where=_WITH_PAYLOAD,
    )


def downgrade() -> None:
    op.drop_index("entry_with_payload", "entry")
    op.drop_column("entry", "sealed_with")
    op.drop_column("entry", "purged_at")
