"""The key of the number index, made once for a ledger."""

import secrets
from contextlib import suppress

from sqlalchemy import insert, select

from app.ledger.database import ConflictError, Database
from app.ledger.tables import meta

_NAME = "index_key"


def index_key(database: Database) -> bytes:
    """The ledger's own key. Raises `LedgerError`."""
    known = _read(database)
    if known is None:
        # Whoever comes first makes it; the others find theirs refused.
        with suppress(ConflictError), database.write() as connection:
            connection.execute(insert(meta).values(name=_NAME, value=secrets.token_hex(32)))
        known = _read(database)
    return bytes.fromhex(known or "")


def _read(database: Database) -> str | None:
    with database.read() as connection:
        return connection.execute(select(meta.c.value).where(meta.c.name == _NAME)).scalar_one_or_none()
