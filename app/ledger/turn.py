"""Whose turn it is to write to an SQLite: its own lock is waited for by sleeping, and who sleeps longest may lose."""

import fcntl
import os
from contextlib import suppress
from pathlib import Path
from stat import S_IMODE


class Turn:
    """One process after the other, each woken at once: a lock on a file beside the database.

    The file is opened each time, so a fork shares nothing for longer than a round. Where it cannot be had SQLite's own
    lock is waited for, as commands of an older Ringback do.
    """

    def __init__(self, database: Path | None) -> None:
        self._database = database
        self._file: int | None = None

    def take(self) -> None:
        """Waits for its turn."""
        if self._database is not None:
            with suppress(OSError):
                self._file = _open(self._database)
                fcntl.flock(self._file, fcntl.LOCK_EX)

    def release(self) -> None:
        """It is the next one's turn."""
        if self._file is None:
            return
        # Closing is not enough: a process that was forked meanwhile has the same lock.
        fcntl.flock(self._file, fcntl.LOCK_UN)
        os.close(self._file)
        self._file = None


def _open(database: Path) -> int:
    path = database.with_name(f"{database.name}-turn")
    try:
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        file = os.open(path, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
    # Whoever may write to the database may take a turn, also if a command of root was the first.
    with suppress(OSError):
        status = database.stat()
        os.fchmod(file, S_IMODE(status.st_mode))
        os.fchown(file, status.st_uid, status.st_gid)
    return file
