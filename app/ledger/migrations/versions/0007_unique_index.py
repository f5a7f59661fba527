"""Which objects' external ids an org keeps unique."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "unique_index",
        sa.Column("org_id", sa.String(18), primary_key=True),
        sa.Column("object", sa.String(80), primary_key=True),
        sa.Column("field", sa.String(80), primary_key=True),
        sa.Column("seen_at", sa.Double, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("unique_index")
