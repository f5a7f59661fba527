"""A record: what is to be written into the CRM."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Union

from app.translation import ENGLISH

# What a callback becomes if nobody says otherwise.
CASE = "Case"
# What Salesforce calls the API name of a field.
FIELD_NAME = r"[A-Za-z][A-Za-z0-9_]*"


@dataclass(frozen=True)
class Ref:
    """A value that names something in the CRM (`kind` "queue", `name` "B2B Support"), resolved when writing.

    `by` says what it is found by where the kind knows several ways (a user: "nickname", "alias", …); nothing means
    the kind's usual one. A contact or account is found by a telephone number, or by the field that `by` names.
    `otherwise` is the value when none or several are found; without it the field is dropped, and that is told, unless
    the ref is `quiet`: then the field is just not sent. `of_caller` says that the name may be a caller's words, so that
    no message repeats it. A "lookup" looks for the name in the field `by` of any `object`; `is_number` says that the
    field holds numbers.
    """

    kind: str
    name: str
    by: str | None = None
    otherwise: "Value | None" = None
    of_caller: bool = dataclasses.field(default=False, compare=False)
    object: str | None = None
    is_number: bool = False
    quiet: bool = False


Value = Union[str, int, float, bool, date, datetime, Ref]  # noqa: UP007 (a Ref may hold a Value)


@dataclass(frozen=True)
class Record:
    """An object's name and its fields. Fields without a value are left out; delivery adds the external id.

    `require` are the fields without which the record is worth nothing: every other may be dropped when the CRM names
    it in a refusal. `cut` says of the fields whose text was shortened how many characters it had. `failed` are those
    whose value could not be made, each with the sentence that says why. What Ringback itself adds is in `language`.
    """

    object: str
    fields: Mapping[str, Value]
    require: frozenset[str] = frozenset()
    cut: Mapping[str, int] = field(default_factory=dict)
    failed: Mapping[str, str] = field(default_factory=dict)
    language: str = ENGLISH


@dataclass(frozen=True)
class Dropped:
    """A field that the record was written without, the word of the reason, and the sentence that was said with it."""

    field: str
    reason: str
    message: str | None = dataclasses.field(default=None, compare=False)


@dataclass(frozen=True)
class Outgoing:
    """A record as it was sent, its refs by name. `left_out` are the values of the fields that it lacks for a reason."""

    record: Record
    left_out: Mapping[str, Value | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Written:
    """A record that is in the CRM. `created` is false when it had been there before this attempt,
    `updated` true when what the caller changed has been added to it. `in_doubt` says that it had not surely been there
    before: an earlier try of this attempt, whose answer was lost, may have made it.

    `dropped` says which fields the CRM would not take. `id` and `number` are unknown where the CRM does not let us
    read the record. `object` is what it is, `sent` what this attempt has sent last, if any: the record, or a comment.
    """

    id: str | None
    number: str | None
    created: bool
    org_id: str | None = None
    updated: bool = False
    dropped: tuple[Dropped, ...] = ()
    in_doubt: bool = False
    object: str = CASE
    sent: Outgoing | None = field(default=None, compare=False, repr=False)
