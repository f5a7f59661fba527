"""The record that jtel's IVR has found for the caller, in the place of a search for it."""

from app.domain.callback import Callback
from app.domain.record import Ref, Value

# Under this name a mapper tells the values of its fields what the IVR has found. No template can name it.
IVR_RECORD = "ivr record"
ID = "Id"
# By the first three characters of its id: what is found with it.
_KINDS = {
    "003": ("contact", "account_owner"),
    "001": ("account", "account_owner"),
    "500": ("open_case", "account_owner"),
}
# Of these the org is still asked: whether it is open, whose it is. If that leads nowhere it is searched for.
_ASKED = ("open_case", "account_owner")


def ivr_record(callback: Callback) -> str | None:
    """The id of the record; nothing when none was found, or several were."""
    return None if callback.ambiguous else callback.salesforce_id


def in_place_of(kind: str, search: Value | None, record_id: str | None, *, quiet: bool) -> Value | None:
    """What a search of this kind comes to where the IVR has found `record_id`: that one, if it leads there."""
    if record_id is None or kind not in _KINDS.get(record_id[:3], ()):
        return search
    return Ref(kind, record_id, ID, otherwise=search, quiet=quiet) if kind in _ASKED else record_id
