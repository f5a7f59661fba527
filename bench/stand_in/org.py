"""The records of the org: an SQLite in memory, whose unique index keeps a second external id out."""

import re
import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

EXTERNAL_ID = "jtel_AcdEventsID__c"
_OBJECTS: Mapping[str, tuple[str, ...]] = {
    "Case": ("Id", "CaseNumber", EXTERNAL_ID, "Subject", "Description", "OwnerId", "ParentId", "IsClosed"),
    "CaseComment": ("Id", "ParentId", "CommentBody"),
}
_PREFIXES = {"Case": "500", "CaseComment": "00a"}
# A page of Salesforce's has no more.
_MOST_ROWS = 2000
_IN_SOQL = re.compile(
    r"""(?P<text>'(?:[^'\\]|\\.)*') | (?P<time>\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d{4})) | (?P<object>\bFROM\s+\w+)""",
    re.VERBOSE,
)


class DuplicateValueError(Exception):
    """There is a record with this external id."""


class Org:
    """Used by one thread."""

    def __init__(self) -> None:
        self._sqlite = sqlite3.connect(":memory:", isolation_level=None)
        self._sqlite.row_factory = sqlite3.Row
        self._last = 0
        self.reset()

    def close(self) -> None:
        """Forgets everything for good."""
        self._sqlite.close()

    def reset(self) -> None:
        """Forgets all records."""
        for name, columns in _OBJECTS.items():
            fields = ", ".join(f"{one} TEXT{' UNIQUE' if one in ('Id', EXTERNAL_ID) else ''}" for one in columns)
            self._sqlite.execute(f'DROP TABLE IF EXISTS "{name}"')
            self._sqlite.execute(f'CREATE TABLE "{name}" ({fields}, CreatedDate TEXT)')

    def create(self, name: str, fields: Mapping[str, Any]) -> str:
        """The id of a new record; fields that nobody asks for are not kept. Raises `DuplicateValueError`."""
        kept = {one: fields[one] for one in _OBJECTS[name] if fields.get(one) is not None}
        self._last += 1
        kept["Id"] = f"{_PREFIXES[name]}{self._last:012d}AAA"
        kept["CreatedDate"] = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")
        if name == "Case":
            kept["CaseNumber"] = f"{self._last:08d}"
        columns, places = ", ".join(kept), ", ".join("?" * len(kept))
        try:
            self._sqlite.execute(f'INSERT INTO "{name}" ({columns}) VALUES ({places})', tuple(kept.values()))
        except sqlite3.IntegrityError:
            raise DuplicateValueError(self.by(name, EXTERNAL_ID, fields[EXTERNAL_ID], ["Id"])["Id"]) from None
        return str(kept["Id"])

    def by(self, name: str, field: str, value: str, wanted: list[str]) -> dict[str, Any]:
        """The wanted fields of a record. Raises `KeyError` if there is none."""
        columns = ", ".join(wanted)
        row = self._sqlite.execute(f'SELECT {columns} FROM "{name}" WHERE {field} = ?', (value,)).fetchone()
        if row is None:
            raise KeyError(value)
        return {"attributes": {"type": name}, **dict(row)}

    def query(self, soql: str) -> list[dict[str, Any]]:
        """The rows of a query. Raises `sqlite3.Error` where it is more than SQLite understands."""
        objects: list[str] = []

        def as_sql(part: re.Match[str]) -> str:
            if part["text"]:
                return part["text"].replace("\\'", "''").replace("\\\\", "\\")
            if part["time"]:
                return f"'{part['time']}'"
            objects.append(part["object"].split()[1])
            return f'FROM "{objects[-1]}"'

        sql = re.sub(r"(!?)=\s*null\b", lambda found: "IS NOT NULL" if found[1] else "IS NULL", soql)
        rows = self._sqlite.execute(_IN_SOQL.sub(as_sql, sql)).fetchmany(_MOST_ROWS)
        return [{"attributes": {"type": objects[0]}, **dict(row)} for row in rows]

    def count(self, name: str) -> int:
        """How many records there are of an object."""
        return int(self._sqlite.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0])

    def external_ids(self) -> list[str]:
        """Those of all Cases."""
        return [row[0] for row in self._sqlite.execute(f'SELECT {EXTERNAL_ID} FROM "Case" ORDER BY rowid')]
