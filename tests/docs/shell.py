"""Runs the lines of the documents, each in a process of its own, as a shell would."""

import multiprocessing
import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.cli import COMMANDS, main

SECONDS = 60.0
# Each command forks from a process that has loaded them all: to load them takes longer than all the commands.
_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload([target.partition(":")[0] for target in COMMANDS.values()])


@dataclass(frozen=True)
class Done:
    """What came of it: the exit status and all that was said."""

    status: int | None
    said: str


def run_line(line: str, folder: Path, environment: Mapping[str, str]) -> Done:
    """Runs a line in bash."""
    words = ["bash", "-c", line]
    done = subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, timeout=SECONDS)
    return Done(done.returncode, done.stdout + done.stderr)


def run_ringback(arguments: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Done:
    """Runs `ringback` with these arguments."""
    with tempfile.NamedTemporaryFile("r") as said:
        process = _FORKS.Process(target=_call, args=(arguments, folder, environment, said.name))
        process.start()
        process.join(SECONDS)
        process.kill()
        return Done(process.exitcode, said.read())


def _call(arguments: Sequence[str], folder: Path, environment: Mapping[str, str], output: str) -> None:
    file = os.open(output, os.O_WRONLY | os.O_APPEND)
    os.dup2(file, 1)
    os.dup2(file, 2)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    main(list(arguments))
