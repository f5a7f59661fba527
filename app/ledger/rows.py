"""An entry, as its row holds it."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import Boolean

from app.domain.entry import Entry, State
from app.ledger.codec import Codec
from app.ledger.errors import LedgerError
from app.ledger.packed import pack_dropped, pack_ids, pack_message, unpack_dropped, unpack_ids
from app.ledger.tables import entry

_NAMES = [field.name for field in fields(Entry)]
_PAYLOAD = ("body", "query")
# All that a decision goes by: a payload may be large, and costs its decryption.
_STATE = [name for name in _NAMES if name not in _PAYLOAD]
STATE_COLUMNS = [*(entry.c[name] for name in _STATE), entry.c.dropped_messages]
COLUMNS = [*(entry.c[name] for name in _NAMES), entry.c.sealed_with, entry.c.dropped_messages]
_KNOWN = frozenset(_NAMES)
# SQLite has numbers for them.
_FLAGS = [name for name in _STATE if isinstance(entry.c[name].type, Boolean)]


class Rows:
    """The rows of one ledger, whose payloads go through its `codec`."""

    def __init__(self, codec: Codec) -> None:
        self._codec = codec

    def entry(self, row: Any) -> Entry:
        """Of a row of `COLUMNS`. Raises `LedgerError` if it is damaged, or its payload cannot be decrypted."""
        *values, sealed_with, messages = row
        read = dict(zip(_NAMES, values, strict=True))
        for name in _PAYLOAD:
            read[name] = self._codec.decode(read[name], sealed_with)
        return _entry(read, messages)

    def state(self, row: Sequence[Any]) -> Entry:
        """Of a row of `STATE_COLUMNS`, as the driver gives it: the entry without its payload. Raises `LedgerError`."""
        *values, messages = row
        read = dict(zip(_STATE, values, strict=True))
        for name in _FLAGS:
            read[name] = bool(read[name])
        return _entry({**read, "body": b"", "query": b""}, messages)

    def received(self, new: Mapping[str, Any], row: Sequence[Any]) -> Entry:
        """Of what has just been stored, and the id, time and end of the lease that its row has got."""
        entry_id, received_at, lease_until = row
        times = {"id": entry_id, "received_at": received_at, "lease_until": lease_until}
        return Entry(**known(new), **times)

    def stored(self, change: Mapping[str, Any]) -> dict[str, Any]:
        """The values as the columns hold them."""
        stored = dict(change)
        if "state" in stored:
            stored["state"] = State(stored["state"]).value
        if "dropped" in stored:
            stored |= pack_dropped(stored["dropped"])
        if "message" in stored:
            stored["message"] = pack_message(stored["message"])
        if "invalid_event_ids" in stored:
            stored["invalid_event_ids"] = pack_ids(stored["invalid_event_ids"])
        if "body" in stored:
            stored |= {name: self._codec.encode(change[name]) for name in _PAYLOAD if name in change}
            stored["sealed_with"] = self._codec.sealed_with
        return stored


def known(change: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the values that an entry has, too; some columns only its row has."""
    return {name: value for name, value in change.items() if name in _KNOWN}


def _entry(values: dict[str, Any], messages: str | None) -> Entry:
    try:
        values["state"] = State(values["state"])
        values["dropped"] = unpack_dropped(values["dropped"], messages)
        values["invalid_event_ids"] = unpack_ids(values["invalid_event_ids"])
    except (ValueError, TypeError, KeyError) as error:
        raise LedgerError(f"row {values['id']} is damaged") from error
    return Entry(**values)
