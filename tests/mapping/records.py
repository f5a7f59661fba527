"""Records as the files of tests hold them."""

from typing import Any

from app.domain.record import Record
from app.mapping.described import described


def as_json(record: Record) -> dict[str, Any]:
    """A record as JSON, with the messages of what failed."""
    return {**described(record), "failed": dict(record.failed)} if record.failed else described(record)
