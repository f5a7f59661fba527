"""A callback: what a caller asked for, whichever way jtel encoded it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from app.domain.source import Source


@dataclass(frozen=True)
class Person:
    """A jtel user: the one who created the callback, or the one it is meant for."""

    id: int | None = None
    uid: str | None = None
    nick_name: str | None = None

    @property
    def label(self) -> str | None:
        """How people call this user: nick name, else UID, else id; nothing if the system is meant."""
        return self.nick_name or self.uid or (str(self.id) if self.id is not None else None)


@dataclass(frozen=True)
class Callback:
    """One request to be called back. Its identity is (source, event_id).

    Numbers are E.164 when they are valid numbers, else as sent. Times carry a zone. `subject` and `body` are plain
    text. `salesforce_id` is a well-formed id of 15 or 18 characters; a text in its place is in `user_data`.
    `sent` holds the documented fields under jtel's names, as text, for `when` and templates; `extra` the others.
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

    @property
    def external_id(self) -> str:
        """The value that makes the Case unique in Salesforce: `<source>-<event id>`."""
        return f"{self.source.name}-{self.event_id}"

    @property
    def requested_at(self) -> datetime:
        """When the caller asked: the end of the call or the creation of the event, else when it reached us."""
        return self.call_end or self.created or self.received_at

    @property
    def waited(self) -> timedelta | None:
        """How long the caller was in the phone system; nothing if unknown or if the clock went backwards."""
        if self.call_start is None or self.call_end is None:
            return None
        # In UTC: Python subtracts times of one zone by their clocks, and the clock may have been changed in between.
        waited = self.call_end.astimezone(UTC) - self.call_start.astimezone(UTC)
        return waited if waited >= timedelta(0) else None

    @property
    def ambiguous(self) -> bool:
        """Whether jtel found several records for the caller, so that none of them can be trusted."""
        return self.salesforce_query_result == 2
