"""A record as it is sent to Salesforce."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from app.domain.record import Record, Ref, Value

# Where a composite call puts in what its earlier parts have answered, whoever has written it there.
_REFERENCE = "@{"


@dataclass(frozen=True)
class SentRecord:
    """`fields` hold JSON values by name, with ids in the place of refs and without the external id.

    `looked_up` are those whose id was looked up: they were refs.
    """

    object: str
    fields: Mapping[str, Any]
    external_id: str
    looked_up: frozenset[str] = frozenset()

    @classmethod
    def of(cls, record: Record, fields: Mapping[str, Value], external_id: str) -> "SentRecord":
        """The record with these `fields`, in which an id stands in the place of each ref."""
        looked_up = frozenset(name for name, value in record.fields.items() if isinstance(value, Ref))
        return cls(record.object, {name: to_json(value) for name, value in fields.items()}, external_id, looked_up)

    @property
    def auto_assign(self) -> str:
        """The header `Sforce-Auto-Assign`."""
        # Salesforce's own default is TRUE, and it overrides the owner that the record names.
        return "FALSE" if "OwnerId" in self.fields else "TRUE"

    @property
    def headers(self) -> dict[str, str]:
        """What is sent with it."""
        # A rule that merely warns an agent must not cost a callback.
        return {"Sforce-Auto-Assign": self.auto_assign, "Sforce-Duplicate-Rule-Header": "allowSave=true"}

    @property
    def goes_plainly(self) -> bool:
        """Whether it arrives letter by letter only outside of a composite call."""
        return any(holds_reference(value) for value in self.fields.values())

    def body(self, external_id_field: str) -> dict[str, Any]:
        """The record as JSON has it."""
        return {**self.fields, external_id_field: self.external_id}


def holds_reference(value: Value | None) -> bool:
    """Whether a composite call would read the text, or what stands in for the ref, as more than a text."""
    if isinstance(value, Ref):
        return holds_reference(value.otherwise)
    return isinstance(value, str) and _REFERENCE in value


def to_json(value: Value) -> Any:
    """A value as Salesforce reads it in JSON; a time in UTC."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")
    return value.isoformat() if isinstance(value, date) else value
