"""A record: what is to be written into the CRM."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Ref:
    """A value that names something in the CRM (`kind` "queue", `name` "B2B Support"), resolved when writing."""

    kind: str
    name: str


Value = str | int | float | bool | date | datetime | Ref


@dataclass(frozen=True)
class Record:
    """An object's name and its fields. Fields without a value are left out; delivery adds the external id."""

    object: str
    fields: Mapping[str, Value]


@dataclass(frozen=True)
class Written:
    """A record that is in the CRM. `created` is false when it had been there before this attempt,
    `updated` true when what the caller changed has been added to it.

    `id` and `number` are unknown where the CRM does not let us read the record.
    """

    id: str | None
    number: str | None
    created: bool
    org_id: str | None = None
    updated: bool = False
