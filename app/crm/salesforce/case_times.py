"""Sets a field of a Case to a time, as the field's type wants it."""

import time
from datetime import datetime

from app.crm.case import CASE
from app.crm.salesforce.client import Client
from app.crm.salesforce.describe import describe
from app.crm.salesforce.sent import to_json
from app.domain.errors import CrmError
from app.domain.reasons import Reason
from app.domain.record import Value
from app.waiting import Deadline

# So long the type of a field is taken to be what it was.
KNOWN_SECONDS = 600.0
# Without it an assignment rule may give the Case to somebody else.
_HEADERS = {"Sforce-Auto-Assign": "FALSE"}


class CaseTimes:
    """Safe to use from many threads: at worst two of them ask."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._types: dict[str, tuple[float, str]] = {}

    def set_time(self, record_id: str, field: str, at: datetime, deadline: Deadline) -> None:
        """Sets the Case's field; doing so twice does no harm. Raises `CrmError`."""
        value = to_json(value_for(self._type_of(field, deadline), at))
        self._client.call("PATCH", f"sobjects/{CASE}/{record_id}", deadline, {field: value}, _HEADERS)

    def _type_of(self, name: str, deadline: Deadline) -> str:
        until, kind = self._types.get(name, (0.0, ""))
        if time.monotonic() < until:
            return kind
        field = describe(self._client, CASE, deadline).field(name)
        if field is None:
            raise CrmError(
                Reason.FIELD_UNKNOWN,
                f"{CASE} has no field {name}, or our user may not see it. Correct `served_callers.field` of the "
                "source, or give the user Edit Access to it.",
            )
        self._types[name] = time.monotonic() + KNOWN_SECONDS, field.type
        return field.type


def value_for(kind: str, at: datetime) -> Value:
    """What says this time in a field of this type: a checkbox only says that there was one. `at` is on a clock."""
    if kind == "datetime":
        return at
    if kind == "date":
        return at.date()
    return True if kind == "boolean" else f"{at:%Y-%m-%d %H:%M}"
