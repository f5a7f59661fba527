"""What Salesforce has asked jtel for."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "wish",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("source", sa.String(20), nullable=False),
        sa.Column("case_id", sa.String(18), nullable=False),
        sa.Column("wish_key", sa.String(64), nullable=False),
        sa.Column("state", sa.String(14), nullable=False),
        sa.Column("event_id", sa.String(50)),
        sa.Column("reason", sa.String(40)),
        sa.Column("message", sa.String),
        sa.Column("asked", sa.LargeBinary, nullable=False),
        sa.Column("sealed_with", sa.String(16)),
        sa.Column("number_index", sa.String(64)),
        sa.Column("request_id", sa.String(64), nullable=False),
        sa.Column("received_at", sa.Double, nullable=False),
        sa.Column("lease", sa.String(32)),
        sa.Column("lease_until", sa.Double),
        sa.Column("settled_at", sa.Double),
        sa.Column("arrived_at", sa.Double),
        sa.Column("purged_at", sa.Double),
        sa.UniqueConstraint("source", "case_id", "wish_key", name="wish_once"),
    )
    op.create_index("wish_by_event", "wish", ["source", "event_id"])
    op.create_index("wish_by_number", "wish", ["number_index"])
    op.create_index("wish_by_state", "wish", ["state", "received_at"])


def downgrade() -> None:
    op.drop_table("wish")
