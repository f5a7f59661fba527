"""Characters that cannot be stored: no database takes the first, and no encoding the others."""

import re

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """The text with U+FFFD in their place."""
    # Most texts hold neither, which Python sees at once.
    return text if text.isprintable() else UNSTORABLE.sub("\ufffd", text)
