"""In which objects a ref is looked up, and of which object an id is."""

from collections.abc import Mapping

# The first of them is what a field refers to that holds such a ref.
LOOKED_IN: Mapping[str, tuple[str, ...]] = {
    "queue": ("Group", "QueueSobject"),
    "user": ("User",),
    "record_type": ("RecordType",),
    "contact": ("Contact",),
    "account": ("Account",),
}
# The first three characters of an id.
PREFIXES = {"00G": "Group", "005": "User", "012": "RecordType", "003": "Contact", "001": "Account", "500": "Case"}
