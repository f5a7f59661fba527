"""A callback: what a caller asked for, whichever way jtel encoded it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from app.domain.source import Source

# Both are frozen once they are made.
_set = object.__setattr__
# Longer ids would lose digits in JSON readers that take every number for a float.
_EXACT_DIGITS = 15


@dataclass(frozen=True)
class Person:
    """A jtel user: the one who created the callback, or the one it is meant for.

    `label` is how people call this user: nick name, else UID, else id; nothing if the system is meant.
    """

    id: int | None = None
    uid: str | None = None
    nick_name: str | None = None
    label: str | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        known = str(self.id) if self.id is not None else None
        _set(self, "label", self.nick_name or self.uid or known)


@dataclass(frozen=True)
class Callback:
    """One request to be called back. Its identity is (source, event_id).

    Numbers are E.164 when they are valid numbers, else as sent. Times carry a zone. `subject` and `body` are plain
    text. `salesforce_id` is a well-formed id of 15 or 18 characters; a text in its place is in `user_data`.
    `sent` holds the documented fields under jtel's names, as text, for `when` and templates; `extra` the others.

    What follows from these is known from the start: `external_id` makes the Case unique in Salesforce
    (`<source>-<event id>`). `requested_at` is when the caller asked: the end of the call or the creation of the event,
    else when it reached us. `ambiguous` says that jtel found several records, so that none of them can be trusted.
    """

    source: Source
    event_id: str
    received_at: datetime
    event_type: int | None = None
    caller: str | None = None
    callback_number: str | None = None
    service_number: str | None = None
    service_name: str | None = None
    group_id: int | None = None
    group_name: str | None = None
    group_foreign_id: str | None = None
    call_start: datetime | None = None
    call_end: datetime | None = None
    created: datetime | None = None
    subject: str | None = None
    body: str | None = None
    creating_user: Person = Person()
    target_user: Person = Person()
    salesforce_id: str | None = None
    salesforce_query_result: int | None = None
    user_data: str | None = None
    sent: Mapping[str, str | None] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)
    external_id: str = field(init=False, repr=False, compare=False)
    requested_at: datetime = field(init=False, repr=False, compare=False)
    ambiguous: bool = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        _set(self, "external_id", f"{self.source.name}-{self.event_id}")
        _set(self, "requested_at", self.call_end or self.created or self.received_at)
        _set(self, "ambiguous", self.salesforce_query_result == 2)

    @property
    def waited(self) -> timedelta | None:
        """How long the caller was in the phone system; nothing if unknown or if the clock went backwards."""
        if self.call_start is None or self.call_end is None:
            return None
        # In UTC: Python subtracts times of one zone by their clocks, and the clock may have been changed in between.
        waited = self.call_end.astimezone(UTC) - self.call_start.astimezone(UTC)
        return waited if waited >= timedelta(0) else None


def fingerprint(callback: Callback, digest: Callable[[str], str]) -> str:
    """A keyed hash of each part that is there, as JSON: it tells a repeat from an update. `digest` makes the hashes.

    The parts are what both forms of jtel know and what does not change by itself. Call times belong to it.
    """
    parts = {
        "number": callback.callback_number,
        "service": callback.service_number,
        "group": callback.group_id,
        "subject": callback.subject,
        "body": callback.body,
        "target": callback.target_user.id,
        "record": callback.salesforce_id or callback.user_data,
        "start": callback.call_start,
        "end": callback.call_end,
    }
    return json.dumps({name: digest(str(value))[:12] for name, value in parts.items() if value is not None})


def event_id_as_sent(event_id: str | None) -> int | str | None:
    """jtel's id of the event: a number where it is one."""
    if event_id is None or not (event_id.isascii() and event_id.isdigit()) or len(event_id) > _EXACT_DIGITS:
        return event_id
    return int(event_id)
