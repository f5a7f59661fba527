"""A database that cannot be reached just now is told from an address that is wrong."""

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from app.ledger.codec import Codec
from app.ledger.database import Database, LedgerError, UnreachableError
from app.ledger.keys import index_key
from app.ledger.migrate import migrate
from app.ledger.opening import Opening
from tests.support.postgres import RunningPostgres
from tests.support.process import free_port


def opening(url: str) -> Opening:
    database = Database(url)
    return Opening(database, Codec(lambda: index_key(database)), lambda _: None)


@pytest.mark.parametrize("host", ["127.0.0.1", "no-such-host.invalid"])
def test_nobody_there(host: str) -> None:
    """Nothing listens, or the name is not found: that may pass, and until then the ledger is away for all."""
    waiting = opening(f"postgres://postgres@{host}:{free_port()}/x")
    with pytest.raises(UnreachableError):
        waiting.open()
    waiting.try_to_open()

    assert waiting.database.barred
    with pytest.raises(LedgerError), waiting.database.read():
        pass


@pytest.mark.parametrize("wrong", ["no_such_database", "no_such_user"])
def test_wrong_address(postgres: RunningPostgres, wrong: str) -> None:
    """A server that answers, but not to this address, is a wrong setting: it stops the start."""
    url = postgres.url(wrong) if wrong == "no_such_database" else postgres.url().replace("postgres@", f"{wrong}@")
    with pytest.raises(LedgerError, match="does not exist") as raised:
        opening(url).try_to_open()

    assert not isinstance(raised.value, UnreachableError)


def test_read_only_for_now(postgres: RunningPostgres) -> None:
    """A server that cannot make the tables yet, such as a standby before its promotion, is waited for."""
    url = postgres.create_database()
    name = url.rpartition("/")[2]
    waiting = opening(url)
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on".encode())
        waiting.try_to_open()
        barred = waiting.database.barred
        connection.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only".encode())
    waiting.run(threading.Event())

    assert (True, False) == (barred, waiting.database.barred)
    waiting.database.close()


def test_sqlite_that_is_locked_for_now(tmp_path: Path) -> None:
    """Somebody else has the file for longer than a start waits: that may pass, too."""
    waiting = opening(f"sqlite:///{tmp_path / 'ledger.db'}")
    with closing(sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        waiting.try_to_open()
        barred = waiting.database.barred
    waiting.run(threading.Event())

    assert (True, False) == (barred, waiting.database.barred)
    waiting.database.close()


def test_sqlite_that_cannot_be_opened(tmp_path: Path) -> None:
    """A file is there or it is not: waiting does not help."""
    with pytest.raises(LedgerError) as raised:
        opening(f"sqlite:///{tmp_path}").try_to_open()

    assert not isinstance(raised.value, UnreachableError)


def test_key_is_read_when_it_is_needed(database_url: str) -> None:
    """Numbers get the same hashes whether the key was read at the start or later."""
    late = opening(database_url)
    migrate(late.database)
    early = Codec(index_key(late.database))
    same = early.digest("+4930901820") == late.codec.digest("+4930901820")
    late.database.close()

    assert same
