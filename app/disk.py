"""The disk: one that is thrown away with its container keeps no ledger, and what is kept is for no other user."""

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

THROWAWAY = frozenset({"overlay", "tmpfs", "ramfs", "aufs", "fuse-overlayfs"})
# Where Ringback keeps what is not told to lie elsewhere.
DATA = Path("var")
# What `ringback run` makes up for a source that has none. `send` and `sandbox` know it without loading `run`.
SECRET_FILE = DATA / "secret"
# What notes there which trial runs.
NOTES = "running-*.json"
# What SQLite keeps beside a database.
_BESIDE = ("-wal", "-shm", "-journal")
_OTHERS = 0o077


def throwaway_reason(folder: Path, environment: Mapping[str, str], mounts: str) -> str | None:
    """Why what is written to `folder` may be gone tomorrow, if so. `mounts` is the text of /proc/mounts."""
    if "DYNO" in environment:
        return "a Heroku dyno loses its disk at every restart"
    kind = _kind_of(folder.resolve(), mounts)
    return f"it lies on {kind}, which is gone with its container" if kind in THROWAWAY else None


def read_mounts() -> str:
    """The mounts of this machine; nothing where there is no /proc."""
    try:
        return Path("/proc/mounts").read_text(encoding="utf-8")
    except OSError:
        return ""


def _kind_of(folder: Path, mounts: str) -> str:
    best, kind = "", ""
    for line in mounts.splitlines():
        _, point, its_kind, *_ = [*line.split(" "), "", "", ""]
        inside = folder.is_relative_to(point) if point.startswith("/") else False
        if inside and len(point) >= len(best):
            best, kind = point, its_kind
    return kind


def make_private_folder(folder: Path) -> None:
    """Makes the folder for this user only. One that is there is closed to others if it is our own. Raises `OSError`."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.resolve() == DATA.resolve() != Path("/var"):
        _restrict(folder)


def make_private(file: Path) -> None:
    """Makes the file, if it is not there, for this user only; one that is there is closed to others.

    Where that cannot be done, whoever opens the file will say why.
    """
    # One that is there is never opened: closing it would end all locks that SQLite holds on it for this process.
    with suppress(OSError):
        os.close(os.open(file.resolve(), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    close_to_others(file)


def close_to_others(file: Path) -> None:
    """Closes it, and SQLite's files beside it, to other users. Nothing is opened for that."""
    for path in (file, *(file.with_name(file.name + end) for end in _BESIDE)):
        _restrict(path)


def _restrict(path: Path) -> None:
    # What belongs to somebody else is theirs to close.
    with suppress(OSError):
        mode = path.stat().st_mode & 0o777
        if mode & _OTHERS:
            path.chmod(mode & ~_OTHERS)
