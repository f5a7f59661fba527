"""The disk after a loss has what was synced, and nothing that was not."""

import random
from pathlib import Path

import pytest

from tests.power_loss.disk import SECTOR, Disk
from tests.power_loss.trace import Event

ROOT = Path("/ledger")
FILE, NEW = "/ledger/old", "/ledger/new"


@pytest.fixture
def base(tmp_path: Path) -> Path:
    (tmp_path / "old").write_bytes(b"old")
    return tmp_path


def after(base: Path, *events: Event) -> dict[str, bytes]:
    """What is left after these."""
    disk = Disk(base, ROOT)
    for event in events:
        disk.take(event)
    return disk.after_loss()


def write(data: bytes, offset: int = 0, path: str = FILE, *, entered: int = 1, left: int = 2) -> Event:
    return Event(entered, left, "write", path, data, offset)


def sync(path: str = FILE, *, entered: int = 3, left: int = 4) -> Event:
    return Event(entered, left, "sync", path)


def test_what_was_not_synced_is_gone(base: Path) -> None:
    """The write alone says nothing."""
    assert after(base, write(b"new")) == {"old": b"old"}


def test_what_was_synced_is_there(base: Path) -> None:
    """Beyond the end as well."""
    assert after(base, write(b"new", 2), sync()) == {"old": b"olnew"}


def test_a_sync_that_began_before_the_write_ended_says_nothing(base: Path) -> None:
    """Another thread's sync may have passed the write by."""
    assert after(base, write(b"new", left=4), sync(entered=3, left=5)) == {"old": b"old"}


def test_a_sync_is_of_its_file_only(base: Path) -> None:
    """SQLite's log is one file and its database another."""
    assert after(base, write(b"new"), sync("/ledger/other")) == {"old": b"old"}


@pytest.mark.parametrize(("size", "left"), [(1, b"o"), (5, b"old\0\0")])
def test_a_size_is_synced_too(base: Path, size: int, left: bytes) -> None:
    """Shorter or longer."""
    cut = Event(1, 2, "ftruncate", FILE, offset=size)
    assert after(base, cut) == {"old": b"old"}
    assert after(base, cut, sync()) == {"old": left}


@pytest.mark.parametrize("synced", ["/ledger", NEW])
def test_a_new_name_is_safe_with_its_folder_or_its_file(base: Path, synced: str) -> None:
    """Without either there is no such file."""
    create = Event(1, 2, "create", NEW)
    assert after(base, create) == {"old": b"old"}
    assert after(base, create, sync(synced)) == {"old": b"old", "new": b""}


def test_a_renamed_file_has_its_old_name_until_the_folder_is_synced(base: Path) -> None:
    """And what was written to it goes with it."""
    steps = [write(b"new"), sync(), Event(5, 6, "rename", FILE, target=NEW)]
    assert after(base, *steps) == {"old": b"new"}
    assert after(base, *steps, sync("/ledger", entered=7, left=8)) == {"new": b"new"}


def test_a_removed_file_may_come_back(base: Path) -> None:
    """Until the folder is synced."""
    gone = Event(1, 2, "unlink", FILE, target=FILE)
    assert after(base, gone) == {"old": b"old"}
    assert after(base, gone, sync("/ledger")) == {}


def test_a_torn_write_is_there_by_sectors(base: Path) -> None:
    """Each sector is whole, old or new; a synced one is new."""
    disk = Disk(base, ROOT)
    disk.take(write(b"a" * SECTOR * 4))
    disk.take(sync())
    disk.take(write(b"b" * SECTOR * 4, entered=5, left=6))
    seen = set()
    for seed in range(50):
        data = disk.after_torn_loss(random.Random(seed))["old"]
        sectors = [data[start : start + SECTOR] for start in range(0, len(data), SECTOR)]
        assert set(sectors) <= {b"a" * SECTOR, b"b" * SECTOR}
        seen.add(data)
    assert len(seen) > 4


def test_files_that_nobody_touched_are_known(base: Path) -> None:
    """They need not be written anew."""
    disk = Disk(base, ROOT)
    assert disk.unchanged() == {"old"}
    disk.take(write(b"new"))
    assert disk.unchanged() == set()
