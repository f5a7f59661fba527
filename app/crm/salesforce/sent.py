"""A record as it is sent to Salesforce."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from app.domain.record import Value


@dataclass(frozen=True)
class Sent:
    """`fields` hold JSON values by name, with ids in the place of refs and without the external id.

    `looked_up` are those whose id was looked up: they were refs.
    """

    object: str
    fields: Mapping[str, Any]
    external_id: str
    looked_up: frozenset[str] = frozenset()

    @property
    def auto_assign(self) -> str:
        """The header `Sforce-Auto-Assign`."""
        # Salesforce's own default is TRUE, and it overrides the owner that the record names.
        return "FALSE" if "OwnerId" in self.fields else "TRUE"


def to_json(value: Value) -> Any:
    """A value as Salesforce reads it in JSON; a time in UTC."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")
    return value.isoformat() if isinstance(value, date) else value
