"""The keys of a ledger: its own for the number index and the marks of comments, made once, and the ids of those that
have encrypted in it.
"""

import secrets
from collections.abc import Sequence

from sqlalchemy import Connection, delete, select, update

from app.domain.errors import ConfigError
from app.ledger.database import Database
from app.ledger.seal import Seal
from app.ledger.tables import meta

_NAME = "index_key"
# Followed by the id of a key that may have encrypted something.
_USED = "used_key:"
# Between the id of the key that encrypts the index key, and that.
_SEPARATOR = ":"


def index_key(database: Database, seal: Seal | None = None) -> bytes:
    """The ledger's own key, encrypted in it where there is a seal.

    Raises `LedgerError`, and `ConfigError` when a key is not given that has encrypted something.
    """
    require_used_keys(database, seal)
    if seal is not None:
        _note_used(database, seal)
    stored = _read(database)
    if stored is None:
        # Whoever comes first makes it; the others find it.
        _keep(database, _NAME, _closed(secrets.token_hex(32), seal))
        stored = _read(database) or ""
    if seal is not None and not stored.startswith(seal.key_id + _SEPARATOR):
        # Plain until now, or encrypted with a key that was replaced.
        _replace(database, stored, _closed(_opened(stored, seal), seal))
    return bytes.fromhex(_opened(stored, seal))


def forget_replaced(database: Database, seal: Seal) -> None:
    """From now on only the key in force is needed. Raises `LedgerError`."""
    replaced = meta.c.name.startswith(_USED), meta.c.name != _USED + seal.key_id
    database.write(lambda connection: connection.execute(delete(meta).where(*replaced)))


def require_used_keys(database: Database, seal: Seal | None) -> None:
    """Raises `LedgerError`, and `ConfigError` when a key is not given that has encrypted something."""
    given = seal.ids if seal else []
    with database.read() as connection:
        missing = [key for key in _used(connection) if key not in given]
    if missing:
        raise ConfigError([_sentence(missing[0], given)])


def _sentence(missing: str, given: Sequence[str]) -> str:
    if not given:
        return (
            f"RINGBACK_ENCRYPTION_KEY is not set, but the ledger is encrypted with key {missing}. Give that key: "
            "without it nobody can read what is stored."
        )
    return (
        f"RINGBACK_ENCRYPTION_KEY: the ledger is encrypted with key {missing}, but given is {', '.join(given)}. Give "
        "that key too, behind the new one; `ringback rekey` ends the need for it."
    )


def _note_used(database: Database, seal: Seal) -> None:
    """Notes the key, before it encrypts anything."""
    with database.read() as connection:
        if seal.key_id in _used(connection):
            return
    _keep(database, _USED + seal.key_id, "")


def _keep(database: Database, name: str, value: str) -> None:
    """Stores the value, unless there is one of that name."""
    kept = database.insert(meta).values(name=name, value=value).on_conflict_do_nothing()
    database.write(lambda connection: connection.execute(kept))


def _used(connection: Connection) -> list[str]:
    names = connection.execute(select(meta.c.name).where(meta.c.name.startswith(_USED))).scalars()
    return [name.removeprefix(_USED) for name in names]


def _read(database: Database) -> str | None:
    with database.read() as connection:
        return connection.execute(select(meta.c.value).where(meta.c.name == _NAME)).scalar_one_or_none()


def _replace(database: Database, before: str, now: str) -> None:
    replaced = update(meta).where(meta.c.name == _NAME, meta.c.value == before).values(value=now)
    database.write(lambda connection: connection.execute(replaced))
    database.empty_journal()


def _closed(key: str, seal: Seal | None) -> str:
    return f"{seal.key_id}{_SEPARATOR}{seal.close(key.encode()).decode()}" if seal else key


def _opened(stored: str, seal: Seal | None) -> str:
    _, separator, token = stored.partition(_SEPARATOR)
    return seal.open(token.encode()).decode() if separator and seal else stored
