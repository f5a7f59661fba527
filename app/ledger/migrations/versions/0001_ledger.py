"""The first ledger."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "entry",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("source", sa.String(20), nullable=False),
        sa.Column("event_id", sa.String(50)),
        sa.Column("turn", sa.Integer, nullable=False),
        sa.Column("external_id", sa.String(80)),
        sa.Column("fingerprint", sa.String),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("reason", sa.String(40)),
        sa.Column("rule", sa.String(60)),
        sa.Column("object", sa.String(80)),
        sa.Column("record_id", sa.String(18)),
        sa.Column("record_number", sa.String(40)),
        sa.Column("org_id", sa.String(18)),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("query", sa.LargeBinary, nullable=False),
        sa.Column("number_index", sa.String(64)),
        sa.Column("request_id", sa.String(64), nullable=False),
        sa.Column("received_at", sa.Double, nullable=False),
        sa.Column("due_at", sa.Double),
        sa.Column("delivered_at", sa.Double),
        sa.Column("lease", sa.String(32)),
        sa.Column("lease_until", sa.Double),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("promised", sa.Boolean, nullable=False),
        sa.Column("unknown", sa.Boolean, nullable=False),
        sa.UniqueConstraint("source", "event_id", "turn", name="one_entry_for_an_event"),
    )
    op.create_index("entry_by_state", "entry", ["state", "received_at"])
    op.create_index("entry_by_number", "entry", ["number_index"])
    op.create_table(
        "attempt",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("entry_id", _ID, sa.ForeignKey("entry.id", ondelete="CASCADE"), nullable=False),
        sa.Column("started_at", sa.Double, nullable=False),
        sa.Column("ms", sa.Integer, nullable=False),
        sa.Column("runner", sa.String(10), nullable=False),
        sa.Column("outcome", sa.String(10), nullable=False),
        sa.Column("reason", sa.String(40)),
        sa.Column("code", sa.String(80)),
        sa.Column("config", sa.String(12), nullable=False),
    )
    op.create_index("ix_attempt_entry_id", "attempt", ["entry_id"])
    op.create_table(
        "pause",
        sa.Column("scope", sa.String(70), primary_key=True),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("since", sa.Double, nullable=False),
        sa.Column("probe_at", sa.Double, nullable=False),
        sa.Column("probes", sa.Integer, nullable=False),
    )
    op.create_table(
        "heartbeat",
        sa.Column("engine", sa.String(80), primary_key=True),
        sa.Column("seen_at", sa.Double, nullable=False),
    )
    op.create_table(
        "meta", sa.Column("name", sa.String(40), primary_key=True), sa.Column("value", sa.String, nullable=False)
    )


def downgrade() -> None:
    for table in ("meta", "heartbeat", "pause", "attempt", "entry"):
        op.drop_table(table)
