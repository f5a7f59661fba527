"""What the sandbox's jtel keeps in SQLite: events, master data, and the log of what it sent."""

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.disk import make_private, make_private_folder

TABLES = """
CREATE TABLE IF NOT EXISTS jtel_events (id INTEGER PRIMARY KEY, created TEXT NOT NULL, sender TEXT NOT NULL,
                                        fields TEXT NOT NULL, call TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS jtel_events_by_created ON jtel_events (created, id);
CREATE INDEX IF NOT EXISTS jtel_events_by_sender ON jtel_events (sender);
CREATE TABLE IF NOT EXISTS jtel_records (kind TEXT NOT NULL, id INTEGER NOT NULL, fields TEXT NOT NULL,
                                         PRIMARY KEY (kind, id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS jtel_sent (id INTEGER PRIMARY KEY, event_id INTEGER, line TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS jtel_sent_by_event ON jtel_sent (event_id);
"""
EVERYTHING = ("jtel_events", "jtel_records", "jtel_sent")
PAGE = 1000
Fields = dict[str, Any]


@dataclass(frozen=True)
class StoredEvent:
    """An AcdEvent as the REST API shows it, and what only the call knew."""

    fields: Fields
    call: Fields

    @property
    def id(self) -> int:
        return int(self.fields["ID"])


class JtelStore:
    """One connection behind one lock, beside that of the Salesforce side."""

    def __init__(self, path: Path) -> None:
        make_private_folder(path.parent)
        make_private(path)
        self.lock = threading.RLock()
        """Whoever reads and then writes holds it."""
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=30)
        self._db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;" + TABLES)

    def save_events(self, events: Iterable[StoredEvent]) -> None:
        """Write events, new or changed, all in one transaction."""
        self.fill({}, events)

    def fill(self, kinds: Mapping[str, Iterable[Fields]], events: Iterable[StoredEvent]) -> None:
        """Write records of these kinds and events, new or changed, all in one transaction."""
        records = [_record(kind, fields) for kind, rows in kinds.items() for fields in rows]
        rows = [_row(event) for event in events]
        with self.lock:
            # Commits, or takes it all back. `with` alone would commit after each row here.
            self._db.execute("BEGIN IMMEDIATE")
            with self._db:
                self._db.executemany("INSERT OR REPLACE INTO jtel_records VALUES (?, ?, ?)", records)
                self._db.executemany("INSERT OR REPLACE INTO jtel_events VALUES (?, ?, ?, ?, ?)", rows)

    def event(self, event_id: int) -> StoredEvent | None:
        found = self._rows("SELECT fields, call FROM jtel_events WHERE id = ?", event_id)
        return _event(found[0]) if found else None

    def events_of(self, sender: str) -> list[StoredEvent]:
        """All events of this sender, oldest first."""
        return [_event(row) for row in self._rows("SELECT fields, call FROM jtel_events WHERE sender = ?", sender)]

    def newest_events(self, count: int) -> list[StoredEvent]:
        rows = self._rows("SELECT fields, call FROM jtel_events ORDER BY created DESC, id DESC LIMIT ?", count)
        return [_event(row) for row in rows]

    def events_as_json(self) -> Iterator[str]:
        """The JSON of each event, ordered by dtCreated, with never more than a page of them in memory."""
        after: tuple[str, int] = ("", 0)
        while rows := self._rows(
            "SELECT created, id, fields FROM jtel_events WHERE (created, id) > (?, ?) ORDER BY created, id LIMIT ?",
            *after,
            PAGE,
        ):
            yield from (row[2] for row in rows)
            after = rows[-1][:2]

    def last_event_id(self) -> int:
        return int(self._rows("SELECT coalesce(max(id), 0) FROM jtel_events")[0][0])

    def all(self, kind: str, order_by: str = "ID") -> list[Fields]:
        """The records of a kind, in the order of a field."""
        rows = self._rows("SELECT fields FROM jtel_records WHERE kind = ?", kind)
        return sorted((json.loads(row[0]) for row in rows), key=lambda fields: fields[order_by])

    def get(self, kind: str, record_id: int) -> Fields | None:
        rows = self._rows("SELECT fields FROM jtel_records WHERE kind = ? AND id = ?", kind, record_id)
        return dict(json.loads(rows[0][0])) if rows else None

    def save(self, kind: str, fields: Mapping[str, Any]) -> None:
        self._rows("INSERT OR REPLACE INTO jtel_records VALUES (?, ?, ?)", *_record(kind, fields))

    def delete(self, kind: str, record_id: int) -> None:
        self._rows("DELETE FROM jtel_records WHERE kind = ? AND id = ?", kind, record_id)

    def note_sent(self, event_id: int | None, line: Fields) -> None:
        self._rows("INSERT INTO jtel_sent (event_id, line) VALUES (?, ?)", event_id, json.dumps(line))

    def sent(self, count: int) -> list[Fields]:
        """The latest lines of the log, newest first."""
        rows = self._rows("SELECT line FROM jtel_sent ORDER BY id DESC LIMIT ?", count)
        return [json.loads(row[0]) for row in rows]

    def last_sent(self, event_id: int) -> Fields | None:
        rows = self._rows("SELECT line FROM jtel_sent WHERE event_id = ? ORDER BY id DESC LIMIT 1", event_id)
        return dict(json.loads(rows[0][0])) if rows else None

    def clear(self) -> None:
        with self.lock:
            for table in EVERYTHING:
                self._rows(f"DELETE FROM {table}")  # noqa: S608

    def _rows(self, sql: str, *values: Any) -> list[Any]:
        with self.lock, suppress(OverflowError):
            return self._db.execute(sql, values).fetchall()
        # Nothing has an id that SQLite cannot hold.
        return []


def _record(kind: str, fields: Mapping[str, Any]) -> tuple[Any, ...]:
    return kind, fields["ID"], json.dumps(fields)


def _row(event: StoredEvent) -> tuple[Any, ...]:
    fields = event.fields
    return event.id, fields["dtCreated"], fields["Sender"], json.dumps(fields), json.dumps(event.call)


def _event(row: tuple[str, str]) -> StoredEvent:
    return StoredEvent(json.loads(row[0]), json.loads(row[1]))
