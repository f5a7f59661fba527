"""The labels of the lines that tell of a callback: words of ours, and not a caller's."""

import re

LABELS = (
    "Call back",
    "Caller",
    "Called",
    "Numbers as sent",
    "Group",
    "Requested",
    "Call",
    "Subject",
    "Created by",
    "Meant for",
    "Record",
    "Note",
    "jtel event",
)
_LABEL = re.compile(rf"^(?:{'|'.join(LABELS)}): ", re.MULTILINE)


def without_labels(text: str) -> str:
    """What the lines say."""
    return _LABEL.sub("", text)
