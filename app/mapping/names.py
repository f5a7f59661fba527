"""The names that a template may use: jtel's own, and friendly ones with normalised values."""

from typing import Any

from jinja2 import Undefined

from app.domain.callback import Callback
from app.domain.jtel_fields import JTEL_FIELDS
from app.mapping.related import related_field
from app.mapping.summary import summarize

FRIENDLY = (
    "source",
    "event_id",
    "event_type",
    "caller",
    "callback_number",
    "service_number",
    "service_name",
    "group_id",
    "group_name",
    "group_foreign_id",
    "call_start",
    "call_end",
    "waited",
    "requested_at",
    "received_at",
    "subject",
    "body",
    "creating_user",
    "target_user",
    "salesforce_id",
    "salesforce_query_result",
    "user_data",
    "extra",
    "summary",
)


KNOWN_NAMES = frozenset({*FRIENDLY, *JTEL_FIELDS})


class Extra(dict[str, Any]):
    """Fields that jtel does not document: one that is not there today is nothing, and no error."""

    def __missing__(self, key: str) -> Undefined:
        return Undefined(name=key)


def names_of(callback: Callback) -> dict[str, Any]:
    """Every name that a template may use, with its value for this callback; nothing that jtel left out is missing."""
    friendly = {name: getattr(callback, name) for name in FRIENDLY if hasattr(callback, name)}
    return {
        **callback.sent,
        **friendly,
        "source": callback.source.name,
        "creating_user": callback.creating_user.label,
        "target_user": callback.target_user.label,
        "extra": Extra(callback.extra),
        "summary": summarize(callback, linked=related_field(callback) is not None),
    }
