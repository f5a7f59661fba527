"""Tells a repeat of a callback from an update of it, without keeping what it says."""

import json
from collections.abc import Callable

from app.domain.callback import Callback
from app.domain.entry import Entry

# What both forms of jtel know and what does not change by itself. Call times belong to it.
_PARTS: dict[str, Callable[[Callback], object]] = {
    "number": lambda callback: callback.callback_number,
    "service": lambda callback: callback.service_number,
    "group": lambda callback: callback.group_id,
    "subject": lambda callback: callback.subject,
    "body": lambda callback: callback.body,
    "target": lambda callback: callback.target_user.id,
    "record": lambda callback: callback.salesforce_id or callback.user_data,
    "start": lambda callback: callback.call_start,
    "end": lambda callback: callback.call_end,
}


def fingerprint(callback: Callback, digest: Callable[[str], str]) -> str:
    """A keyed hash of each part that is there, as JSON."""
    parts = {name: read(callback) for name, read in _PARTS.items()}
    return json.dumps({name: digest(str(value))[:12] for name, value in parts.items() if value is not None})


def same_version(known: Entry, body: bytes, query: bytes, hashes: str) -> bool:
    """Whether the entry has these very bytes, or says the same in all that both of them say.

    The bytes come first: a newer Ringback may read them differently, and the payload may be purged.
    """
    return (known.body, known.query) == (body, query) or not _differing(known.fingerprint, hashes)


def other_call(one: str | None, other: str | None) -> bool:
    """Whether both the caller and the start of the call differ: jtel has used an event id twice."""
    return {"number", "start"} <= _differing(one, other)


def _differing(one: str | None, other: str | None) -> set[str]:
    first, second = json.loads(one or "{}"), json.loads(other or "{}")
    # With the payload goes most of the hash: what is left is a part of the whole.
    return {
        name
        for name in first.keys() & second.keys()
        if not (first[name].startswith(second[name]) or second[name].startswith(first[name]))
    }
