"""What a run was measured on."""

import os
import platform
import sqlite3
import subprocess
from importlib.metadata import version
from pathlib import Path

from bench.needs import node_red_version, node_version, postgres_version, wrk_version


def machine() -> dict[str, object]:
    """The processor, the memory, and the versions of what runs."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "kernel": platform.release(),
        "load_before": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "postgres": postgres_version(),
        "node": node_version(),
        "node_red": node_red_version(),
        "wrk": wrk_version(),
        **{name: version(name) for name in ("flask", "gunicorn", "sqlalchemy", "requests")},
    }


def commit(folder: Path) -> str:
    """The commit of a checkout; with a + where files are changed."""
    git = ["git", "-C", str(folder)]
    said = subprocess.run([*git, "rev-parse", "--short", "HEAD"], capture_output=True, text=True).stdout.strip()
    changed = subprocess.run([*git, "status", "--porcelain", "-uno"], capture_output=True, text=True).stdout.strip()
    return f"{said}{'+' if changed else ''}"


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
