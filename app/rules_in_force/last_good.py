"""The configuration that was last in force, for processes that are forked while the file is wrong."""

import os
from pathlib import Path

from app.memory import nameless_file


class LastGood:
    """Memory that all processes share that are forked from the one that made it; nothing of it is on a disk.

    gunicorn's master loads the configuration once. Without this, a worker that it starts anew while the file is wrong
    would go back to what was in force then, and map unlike the others.
    """

    def __init__(self) -> None:
        self._file = nameless_file("ringback-config")

    def keep(self, raw: bytes) -> None:
        """Replaces what was kept."""
        os.pwrite(self._file, raw, 0)
        os.ftruncate(self._file, len(raw))

    @property
    def path(self) -> Path | None:
        """Where it can be read like a file; none if nothing has been kept."""
        if not os.fstat(self._file).st_size:
            return None
        os.lseek(self._file, 0, os.SEEK_SET)
        return Path(f"/dev/fd/{self._file}")
