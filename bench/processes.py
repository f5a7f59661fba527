"""What processes use of the machine."""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")
_PSS = "Pss:"


def tree(*roots: int) -> list[int]:
    """These processes and all that they have started."""
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parents[int(stat.parent.name)] = int(_fields(stat)[1])
    found = set(roots)
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return sorted(found)


def cpu_ms(*pids: int) -> float:
    """The milliseconds of CPU, user and system, that these processes and their ended children have used so far."""
    ticks = 0
    for pid in pids:
        with suppress(OSError):
            ticks += sum(int(one) for one in _fields(Path(f"/proc/{pid}/stat"))[11:15])
    return ticks * TICK_MS


def pss_mb(pids: Iterable[int]) -> float:
    """The memory of these processes; what several share is counted once."""
    kilobytes = 0
    for pid in pids:
        with suppress(OSError):
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            kilobytes += sum(int(line.split()[1]) for line in lines if line.startswith(_PSS))
    return kilobytes / 1024


def _fields(stat: Path) -> list[str]:
    return stat.read_text().rpartition(")")[2].split()
