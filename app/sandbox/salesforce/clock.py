"""The time, in the one form REST answers use."""

from datetime import UTC, datetime


def now() -> datetime:
    return datetime.now(UTC)


def stamp(moment: datetime | None = None) -> str:
    """A moment as Salesforce keeps and writes it, in whole seconds: 2026-11-21T09:30:00.000+0000."""
    return f"{(moment or now()).astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000+0000"
