"""Folders in which older Ringbacks kept what they counted. One that was killed has left its folder behind."""

import fcntl
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

_NAME = re.compile(r"ringback-metrics-(\d+)-\w+")
_DAY = 86_400


def sweep(parent: str | None = None) -> list[str]:
    """Removes those of dead services; says their names. One that a living service may use stays. Raises nothing."""
    try:
        dead = [folder for folder in _folders(parent or tempfile.gettempdir()) if _is_dead(folder)]
    except OSError:
        return []
    for folder in dead:
        shutil.rmtree(folder, ignore_errors=True)
    return [folder.name for folder in dead]


def _folders(parent: str) -> Iterator[Path]:
    with os.scandir(parent) as entries:
        for entry in entries:
            # A link may lead anywhere, and what is another user's is not ours to judge.
            if _NAME.fullmatch(entry.name) and entry.is_dir(follow_symlinks=False) and _is_ours(entry):
                yield Path(entry.path)


def _is_ours(entry: "os.DirEntry[str]") -> bool:
    return entry.stat(follow_symlinks=False).st_uid == os.geteuid()


def _is_dead(folder: Path) -> bool:
    try:
        files = list(folder.iterdir())
        unused = not any(map(_is_open, files)) if files else _is_old(folder)
        return unused and not _runs(int(folder.name.split("-")[2]))
    except OSError:  # in doubt it stays
        return False


def _runs(pid: int) -> bool:
    """Whether a process has this number here. A service in another container may have it there."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        pass
    return True


def _is_old(folder: Path) -> bool:
    """A service that starts in another container may not have counted yet."""
    return time.time() - folder.stat().st_mtime > _DAY


def _is_open(path: Path) -> bool:
    """Whether a process has the file open, in whatever container: then the system grants no lease."""
    lease = getattr(fcntl, "F_SETLEASE", None)
    if lease is None:  # macOS: nobody can tell
        return True
    file = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        fcntl.fcntl(file, lease, fcntl.F_WRLCK)
    except BlockingIOError:
        return True
    finally:
        # Ends the lease, too.
        os.close(file)
    return False
