"""SQLite: what is left of its file and its log is opened by SQLite."""

import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tests.power_loss.answers import QUERY, Row
from tests.power_loss.databases import LostLedgerError
from tests.power_loss.disk import Disk, write_files


class Sqlite:
    """SQLite is in Ringback's own processes, whose recording holds all."""

    def __init__(self, folder: Path) -> None:
        self.root, self.base = folder / "ledger", folder / "base"
        self.root.mkdir()
        self.url = f"sqlite:///{self.root / 'ringback.db'}"

    def prepare(self) -> None:
        """Keeps the files; what SQLite maps into memory is made anew after each loss."""
        shutil.copytree(self.root, self.base, ignore=shutil.ignore_patterns("*-shm"))

    @contextmanager
    def recording(self, traces: Path) -> Iterator[None]:
        """Nothing beside Ringback."""
        yield

    @contextmanager
    def running(self) -> Iterator[None]:
        """Nothing beside Ringback."""
        yield

    def read_after_loss(self, disk: Disk, choose: random.Random | None, folder: Path) -> list[Row]:
        """Opens the file, which recovers it, and checks it."""
        files = disk.after_torn_loss(choose) if choose else disk.after_loss()
        write_files({name: data for name, data in files.items() if not name.endswith("-shm")}, folder)
        try:
            with closing(sqlite3.connect(folder / "ringback.db")) as connection:
                said = connection.execute("PRAGMA quick_check").fetchone()[0]
                if said != "ok":
                    raise LostLedgerError(f"quick_check: {said}")
                return [Row(*one) for one in connection.execute(QUERY)]
        except sqlite3.Error as error:
            raise LostLedgerError(str(error)) from error
