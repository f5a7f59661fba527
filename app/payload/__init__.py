"""From the bytes that jtel sent to a `Callback`. Pure: no I/O, no clock."""

from app.payload.read import read

__all__ = ["read"]
