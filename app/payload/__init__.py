"""From the bytes that jtel sent to a `Callback`, or to a `ServedCall`. Pure: no I/O, no clock."""

from app.payload.decode import decode_text
from app.payload.event_ids import BODY_LIMIT, event_ids
from app.payload.read import read
from app.payload.sent_fields import sent_fields
from app.payload.served_call import read_served_call

__all__ = ["BODY_LIMIT", "decode_text", "event_ids", "read", "read_served_call", "sent_fields"]
