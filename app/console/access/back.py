"""Where somebody goes on who was on their way to a page."""

import re

FIRST = "/console/"
# Only what our own pages are called, and no way out of them: no host, no `..`, no line end.
_STEP = r"[\w.~%-]+"
_WITHIN = re.compile(
    rf"/console/(?![^?]*(?:\.\.|%2[ef]))(?:{_STEP}(?:/{_STEP})*)?(?:\?[\w&=+.,:*@!~%/-]*)?", re.ASCII | re.IGNORECASE
)


def back(wanted: str | None) -> str:
    """The page that was wanted, if it is one of the console, else its first."""
    return wanted if wanted and _WITHIN.fullmatch(wanted) and "/sign-" not in wanted else FIRST
