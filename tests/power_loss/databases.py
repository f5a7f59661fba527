"""What is asked of a database whose power is cut."""

import random
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from tests.power_loss.answers import Row
from tests.power_loss.disk import Disk


class LostLedgerError(Exception):
    """The database does not open what is left."""


class Database(Protocol):
    """Its files are below `root`; `base` has them as they were before the recording."""

    root: Path
    base: Path
    url: str

    def prepare(self) -> None:
        """Keeps the files as they are now, while nobody writes."""

    def recording(self, traces: Path) -> AbstractContextManager[None]:
        """The database runs, and its own processes are recorded in the block."""

    def running(self) -> AbstractContextManager[None]:
        """The database runs in the block, and is not recorded."""

    def read_after_loss(self, disk: Disk, choose: random.Random | None, folder: Path) -> list[Row]:
        """The ledger as it is after the loss; torn, if there is who chooses. Raises `LostLedgerError`."""
