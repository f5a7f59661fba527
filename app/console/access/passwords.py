"""Whether a password is right. It takes as long for a name that nobody has."""

import secrets
import threading

from app.operations.console_settings import ConsoleUser

# Nobody's, made like those of the command.
_NOBODYS = f"scrypt:32768:8:1${secrets.token_hex(8)}${secrets.token_hex(64)}"
# Each hash takes 32 MB, so one is made at a time.
_TURN = threading.Lock()
TURN_SECONDS = 5.0
LONGEST = 1000


class BusyError(Exception):
    """Too many want to sign in at the same time."""


def is_right(user: ConsoleUser | None, password: str) -> bool:
    """Whether it is the password of this user. Raises `BusyError`."""
    # Loaded only where somebody signs in.
    from werkzeug.security import check_password_hash

    if not _TURN.acquire(timeout=TURN_SECONDS):
        raise BusyError
    try:
        right = check_password_hash(user.password if user else _NOBODYS, password[:LONGEST])
    finally:
        _TURN.release()
    return right and user is not None and len(password) <= LONGEST
