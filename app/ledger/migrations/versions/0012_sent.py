"""What each attempt has sent, and the configurations that attempts name."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column("attempt", sa.Column("sent", sa.LargeBinary))
    op.add_column("attempt", sa.Column("sealed_with", sa.String(16)))
    op.create_table(
        "configuration",
        sa.Column("hash", sa.String(12), primary_key=True),
        sa.Column("files", sa.String, nullable=False),
        sa.Column("seen_at", sa.Double, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("configuration")
    op.drop_column("attempt", "sealed_with")
    op.drop_column("attempt", "sent")
