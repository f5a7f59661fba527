"""The turn to write passes from one process to the next at once, and ends with its process."""

import os
import signal
import stat
from pathlib import Path

import pytest

from app.ledger.turn import Turn


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "ledger.db"
    path.touch(0o600)
    return path


def test_next_one(database: Path) -> None:
    """Who waits has it as soon as the one before gives it back, or dies."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        Turn(database).take()
        os.write(writing, b"taken")
        signal.pause()
    assert b"taken" == os.read(reading, 5)
    waiting = os.fork()
    if not waiting:
        Turn(database).take()
        os._exit(0)
    before = os.waitpid(waiting, os.WNOHANG)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    _, status = os.waitpid(waiting, 0)

    assert ((0, 0), 0) == (before, status)


def test_private(database: Path) -> None:
    """Its file has the rights of the database, and holds nothing."""
    turn = Turn(database)
    turn.take()
    turn.release()
    file = database.with_name("ledger.db-turn").stat()

    assert (0o600, 0) == (stat.S_IMODE(file.st_mode), file.st_size)


@pytest.mark.parametrize("database", [None, Path("/nowhere/ledger.db")])
def test_without_a_file(database: Path | None) -> None:
    """Where there can be none, SQLite's own lock has to do."""
    turn = Turn(database)
    turn.take()
    turn.release()
