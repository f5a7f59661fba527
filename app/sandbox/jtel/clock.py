"""The clock of the sandbox's jtel. It stands in Berlin, as the shipped configuration says of the source `default`."""

from datetime import datetime
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Berlin")


def local_now() -> datetime:
    """jtel's local time, which it sends without an offset."""
    return datetime.now(ZONE).replace(tzinfo=None)


def stamp(moment: datetime) -> str:
    """As the documented AcdEvents show it: 2020-08-09T02:33:50.347."""
    return moment.isoformat(timespec="milliseconds")
