"""When a search for a telephone number finds one that is written differently."""

import re

FEWEST = 4
"""Fewer digits than these find only exactly themselves."""


def is_phone(text: str) -> bool:
    """Whether it has nothing but what numbers are written with."""
    return bool(re.fullmatch(r"[\d\s+()/.*-]*\d[\d\s+()/.*-]*", text))


def matches_phone(stored: str, wanted: str) -> bool:
    """By digits alone. The one sought may leave out what comes first: +49 or the 0 before an area code."""
    have, want = re.sub(r"\D", "", stored), re.sub(r"\D", "", wanted)
    if not want:
        return False
    if wanted.rstrip().endswith("*"):
        return have.startswith(want) or have.lstrip("0").startswith(want)
    if len(want) < FEWEST:
        return have == want
    # "(0)" is written between country and area code and is not dialled then.
    return have.endswith(want) or re.sub(r"\D", "", stored.replace("(0)", "")).endswith(want)
