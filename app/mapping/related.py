"""The record that jtel's IVR found for the caller: which field of the Case takes it, told by the prefix of its id."""

from collections.abc import Mapping

from app.domain.callback import Callback
from app.domain.record import Ref, Value

# The first three characters of a Salesforce id name the object.
FIELD_BY_PREFIX = {"003": "ContactId", "001": "AccountId", "500": "ParentId"}
NAME_BY_PREFIX = {"003": "contact", "001": "account", "500": "case", "00Q": "lead", "006": "opportunity"}
# Refs of these kinds look for the caller by their telephone number.
SEARCHES = ("contact", "account")


def related_field(callback: Callback) -> tuple[str, str] | None:
    """The Case's field and the id for it; nothing when there is no id, no field for it, or several matched."""
    if callback.salesforce_id is None or callback.ambiguous:
        return None
    field = FIELD_BY_PREFIX.get(callback.salesforce_id[:3])
    return (field, callback.salesforce_id) if field else None


def describe_related(callback: Callback) -> str | None:
    """What to tell the agent about the caller's record, where no field of the Case says it."""
    if callback.ambiguous:
        named = f" (jtel named {callback.salesforce_id})" if callback.salesforce_id else ""
        return f"several records match this caller, so none is linked{named}"
    if callback.salesforce_id:
        name = NAME_BY_PREFIX.get(callback.salesforce_id[:3], "record")
        return f"{name} {callback.salesforce_id}"
    return None


def is_search(value: Value | None) -> bool:
    """Whether the value is a ref that looks for the caller's record."""
    return isinstance(value, Ref) and value.kind in SEARCHES


def without_search(callback: Callback, values: Mapping[str, Value]) -> dict[str, Value]:
    """The fields without refs that look for the caller, unless jtel's IVR found nobody.

    When it found several, a search would find them too: what the rule takes `otherwise` is taken.
    """
    if callback.salesforce_id is None and not callback.ambiguous:
        return dict(values)
    others = {name: value for name, value in values.items() if not is_search(value)}
    if not callback.ambiguous:
        return others
    instead = {name: _otherwise(value) for name, value in values.items() if is_search(value)}
    return others | {name: value for name, value in instead.items() if value is not None}


def _otherwise(value: Value | None) -> Value | None:
    while isinstance(value, Ref) and is_search(value):
        value = value.otherwise
    return value
