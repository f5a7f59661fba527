"""The record that jtel's IVR found for the caller: which field of the Case takes it, told by the prefix of its id."""

from app.domain.callback import Callback

# The first three characters of a Salesforce id name the object.
FIELD_BY_PREFIX = {"003": "ContactId", "001": "AccountId", "500": "ParentId"}
NAME_BY_PREFIX = {"003": "contact", "001": "account", "500": "case", "00Q": "lead", "006": "opportunity"}


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
