"""Ids of rows, as anybody may have written them."""

from app.ledger.tables import LARGEST_ID

_DIGITS = len(str(LARGEST_ID))


def read_id(written: str) -> int | None:
    """The id; nothing if no row can have it."""
    is_number = written.isascii() and written.isdigit() and len(written) <= _DIGITS
    return int(written) if is_number and int(written) <= LARGEST_ID else None
