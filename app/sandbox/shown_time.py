"""The one clock of the pages: it stands in Berlin, as the shipped configuration says of the source `default`."""

from datetime import datetime
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Berlin")


def shown_time(stamp: str) -> str:
    """A time as Salesforce (2026-11-21T09:30:00.000+0000) or jtel (without an offset) has it, for people."""
    moment = datetime.fromisoformat(stamp)
    local = moment.astimezone(ZONE) if moment.tzinfo else moment
    return f"{local:%Y-%m-%d %H:%M:%S}"
