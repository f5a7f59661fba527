"""What people did with the console, how often somebody tried to sign in, and which sessions have been signed out."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("at", sa.Double, nullable=False, index=True),
        sa.Column("user", sa.String(40), nullable=False),
        sa.Column("role", sa.String(10), nullable=False),
        sa.Column("deed", sa.String(20), nullable=False),
        sa.Column("entry_id", _ID, index=True),
        sa.Column("note", sa.String),
        sa.Column("request_id", sa.String(64), nullable=False),
        sa.Column("client", sa.String(45)),
    )
    op.create_table(
        "sign_in_tries",
        sa.Column("key", sa.String(40), primary_key=True),
        sa.Column("until", sa.Double, nullable=False),
    )
    op.create_table(
        "ended_session",
        sa.Column("session", sa.String(64), primary_key=True),
        sa.Column("until", sa.Double, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("ended_session")
    op.drop_table("sign_in_tries")
    op.drop_table("audit")
