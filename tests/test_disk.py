"""A disk that is thrown away with its container is known as one, and what is kept on one is private."""

import fcntl
import subprocess
import sys
from pathlib import Path

import pytest

from app.disk import make_private, make_private_folder, throwaway_reason

MOUNTS = """overlay / overlay rw 0 0
tmpfs /dev/shm tmpfs rw 0 0
/dev/vda1 /srv/data ext4 rw 0 0
tmpfs /srv/data/cache tmpfs rw 0 0
"""


@pytest.mark.parametrize(
    ("folder", "environment", "throwaway"),
    [
        ("/srv/data", {}, False),
        ("/srv/data/deeper", {}, False),
        ("/srv/data/cache", {}, True),
        ("/srv", {}, True),
        ("/dev/shm", {}, True),
        ("/srv/data", {"DYNO": "web.1"}, True),
    ],
)
def test_throwaway(folder: str, environment: dict[str, str], throwaway: bool) -> None:
    """The nearest mount decides, and a dyno's disk is thrown away whatever it lies on."""
    assert throwaway is (throwaway_reason(Path(folder), environment, MOUNTS) is not None)


def test_unknown_mounts_are_trusted() -> None:
    """Where nothing is known of the disk nobody is kept from starting."""
    assert throwaway_reason(Path("/srv"), {}, "") is None


def test_files_are_private(tmp_path: Path) -> None:
    """What is made is for this user only, and so is what was there already, with SQLite's files beside it."""
    new, old = tmp_path / "new.db", tmp_path / "old.db"
    beside = [old.with_name(f"old.db{end}") for end in ("", "-wal", "-shm", "-journal")]
    for path in beside:
        path.touch()
        path.chmod(0o664)
    old.write_text("kept")
    for path in (new, old):
        make_private(path)

    assert {0o600} == {mode_of(path) for path in (new, *beside)}
    assert "kept" == old.read_text()


def test_what_is_there_is_not_opened(tmp_path: Path) -> None:
    """Closing a file ends all locks that SQLite holds on it for this process."""
    path = tmp_path / "ledger.db"
    path.touch()
    program = f"import fcntl; fcntl.lockf(open({str(path)!r}, 'r+b'), fcntl.LOCK_EX | fcntl.LOCK_NB)"
    with path.open("r+b") as file:
        fcntl.lockf(file, fcntl.LOCK_EX)
        make_private(path)
        other = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)

    assert b"BlockingIOError" in other.stderr


def test_folders_are_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder is made for this user only; of those that are there, Ringback's own is closed, and nobody else's."""
    monkeypatch.chdir(tmp_path)
    for name in ("var", "shared"):
        (tmp_path / name).mkdir()
        (tmp_path / name).chmod(0o755)
    for folder in (Path("var"), Path("shared"), Path("new")):
        make_private_folder(folder)

    assert (0o700, 0o755, 0o700) == tuple(mode_of(tmp_path / name) for name in ("var", "shared", "new"))


@pytest.mark.parametrize("spelled", ["var", "./var", "{here}/var", "shared/../var", "link"])
def test_our_folder_is_known_however_it_is_spelled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spelled: str
) -> None:
    """An address of the ledger may be absolute, and hold a link."""
    monkeypatch.chdir(tmp_path)
    for name in ("var", "shared"):
        (tmp_path / name).mkdir(mode=0o755)
    (tmp_path / "link").symlink_to("var")
    make_private_folder(Path(spelled.format(here=tmp_path)))

    assert (0o700, 0o755) == tuple(mode_of(tmp_path / name) for name in ("var", "shared"))


def test_what_cannot_be_made_is_left_to_its_opener(tmp_path: Path) -> None:
    """Who opens the file says what is wrong with it."""
    make_private(tmp_path / "no" / "folder")

    assert [] == list(tmp_path.iterdir())


def mode_of(path: Path) -> int:
    return path.stat().st_mode & 0o777
