"""What one process of the fleet does, and what is wrong just now."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "duty",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("holder", sa.String(80), nullable=False),
        sa.Column("until", sa.Double, nullable=False),
    )
    op.create_table(
        "incident",
        sa.Column("key", sa.String(80), primary_key=True),
        sa.Column("channel", sa.String(10), primary_key=True),
        sa.Column("text", sa.String, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("began_at", sa.Double, nullable=False),
        sa.Column("seen_at", sa.Double, nullable=False),
        sa.Column("told_at", sa.Double),
        sa.Column("told_size", sa.Integer, nullable=False),
        sa.Column("try_at", sa.Double, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("incident")
    op.drop_table("duty")
