"""An entry as its row holds it, and values of several parts and sentences as text columns hold them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import Boolean

from app.domain.characters import storable
from app.domain.entry import Entry, State
from app.domain.record import Dropped
from app.ledger.codec import Codec
from app.ledger.errors import LedgerError
from app.ledger.tables import entry

_NAMES = [field.name for field in fields(Entry)]
_PAYLOAD = ("body", "query")
# All that a decision goes by: a payload may be large, and costs its decryption.
_STATE = [name for name in _NAMES if name not in (*_PAYLOAD, "edited")]
STATE_COLUMNS = [*(entry.c[name] for name in _STATE), entry.c.dropped_messages]
COLUMNS = [*(entry.c[name] for name in _NAMES), entry.c.sealed_with, entry.c.edited_with, entry.c.dropped_messages]
_KNOWN = frozenset(_NAMES)
# SQLite has numbers for them.
_FLAGS = [name for name in _STATE if isinstance(entry.c[name].type, Boolean)]
# An answer says less; what a mapper says may have any length.
LONGEST_MESSAGE = 2_000
# Stands before and behind each id, so that one is not found in another.
_MARK = ","


class Rows:
    """The rows of one ledger, whose payloads go through its `codec`."""

    def __init__(self, codec: Codec) -> None:
        self._codec = codec

    def entry(self, row: Any) -> Entry:
        """Of a row of `COLUMNS`. Raises `LedgerError` if it is damaged, or its payload cannot be decrypted."""
        *values, sealed_with, edited_with, messages = row
        read = dict(zip(_NAMES, values, strict=True))
        for name in _PAYLOAD:
            read[name] = self._codec.decode(read[name], sealed_with)
        read["edited"] = self._codec.decode(read["edited"] or b"", edited_with)
        return _entry(read, messages)

    def state(self, row: Sequence[Any]) -> Entry:
        """Of a row of `STATE_COLUMNS`, as the driver gives it: the entry without its payload. Raises `LedgerError`."""
        *values, messages = row
        read = dict(zip(_STATE, values, strict=True), body=b"", query=b"")
        for name in _FLAGS:
            read[name] = bool(read[name])
        return _entry(read, messages)

    def received(self, new: Mapping[str, Any], row: Sequence[Any]) -> Entry:
        """Of what has just been stored, and the id, time and end of the lease that its row has got."""
        entry_id, received_at, lease_until = row
        times = {"id": entry_id, "received_at": received_at, "lease_until": lease_until}
        return _with({**known(new), **times})

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
        if "edited" in stored:
            stored |= {"edited": self._codec.encode(change["edited"]), "edited_with": self._codec.sealed_with}
        return stored

    def line(self, attempted: Mapping[str, Any]) -> dict[str, Any]:
        """An attempt's values as the columns of its table hold them."""
        sent = attempted["sent"]
        sealed = {"sent": self._codec.encode(sent), "sealed_with": self._codec.sealed_with} if sent else {}
        said = {name: pack_message(attempted[name]) for name in ("message", "note")}
        return {**attempted, "sealed_with": None, **sealed, **said}

    def sent(self, row: Any) -> bytes | None:
        """What the attempt of this row has sent; nothing if that is not kept. Raises `LedgerError`."""
        return self._codec.decode(row.sent, row.sealed_with) if row.sent is not None else None


def known(change: Mapping[str, Any]) -> dict[str, Any]:
    """The values that an entry has as well; some columns are only in its row."""
    return {name: value for name, value in change.items() if name in _KNOWN}


def changed(before: Entry, change: Mapping[str, Any]) -> Entry:
    """The entry after the change."""
    return _with({**vars(before), **known(change)})


def pack_message(message: str | None) -> str | None:
    """The sentence, cut and without characters that cannot be stored."""
    return storable(message)[:LONGEST_MESSAGE] if message else None


def pack_dropped(dropped: Sequence[Dropped]) -> dict[str, str | None]:
    """The columns of what was dropped. Many fields share a message, so each stands once."""
    fields = [{"field": one.field, "reason": one.reason} for one in dropped]
    said: dict[str, list[str]] = {}
    for one in dropped:
        message = pack_message(one.message)
        if message:
            said.setdefault(message, []).append(one.field)
    return {
        "dropped": json.dumps(fields) if fields else None,
        "dropped_messages": json.dumps([*said.items()]) if said else None,
    }


def unpack_dropped(fields: str | None, messages: str | None) -> tuple[Dropped, ...]:
    """What was dropped, of the two columns."""
    if not fields:
        return ()
    by_field = {name: message for message, names in json.loads(messages or "[]") for name in names}
    return tuple(Dropped(one["field"], one["reason"], by_field.get(one["field"])) for one in json.loads(fields))


def pack_ids(ids: Iterable[str]) -> str | None:
    """The column of event ids."""
    joined = _MARK.join(ids)
    return f"{_MARK}{joined}{_MARK}" if joined else None


def unpack_ids(stored: str | None) -> tuple[str, ...]:
    """The event ids of the column."""
    return tuple(one for one in (stored or "").split(_MARK) if one)


def _entry(values: dict[str, Any], messages: str | None) -> Entry:
    try:
        values["state"] = State(values["state"])
        values["dropped"] = unpack_dropped(values["dropped"], messages)
        values["invalid_event_ids"] = unpack_ids(values["invalid_event_ids"])
    except (ValueError, TypeError, KeyError) as error:
        raise LedgerError(f"row {values['id']} is damaged") from error
    return _with(values)


def _with(values: Mapping[str, Any]) -> Entry:
    """The entry with these values; its class has the defaults. `Entry(…)` sets one by one, ten times as slowly."""
    entry = object.__new__(Entry)
    vars(entry).update(values)
    return entry
