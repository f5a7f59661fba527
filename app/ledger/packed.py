"""Values of several parts, and sentences, as text columns hold them."""

import json
from collections.abc import Iterable, Sequence

from app.domain.characters import storable
from app.domain.record import Dropped

# An answer says less; what a mapper says may have any length.
LONGEST_MESSAGE = 2_000
# Stands before and behind each id, so that one is not found in another.
_MARK = ","


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
