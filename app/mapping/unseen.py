"""Blanks and other characters that cannot be seen, and that YAML and a comparison take for what they are."""

import re

_KINDS = {
    "\u00a0": "a no-break blank",
    "\u202f": "a no-break blank",
    "\u2007": "a no-break blank",
    "\u00ad": "a soft hyphen",
    "\u200b": "a blank without width",
    "\u200c": "a blank without width",
    "\u2060": "a blank without width",
    "\ufeff": "a blank without width",
}
_UNSEEN = re.compile("|".join(_KINDS))


def said_of_unseen(text: str, but: str = "") -> str | None:
    """What to tell of the first such character in `text` that is none of `but`."""
    found = next((one for one in _UNSEEN.finditer(text) if one[0] not in but), None)
    if found is None:
        return None
    before = text[: found.start()].split()
    where = f'behind "{before[-1]}"' if before else "at its beginning"
    return f"{_KINDS[found[0]]} (U+{ord(found[0]):04X}) stands {where}: take it out, or write a usual one"
