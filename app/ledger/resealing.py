"""Encrypts anew what is plain or encrypted with a key that was replaced. Each call is one short transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Table, bindparam, func, select, true, update

from app.ledger.codec import Codec
from app.ledger.database import Database
from app.ledger.tables import attempt, entry, served_call, wish

# So many at a time keep no request waiting.
BATCH = 200


@dataclass(frozen=True)
class Sealed:
    """The columns of a table that are encrypted, in the rows that are `there`, and that of the key's id."""

    table: Table
    columns: Sequence[Column[Any]]
    there: ColumnElement[bool]
    key: Column[Any]

    def others(self, codec: Codec) -> ColumnElement[bool]:
        """The rows that are not encrypted with the key in force."""
        return self.there & self.key.is_distinct_from(codec.sealed_with)


SEALED = (
    Sealed(entry, (entry.c.body, entry.c.query), entry.c.purged_at.is_(None), entry.c.sealed_with),
    Sealed(entry, (entry.c.edited,), entry.c.edited.is_not(None), entry.c.edited_with),
    Sealed(attempt, (attempt.c.sent,), attempt.c.sent.is_not(None), attempt.c.sealed_with),
    Sealed(wish, (wish.c.asked,), wish.c.purged_at.is_(None), wish.c.sealed_with),
    Sealed(served_call, (served_call.c.said,), true(), served_call.c.sealed_with),
)


def count_others(database: Database, codec: Codec) -> int:
    """How many payloads are not encrypted with the key in force. Raises `LedgerError`."""
    with database.read() as connection:
        return sum(
            int(connection.execute(select(func.count()).select_from(one.table).where(one.others(codec))).scalar_one())
            for one in SEALED
        )


def reseal(database: Database, codec: Codec, sealed: Sealed, after: int) -> tuple[int, int]:
    """Encrypts a batch anew, of rows with higher ids than `after`; returns the highest of them, and how many.

    Raises `LedgerError`.
    """
    table, names = sealed.table, [column.name for column in sealed.columns]
    chosen = select(table.c.id, sealed.key, *sealed.columns)
    chosen = chosen.where(table.c.id > after, sealed.others(codec)).order_by(table.c.id).limit(BATCH)
    values: dict[str, Any] = {**{name: bindparam(f"{name}_anew") for name in names}, sealed.key.name: codec.sealed_with}

    def anew(row: Any) -> dict[str, Any]:
        opened = {name: codec.decode(row._mapping[name], row._mapping[sealed.key.name]) for name in names}
        return {"row": row.id, **{f"{name}_anew": codec.encode(plain) for name, plain in opened.items()}}

    def encrypt(connection: Connection) -> tuple[int, int]:
        rows = connection.execute(chosen.with_for_update()).all()
        if rows:
            changed = update(table).where(table.c.id == bindparam("row")).values(values)
            connection.execute(changed, [anew(row) for row in rows])
        return (rows[-1].id if rows else after), len(rows)

    return database.write(encrypt)
