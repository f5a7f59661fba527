"""From the bytes that jtel sent to a `Callback`. Pure: no I/O, no clock."""

from app.payload.event_ids import BODY_LIMIT, event_ids
from app.payload.read import read

__all__ = ["BODY_LIMIT", "event_ids", "read"]
