"""Notices that the file of an SQLite is no longer the one that was opened: what is written to that one is lost."""

from contextlib import suppress
from pathlib import Path
from stat import S_IMODE

from sqlalchemy.engine import URL

_Identity = tuple[int, int]


class SqliteFile:
    """An SQLite goes on with the file that it has open, whatever became of its name."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self._opened: _Identity | None = None

    @classmethod
    def of(cls, url: URL) -> "SqliteFile | None":
        """None where no file can be told: in memory, or named by a URI of SQLite's own."""
        name = url.database or ":memory:"
        return None if name.startswith((":memory:", "file:")) else cls(Path(name))

    def note(self) -> None:
        """It is open now; what was opened first counts."""
        self._opened = self._opened or self._identity()

    def is_in_place(self) -> bool:
        """Whether the next process would open the same."""
        return self._opened is None or self._opened == self._identity()

    def equal_journal(self) -> None:
        """Gives the journal the rights of the file: SQLite made it with those of that moment, which may be too few."""
        for journal in (self.path.with_name(f"{self.path.name}{end}") for end in ("-wal", "-shm")):
            # Not there, or another user's.
            with suppress(OSError):
                journal.chmod(S_IMODE(self.path.stat().st_mode))

    def _identity(self) -> _Identity | None:
        try:
            status = self.path.stat()
        except OSError:
            return None
        return status.st_dev, status.st_ino
