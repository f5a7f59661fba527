"""Knows a disk that is thrown away with its container, on which no ledger may live."""

from collections.abc import Mapping
from pathlib import Path

THROWAWAY = frozenset({"overlay", "tmpfs", "ramfs", "aufs", "fuse-overlayfs"})


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
        _, point, found, *_ = [*line.split(" "), "", "", ""]
        inside = folder.is_relative_to(point) if point.startswith("/") else False
        if inside and len(point) >= len(best):
            best, kind = point, found
    return kind
