"""Which callbacks were taken in from jtel's list of events, and how each source's latest reconcile ended."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("entry", sa.Column("reconciled", sa.Boolean, nullable=False, server_default=sa.false()))
    op.create_table(
        "reconcile_run",
        sa.Column("source", sa.String(20), primary_key=True),
        sa.Column("ran_at", sa.Double, nullable=False),
        sa.Column("succeeded_at", sa.Double),
        sa.Column("reason", sa.String(40)),
        sa.Column("message", sa.String),
    )


def downgrade() -> None:
    op.drop_table("reconcile_run")
    op.drop_column("entry", "reconciled")
