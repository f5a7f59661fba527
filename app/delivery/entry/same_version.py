"""Tells a repeat of a callback from an update of it, without keeping what it says."""

import json

from app.domain.entry import Entry


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
