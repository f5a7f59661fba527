"""The time, in the one form REST answers use."""

from datetime import UTC, datetime


def now() -> datetime:
    return datetime.now(UTC)


def stamp(moment: datetime | None = None) -> str:
    """A moment as Salesforce writes it: 2026-11-21T09:30:00.000+0000."""
    moment = (moment or now()).astimezone(UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}+0000"
