"""Encrypts anew what is plain or encrypted with a key that was replaced. Each call is one short transaction."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, func, select, update

from app.ledger.codec import Codec
from app.ledger.database import Database
from app.ledger.tables import entry

# So many at a time keep no request waiting.
BATCH = 200


def count_others(database: Database, codec: Codec) -> int:
    """How many payloads are not encrypted with the key in force. Raises `LedgerError`."""
    wanted = select(func.count()).select_from(entry).where(*_others(codec))
    with database.read() as connection:
        return int(connection.execute(wanted).scalar_one())


def reseal(database: Database, codec: Codec, after: int) -> tuple[int, int]:
    """Encrypts a batch anew, of entries with higher ids than `after`; returns the highest of them, and how many.

    Raises `LedgerError`.
    """
    columns = entry.c.id, entry.c.body, entry.c.query, entry.c.sealed_with
    chosen = select(*columns).where(entry.c.id > after, *_others(codec)).order_by(entry.c.id).limit(BATCH)

    def encrypt(connection: Connection) -> tuple[int, int]:
        rows = connection.execute(chosen.with_for_update()).all()
        anew = [
            {
                "row": row.id,
                "body_anew": codec.encode(codec.decode(row.body, row.sealed_with)),
                "query_anew": codec.encode(codec.decode(row.query, row.sealed_with)),
            }
            for row in rows
        ]
        if anew:
            values: dict[str, Any] = {
                "body": bindparam("body_anew"),
                "query": bindparam("query_anew"),
                "sealed_with": codec.sealed_with,
            }
            connection.execute(update(entry).where(entry.c.id == bindparam("row")).values(values), anew)
        return (rows[-1].id if rows else after), len(rows)

    return database.write(encrypt)


def _others(codec: Codec) -> tuple[ColumnElement[bool], ...]:
    return entry.c.purged_at.is_(None), entry.c.sealed_with.is_distinct_from(codec.sealed_with)
