"""In which objects a ref is looked up, and of which object an id is."""

from collections.abc import Mapping

from app.domain.record import Ref

_LOOKED_IN: Mapping[str, tuple[str, ...]] = {
    "queue": ("Group", "QueueSobject"),
    "user": ("User",),
    "record_type": ("RecordType",),
}
# Kinds that lead to another object than the first in which they are looked up.
_LEADS_TO: Mapping[str, str] = {"account_owner": "User"}
# Where a telephone number is looked for. A caller calls from their own telephone: neither the assistant's nor the fax.
_OF_CONTACTS = ("Phone", "MobilePhone", "HomePhone", "OtherPhone")
PHONE_FIELDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "contact": {"Contact": _OF_CONTACTS},
    "account": {"Account": ("Phone",)},
    # A query with more numbers would be too long to be sent.
    "open_case": {"Case": ("SuppliedPhone",), "Contact": ("Phone", "MobilePhone")},
    "account_owner": {"Account": ("Phone",), "Contact": _OF_CONTACTS},
}
# The kinds that are found by a telephone number, or by a field that the rule names.
CALLERS = tuple(PHONE_FIELDS)
LOOKUP = "lookup"
# The first three characters of an id.
PREFIXES = {"00G": "Group", "005": "User", "012": "RecordType", "003": "Contact", "001": "Account", "500": "Case"}


def looked_in(ref: Ref) -> tuple[str, ...]:
    """What our user has to read; the first of them has the field that `by` names."""
    if ref.kind == LOOKUP:
        return (ref.object or "",)
    phones = tuple(PHONE_FIELDS.get(ref.kind, ()))
    return _LOOKED_IN.get(ref.kind) or (phones if ref.by is None else phones[:1])


def leads_to(ref: Ref) -> str:
    """The object that a field has to refer to which holds the ref."""
    return _LEADS_TO.get(ref.kind) or looked_in(ref)[0]
