"""What a record was written without, and whose Case got it as a comment."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.add_column("entry", sa.Column("dropped", sa.String))
    op.add_column("entry", sa.Column("merged_into", _ID))


def downgrade() -> None:
    op.drop_column("entry", "merged_into")
    op.drop_column("entry", "dropped")
