"""The labels of the lines that tell of a callback: words of ours, and not a caller's."""

import re

from app.translation import gettext_noop, in_every_language

LABELS = (
    gettext_noop("Call back"),
    gettext_noop("Caller"),
    gettext_noop("Called"),
    gettext_noop("Numbers as sent"),
    gettext_noop("Group"),
    gettext_noop("Requested"),
    gettext_noop("Call"),
    gettext_noop("Subject"),
    gettext_noop("Created by"),
    gettext_noop("Meant for"),
    gettext_noop("Record"),
    gettext_noop("Note"),
    gettext_noop("jtel event"),
)


def without_labels(text: str) -> str:
    """What the lines say, in whatever language their labels are."""
    known = "|".join(re.escape(said) for label in LABELS for said in in_every_language(label))
    return re.sub(rf"^(?:{known}): ", "", text, flags=re.MULTILINE)
