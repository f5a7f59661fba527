"""The API versions that are served."""

import re

from app.sandbox.salesforce.errors import error, not_found

OLDEST, NEWEST = 31, 68
RETIRED = range(21, 31)
"""For these REST answers 410; for older ones and for those to come 404."""
SEASONS = ("Winter", "Spring", "Summer")
WINTER, WINTER_YEAR = 68, 27
"""Version 68 is Winter '27; three come each year, and each year begins with its winter."""
UPSERT_TELLS = 46
"""From this version on an upsert tells whether the record is new; the upsert of collections begins with it."""


def list_versions() -> list[dict[str, str]]:
    """What /services/data answers."""
    return [_version(number) for number in range(OLDEST, NEWEST + 1)]


def version_of(path: str) -> str:
    """The version a path names, `66.0`; NOT_FOUND or GONE for one that is not served."""
    match = re.match(r"/services/data/v(\d+)\.0(?=[/?]|$)", path)
    if match is None:
        raise not_found()
    number = int(match[1])
    if number in RETIRED:
        raise error(410, "GONE", f"API version {number}.0 is no longer available")
    if not OLDEST <= number <= NEWEST:
        raise not_found()
    return f"{number}.0"


def _version(number: int) -> dict[str, str]:
    years, season = divmod(number - WINTER, len(SEASONS))
    label = f"{SEASONS[season]} '{WINTER_YEAR + years}"
    return {"label": label, "url": f"/services/data/v{number}.0", "version": f"{number}.0"}
