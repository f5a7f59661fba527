"""The tables, as an empty database gets them. Times are seconds since 1970.

`migrations/versions` make the same of an older Ringback's.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    and_,
    column,
    false,
)

metadata = MetaData()
# No row has a larger id.
LARGEST_ID = 2**63 - 1
_ID = BigInteger().with_variant(Integer, "sqlite")


def _index(name: str, *columns: str, where: ColumnElement[bool]) -> Index:
    """An index of the rows only that `where` describes.

    `migrate` says so to the database, since a database's own option would load what SQLAlchemy knows of it.
    """
    return Index(name, *columns, info={"where": where})


entry = Table(
    "entry",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("source", String(20), nullable=False),
    Column("event_id", String(50)),
    # Of what was not understood: the events that it names, each between commas. They are no part of its identity.
    Column("invalid_event_ids", String),
    Column("turn", Integer, nullable=False),
    Column("external_id", String(80)),
    Column("fingerprint", String),
    Column("state", String(10), nullable=False),
    Column("reason", String(40)),
    # What was said with the reason, as an answer says it: no values of a caller. It goes with the payload all the same.
    Column("message", String),
    Column("rule", String(60)),
    Column("object", String(80)),
    Column("record_id", String(18)),
    Column("record_number", String(40)),
    Column("org_id", String(18)),
    Column("body", LargeBinary, nullable=False),
    Column("query", LargeBinary, nullable=False),
    Column("number_index", String(64)),
    Column("request_id", String(64), nullable=False),
    Column("received_at", Double, nullable=False),
    Column("due_at", Double),
    Column("delivered_at", Double),
    Column("lease", String(32)),
    Column("lease_until", Double),
    Column("attempts", Integer, nullable=False, default=0),
    Column("promised", Boolean, nullable=False),
    Column("unknown", Boolean, nullable=False),
    # JSON: a list of {"field", "reason"}.
    Column("dropped", String),
    # JSON: a list of a message and the fields that it was said of. Apart, since an older Ringback knows only the above.
    Column("dropped_messages", String),
    # The entry whose Case got this callback as a comment.
    Column("merged_into", _ID),
    # Whether only a keyed mark tells its comment; what an older Ringback has received may have one that can be guessed.
    Column("keyed_mark", Boolean, nullable=False, server_default=false()),
    # Whether it never came by itself: it was taken in from jtel's list of events.
    Column("reconciled", Boolean, nullable=False, server_default=false()),
    # Since then there is no payload: body and query are empty, and no number leads here.
    Column("purged_at", Double),
    # The key that body and query are encrypted with; none where they are plain.
    Column("sealed_with", String(16)),
    # What a person has written in the place of what jtel sent, with a key of its own: that may have changed since. Then
    # `number_index` is that of the edit.
    Column("edited", LargeBinary),
    Column("edited_with", String(16)),
    Column("edited_at", Double),
    Column("original_number_index", String(64)),
    UniqueConstraint("source", "event_id", "turn", name="one_entry_for_an_event"),
    # What the engine asks for, and what `ringback list` shows.
    Index("entry_by_state", "state", "received_at"),
    Index("entry_by_number", "number_index", "received_at"),
    # The pages of a list: all that it is asked for, so that what is passed over is not read.
    Index("entry_by_time", "received_at", "id", "state", "source", "rule", "reason"),
    _index("entry_reconciled", "received_at", where=and_(column("reconciled", Boolean))),
    # What people name a callback by.
    Index("entry_by_request", "request_id"),
    _index("entry_by_record", "record_id", where=column("record_id").is_not(None)),
    _index("entry_by_record_number", "record_number", where=column("record_number").is_not(None)),
    _index("entry_by_invalid_event", "invalid_event_ids", where=column("invalid_event_ids").is_not(None)),
    # What `ringback list --dropped` shows, and the latest Cases of a rule.
    _index("entry_with_dropped", "received_at", where=column("dropped").is_not(None)),
    _index("entry_by_rule", "rule", "delivered_at", where=column("delivered_at").is_not(None)),
    _index(
        "entry_by_original_number",
        "original_number_index",
        "received_at",
        where=column("original_number_index").is_not(None),
    ),
    # What has a reason, counted by it.
    _index("entry_by_reason", "reason", "state", "received_at", where=column("reason").is_not(None)),
    # What a purge asks for, however many entries have been purged.
    _index("entry_with_payload", "state", "received_at", where=column("purged_at").is_(None)),
)

attempt = Table(
    "attempt",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("entry_id", _ID, ForeignKey("entry.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("started_at", Double, nullable=False),
    Column("ms", Integer, nullable=False),
    Column("runner", String(10), nullable=False),
    Column("outcome", String(10), nullable=False),
    Column("reason", String(40)),
    Column("message", String),
    Column("code", String(80)),
    Column("config", String(12), nullable=False),
    # JSON: what it has sent. It goes with the entry's payload; `sealed_with` is the key that it is encrypted with.
    Column("sent", LargeBinary),
    Column("sealed_with", String(16)),
    # Who asked for it, and why, in that person's words; these go with the payload.
    Column("asked_by", String(60)),
    Column("note", String),
)

# What the rules were: each configuration that was in force, by the hash that attempts name.
configuration = Table(
    "configuration",
    metadata,
    Column("hash", String(12), primary_key=True),
    # JSON: the texts of its files by their names, the YAML file first.
    Column("files", String, nullable=False),
    # When it was last known to be in force somewhere.
    Column("seen_at", Double, nullable=False),
)

# What a person wants done with many callbacks: planned, then asked for, then ended.
repair = Table(
    "repair",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("deed", String(10), nullable=False),
    # Whether each callback was chosen by itself.
    Column("named", Boolean, nullable=False),
    Column("asked_by", String(60), nullable=False),
    Column("note", String),
    Column("planned_at", Double, nullable=False, index=True),
    Column("asked_at", Double),
    Column("ended_at", Double),
    # JSON: a list of ids, which may be long, so it comes last. What comes after the plan is not among them.
    Column("entry_ids", String, nullable=False),
)

# What became of a callback in a repair; with `again_at` it is tried once more.
repaired = Table(
    "repaired",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("repair_id", _ID, ForeignKey("repair.id", ondelete="CASCADE"), nullable=False),
    Column("entry_id", _ID, nullable=False),
    Column("fate", String(20), nullable=False),
    Column("reason", String(40)),
    Column("message", String),
    Column("again_at", Double),
    UniqueConstraint("repair_id", "entry_id", name="repaired_once"),
)

# A call of somebody who had asked to be called back, and was served. `key` is the same for repeats of it.
served_call = Table(
    "served_call",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("source", String(20), nullable=False),
    Column("key", String(32), nullable=False, unique=True),
    Column("number_index", String(64), nullable=False, index=True),
    # When the agent took the call, and what a comment says of it.
    Column("called_at", Double, nullable=False),
    Column("said", LargeBinary, nullable=False),
    Column("sealed_with", String(16)),
    Column("request_id", String(64), nullable=False),
    Column("received_at", Double, nullable=False, index=True),
)

# A callback whose Case is to say so.
served_case = Table(
    "served_case",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("call_id", _ID, ForeignKey("served_call.id", ondelete="CASCADE"), nullable=False),
    Column("entry_id", _ID, ForeignKey("entry.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("state", String(10), nullable=False),
    Column("reason", String(40)),
    Column("attempts", Integer, nullable=False),
    Column("due_at", Double),
    Column("settled_at", Double),
    Column("lease", String(32)),
    Column("lease_until", Double),
    UniqueConstraint("call_id", "entry_id", name="one_note_for_a_callback"),
    # What the engine asks for.
    _index("served_case_open", "due_at", where=column("due_at").is_not(None)),
)

# What has to wait, and why: all callbacks (scope "org") or those of a rule (scope "rule:<name>").
pause = Table(
    "pause",
    metadata,
    Column("scope", String(70), primary_key=True),
    Column("reason", String(40), nullable=False),
    Column("message", String),
    Column("since", Double, nullable=False),
    Column("probe_at", Double, nullable=False),
    Column("probes", Integer, nullable=False),
)

# Which objects' external ids an org was last seen to keep unique, and when.
unique_index = Table(
    "unique_index",
    metadata,
    Column("org_id", String(18), primary_key=True),
    Column("object", String(80), primary_key=True),
    Column("field", String(80), primary_key=True),
    Column("seen_at", Double, nullable=False),
)

heartbeat = Table(
    "heartbeat",
    metadata,
    Column("engine", String(80), primary_key=True),
    Column("seen_at", Double, nullable=False),
)

# What Salesforce has asked jtel for, by the way back.
wish = Table(
    "wish",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("source", String(20), nullable=False),
    Column("case_id", String(18), nullable=False),
    # A keyed hash of what tells one wish of a Case from another.
    Column("wish_key", String(64), nullable=False),
    Column("state", String(14), nullable=False),
    # Of jtel's event, once it is known.
    Column("event_id", String(50)),
    Column("reason", String(40)),
    Column("message", String),
    # What was asked for, as JSON; empty once it is purged.
    Column("asked", LargeBinary, nullable=False),
    Column("sealed_with", String(16)),
    Column("number_index", String(64)),
    Column("request_id", String(64), nullable=False),
    Column("received_at", Double, nullable=False),
    Column("lease", String(32)),
    Column("lease_until", Double),
    Column("settled_at", Double),
    # When the callback came that jtel sends for the event.
    Column("arrived_at", Double),
    Column("purged_at", Double),
    UniqueConstraint("source", "case_id", "wish_key", name="wish_once"),
    Index("wish_by_event", "source", "event_id"),
    Index("wish_by_number", "number_index"),
    Index("wish_by_state", "state", "received_at"),
)

# What only one process of the whole fleet does at a time.
duty = Table(
    "duty",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("holder", String(80), nullable=False),
    Column("until", Double, nullable=False),
)

# How the latest run of a source's reconcile ended: well, or for a reason.
reconcile_run = Table(
    "reconcile_run",
    metadata,
    Column("source", String(20), primary_key=True),
    Column("ran_at", Double, nullable=False),
    Column("succeeded_at", Double),
    Column("reason", String(40)),
    Column("message", String),
)

# What is wrong just now, and which channel has been told.
incident = Table(
    "incident",
    metadata,
    Column("key", String(80), primary_key=True),
    Column("channel", String(10), primary_key=True),
    Column("text", String, nullable=False),
    Column("size", Integer, nullable=False),
    Column("began_at", Double, nullable=False),
    Column("seen_at", Double, nullable=False),
    Column("told_at", Double),
    Column("told_size", Integer, nullable=False),
    Column("try_at", Double, nullable=False),
    Column("tries", Integer, nullable=False),
)

# What people did with the console, and what they looked at. An entry may be gone before this is.
audit = Table(
    "audit",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("at", Double, nullable=False, index=True),
    Column("user", String(40), nullable=False),
    Column("role", String(10), nullable=False),
    Column("deed", String(20), nullable=False),
    Column("entry_id", _ID, index=True),
    # Why, in the words of who did it.
    Column("note", String),
    Column("request_id", String(64), nullable=False),
    # The address of the browser.
    Column("client", String(45)),
)

# How often somebody has tried to sign in to the console: the later `until` is, the more often.
sign_in_tries = Table(
    "sign_in_tries",
    metadata,
    Column("key", String(40), primary_key=True),
    Column("until", Double, nullable=False),
)

# Sessions of the console that were signed out, until they would have ended by themselves.
ended_session = Table(
    "ended_session",
    metadata,
    Column("session", String(64), primary_key=True),
    Column("until", Double, nullable=False),
)

# The key of the hashes, and which keys have encrypted payloads; see `keys`.
meta = Table("meta", metadata, Column("name", String(40), primary_key=True), Column("value", String, nullable=False))
