"""The records of the sandbox in one SQLite file, safe with many threads and across restarts."""

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.disk import make_private, make_private_folder

TABLES = """
CREATE TABLE IF NOT EXISTS records (id TEXT PRIMARY KEY, object TEXT NOT NULL, deleted INTEGER NOT NULL,
                                    fields TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS records_by_object ON records (object);
CREATE TABLE IF NOT EXISTS keys (object TEXT, field TEXT, value TEXT, id TEXT, is_unique INTEGER,
                                 PRIMARY KEY (object, field, value, id)) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS unique_keys ON keys (object, field, value) WHERE is_unique;
CREATE INDEX IF NOT EXISTS keys_by_record ON keys (id);
CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS sessions (token TEXT PRIMARY KEY, user_id TEXT NOT NULL, last_active REAL NOT NULL,
                                     state TEXT NOT NULL);
"""
EVERYTHING = ("records", "keys", "counters", "settings", "sessions")


@dataclass(frozen=True)
class Key:
    """A value by which a record can be found; a unique one belongs to one record only."""

    field: str
    value: str
    unique: bool


@dataclass
class StoredRecord:
    """A row of an object."""

    object: str
    id: str
    fields: dict[str, Any] = field(default_factory=dict)
    deleted: bool = False


class DuplicateKeyError(Exception):
    """A unique value is taken."""

    def __init__(self, key: Key, owner_id: str) -> None:
        super().__init__(f"{key.field} is taken by {owner_id}")
        self.key = key
        self.owner_id = owner_id


class UndoError(Exception):
    """Undoes the transaction of an all-or-none call."""


class Store:
    """One connection behind one lock: SQLite has one writer anyway, and so a transaction is never torn."""

    def __init__(self, path: Path) -> None:
        make_private_folder(path.parent)
        make_private(path)
        self._lock = threading.RLock()
        self._depth = 0
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=30)
        # NORMAL: a killed process loses nothing, only a machine that loses its power might.
        self._db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;" + TABLES)

    def close(self) -> None:
        """Gives the file back."""
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; may be nested, an inner one is then undone alone."""
        with self._lock:
            name = f"level{self._depth}"
            self._db.execute(f"SAVEPOINT {name}" if self._depth else "BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
            except BaseException:
                self._depth -= 1
                self._undo(name)
                raise
            self._depth -= 1
            self._db.execute(f"RELEASE {name}" if self._depth else "COMMIT")

    def execute(self, sql: str, *values: Any) -> list[Any]:
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    def get(self, record_id: str) -> StoredRecord | None:
        rows = self.execute("SELECT object, id, fields, deleted FROM records WHERE id = ?", record_id)
        return _record(rows[0]) if rows else None

    def all(self, object_name: str, *, with_deleted: bool = False) -> list[StoredRecord]:
        """Every record of an object, oldest first."""
        rows = self.execute(
            "SELECT object, id, fields, deleted FROM records WHERE object = ? AND deleted <= ? ORDER BY id",
            object_name,
            int(with_deleted),
        )
        return [_record(row) for row in rows]

    def find(self, object_name: str, field_name: str, value: str) -> list[str]:
        """The ids of the records with this key."""
        rows = self.execute(
            "SELECT id FROM keys WHERE object = ? AND field = ? AND value = ? ORDER BY id",
            object_name,
            field_name,
            value,
        )
        return [row[0] for row in rows]

    def save(self, record: StoredRecord, keys: Iterable[Key]) -> None:
        """Write a record and its keys; `DuplicateKeyError` when a unique one is taken."""
        with self.transaction():
            self.execute("DELETE FROM keys WHERE id = ?", record.id)
            for key in keys:
                self._claim(record, key)
            self.execute(
                "INSERT OR REPLACE INTO records (id, object, deleted, fields) VALUES (?, ?, ?, ?)",
                record.id,
                record.object,
                int(record.deleted),
                json.dumps(record.fields),
            )

    def next_number(self, name: str) -> int:
        """1, 2, 3 … for each name."""
        rows = self.execute(
            "INSERT INTO counters VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value",
            name,
        )
        return int(rows[0][0])

    def read_setting(self, name: str) -> Any:
        rows = self.execute("SELECT value FROM settings WHERE name = ?", name)
        return json.loads(rows[0][0]) if rows else None

    def write_setting(self, name: str, value: Any) -> None:
        self.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", name, json.dumps(value))

    def clear(self) -> None:
        with self.transaction():
            for table in EVERYTHING:
                self.execute(f"DELETE FROM {table}")  # noqa: S608

    def _undo(self, name: str) -> None:
        if not self._depth:
            self._db.execute("ROLLBACK")
            return
        self._db.execute(f"ROLLBACK TO {name}")
        self._db.execute(f"RELEASE {name}")

    def _claim(self, record: StoredRecord, key: Key) -> None:
        try:
            self.execute(
                "INSERT INTO keys VALUES (?, ?, ?, ?, ?)",
                record.object,
                key.field,
                key.value,
                record.id,
                int(key.unique),
            )
        except sqlite3.IntegrityError:
            raise DuplicateKeyError(key, self.find(record.object, key.field, key.value)[0]) from None


def _record(row: tuple[str, str, str, int]) -> StoredRecord:
    return StoredRecord(object=row[0], id=row[1], fields=json.loads(row[2]), deleted=bool(row[3]))
