"""The clock of the sandbox's jtel."""

from datetime import datetime

from app.sandbox.shown_time import ZONE


def local_now() -> datetime:
    """jtel's local time, which it sends without an offset."""
    return datetime.now(ZONE).replace(tzinfo=None)


def stamp(moment: datetime) -> str:
    """As the documented AcdEvents show it: 2020-08-09T02:33:50.347."""
    return moment.isoformat(timespec="milliseconds")
