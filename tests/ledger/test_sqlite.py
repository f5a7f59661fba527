"""The file of an SQLite, which may go, and whose turn it is to write to it."""

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from app.disk import make_private
from app.ledger.codec import Codec
from app.ledger.database import Database, LedgerError
from app.ledger.ledger import Ledger
from app.ledger.migrate import migrate
from app.ledger.sqlite import Turn
from tests.ledger.conftest import receive


def opened(url: str) -> Ledger:
    database = Database(url)
    migrate(database)
    return Ledger(database, Codec(b"a key for tests"))


def replace(path: Path) -> None:
    path.rename(path.with_name("old"))
    opened(f"sqlite:///{path}").database.close()


@pytest.mark.parametrize("away", [lambda path: path.rename(path.with_name("old")), Path.unlink, replace])
def test_no_longer_in_its_place(tmp_path: Path, away: Callable[[Path], None]) -> None:
    """Nothing is written to a file, and nothing read from it, that the next process would not find."""
    path = tmp_path / "ledger.db"
    ledger = opened(f"sqlite:///{path}")
    stored = receive(ledger)
    away(path)

    with pytest.raises(LedgerError, match="put it back"):
        receive(ledger, "2")
    with pytest.raises(LedgerError):
        ledger.get(stored.id)
    ledger.database.close()


def test_comes_back(tmp_path: Path) -> None:
    """When the file is back in its place it goes on, on new connections, too, and none has made another meanwhile."""
    path = tmp_path / "ledger.db"
    ledger = opened(f"sqlite:///{path}")
    receive(ledger)
    ledger.database.close()
    path.rename(tmp_path / "old")
    with pytest.raises(LedgerError):
        receive(ledger, "2")
    made = path.exists()
    (tmp_path / "old").rename(path)
    receive(ledger, "3")

    assert not made
    assert ["1", "3"] == [one.event_id for one in ledger.select()]
    ledger.database.close()


SELECT_ALL = """
import contextlib, sqlite3, sys
with contextlib.closing(sqlite3.connect(sys.argv[1])) as connection:
    print([name for (name,) in connection.execute("SELECT event_id FROM entry ORDER BY id")])
"""


def seen_elsewhere(path: Path) -> str:
    """What another process reads, which opens the file, and closes it for good."""
    done = subprocess.run([sys.executable, "-c", SELECT_ALL, path], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def connect_again(path: Path, ledger: Ledger) -> None:
    """The pool needs a second connection while the first is in use."""
    with ledger.database.read(), ledger.database.read():
        assert path.exists()


@pytest.mark.parametrize(
    "meanwhile",
    [
        connect_again,
        lambda path, _: Database(f"sqlite:///{path}").close(),
        lambda path, _: opened(f"sqlite:///{path}").database.close(),
        lambda path, _: make_private(path),
    ],
    ids=["second connection", "second database", "second ledger", "made private"],
)
def test_nothing_ends_the_locks(tmp_path: Path, meanwhile: Callable[[Path, Ledger], object]) -> None:
    """Another process that comes and goes does not take the journal away from a connection that is open."""
    path = tmp_path / "ledger.db"
    ledger = opened(f"sqlite:///{path}")
    receive(ledger)
    meanwhile(path, ledger)

    assert "['1']" == seen_elsewhere(path)
    receive(ledger, "2")
    assert "['1', '2']" == seen_elsewhere(path)
    ledger.database.close()
    assert "['1', '2']" == seen_elsewhere(path)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "sqlite:///relative.db"])
def test_where_it_is(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A ledger in memory has no file to lose, and that of a relative path stays the one of the start."""
    monkeypatch.chdir(tmp_path)
    ledger = opened(url)
    monkeypatch.chdir("/")
    receive(ledger)

    assert ["1"] == [one.event_id for one in ledger.select()]
    ledger.database.close()


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
