"""The spans of time that a list may be limited to."""

from datetime import UTC, datetime, timedelta, tzinfo
from math import isfinite

from app.translation import gettext_noop

TODAY, ALL = "today", "all"
DEFAULT = "7d"
HOURS = {"1h": 1, "24h": 24, DEFAULT: 7 * 24, "30d": 30 * 24}
SPANS = {
    "1h": gettext_noop("the last hour"),
    TODAY: gettext_noop("today"),
    "24h": gettext_noop("the last 24 hours"),
    DEFAULT: gettext_noop("the last 7 days"),
    "30d": gettext_noop("the last 30 days"),
    ALL: gettext_noop("all that is kept"),
}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Neither database nor calendar know of later ones.
_LATEST = datetime(9000, 1, 1, tzinfo=UTC).timestamp()


def beginning(span: str, now: float, zone: tzinfo) -> float | None:
    """When it began, in seconds since 1970; nothing for what has no beginning."""
    if span == TODAY:
        return datetime.fromtimestamp(now, zone).replace(hour=0, minute=0, second=0, microsecond=0).timestamp()
    return now - HOURS[span] * 3600 if span in HOURS else None


def moment(written: str, zone: tzinfo) -> float:
    """Seconds since 1970 of such seconds, or of a time such as 2026-11-21T10:42, which is one of the zone.

    Raises `ValueError`.
    """
    try:
        seconds = float(written)
    except ValueError:
        read = datetime.fromisoformat(written)
        local_time = read if read.tzinfo else read.replace(tzinfo=zone)
        seconds = (local_time - _EPOCH) / timedelta(seconds=1)
    if not isfinite(seconds) or not 0 <= seconds <= _LATEST:
        raise ValueError(written)
    return seconds
