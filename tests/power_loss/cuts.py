"""Cuts the power at each sync, and looks what is there."""

import random
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.power_loss.answers import lost
from tests.power_loss.databases import Database, LostLedgerError
from tests.power_loss.disk import Disk
from tests.power_loss.recording import Recording
from tests.power_loss.trace import Answer

_MEMORY = Path("/dev/shm")


@dataclass
class Cuts:
    """What came of them. `losses` says of each bad cut what was lost."""

    syncs: int = 0
    cuts: int = 0
    torn: int = 0
    answers: int = 0
    losses: list[str] = field(default_factory=list)


def cut(database: Database, recording: Recording, most: int, seed: int) -> Cuts:
    """At most so many of the sync points, evenly; each with all that was not synced gone, and once torn."""
    choose = random.Random(seed)
    ends = [event.left for event in recording.events if event.call == "sync"]
    result = Cuts(syncs=len(ends), answers=len(recording.answers))
    every = max(1.0, (len(ends) + 1) / most)
    wanted = {int(number * every) for number in range(most)}
    disk = Disk(database.base, database.root)
    for point, end in _points(disk, recording, ends):
        if point not in wanted:
            continue
        # All that was told before the next sync ended has to be there.
        told = [answer for answer in recording.answers if end is None or answer.entered < end]
        for torn in (None, choose):
            result.cuts += 1
            result.torn += torn is not None
            with tempfile.TemporaryDirectory(prefix="cut-", dir=_MEMORY if _MEMORY.is_dir() else None) as folder:
                result.losses += _losses(database, disk, torn, Path(folder), told, point)
    return result


def _points(disk: Disk, recording: Recording, ends: list[int]) -> Iterator[tuple[int, int | None]]:
    """The number of syncs that have ended, and when the next one does; the disk is as it is right before that."""
    done = 0
    for event in recording.events:
        if event.call == "sync":
            yield done, ends[done]
            done += 1
        disk.take(event)
    yield done, None


def _losses(
    database: Database, disk: Disk, torn: random.Random | None, folder: Path, told: list[Answer], point: int
) -> list[str]:
    folder.chmod(0o755)
    try:
        found = lost(told, database.read_after_loss(disk, torn, folder))
    except LostLedgerError as error:
        found = [str(error)]
    how = "torn" if torn else "dropped"
    return [f"after sync {point}, {how}: {len(found)} lost of {len(told)}, first {found[0]}"] if found else []
