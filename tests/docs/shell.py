"""Runs the lines of the documents, each in a process of its own, as a shell would."""

import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.support.forks import run_command

SECONDS = 60.0


@dataclass(frozen=True)
class Done:
    """What came of it: the exit status and all that was said."""

    status: int
    said: str


def run_line(line: str, folder: Path, environment: Mapping[str, str]) -> Done:
    """Runs a line in bash."""
    words = ["bash", "-c", line]
    done = subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, timeout=SECONDS)
    return Done(done.returncode, done.stdout + done.stderr)


def run_ringback(arguments: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Done:
    """Runs `ringback` with these arguments."""
    done = run_command([*arguments], environment, folder)
    return Done(done.returncode, done.stdout + done.stderr)
