"""An SQLite that answers but is of no use counts as away, and is whole again as soon as its file is."""

import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import update

from app.ledger.codec import Codec
from app.ledger.database import Database, LedgerError
from app.ledger.ledger import Ledger
from app.ledger.migrate import migrate
from app.ledger.tables import entry
from tests.ledger.conftest import receive
from tests.support.debian import unprivileged
from tests.support.writing import writing

ROWS = 50
Trouble = Callable[[Path], None]


@pytest.fixture
def folder() -> Iterator[Path]:
    """One that also others than root may enter."""
    with tempfile.TemporaryDirectory(prefix="ledger-") as made:
        path = Path(made)
        user = unprivileged()
        if user:
            os.chown(path, user["user"], user["group"])
        yield path


@pytest.fixture
def _plain_user() -> Iterator[None]:
    """Rights are nothing to root."""
    user = unprivileged()
    if not user:
        yield
        return
    os.setegid(user["group"])
    os.seteuid(user["user"])
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


@contextmanager
def opened(folder: Path) -> Iterator[Ledger]:
    database = Database(f"sqlite:///{folder / 'ledger.db'}")
    migrate(database)
    yield Ledger(database, Codec(b"a key for tests"))
    database.close()


def is_away(ledger: Ledger) -> bool:
    try:
        receive(ledger, "meanwhile")
    except LedgerError:
        return True
    return False


@pytest.mark.usefixtures("_plain_user")
@pytest.mark.parametrize("writes", [False, True], ids=["read before", "written before"])
def test_read_only(folder: Path, writes: bool) -> None:
    """Whose connections were opened meanwhile would stay so for ever."""
    with opened(folder) as ledger:
        receive(ledger)
        ledger.database.close()
        (folder / "ledger.db").chmod(0o444)
        read = [one.event_id for one in ledger.select()] if not writes else ["1"]
        away = is_away(ledger)
        (folder / "ledger.db").chmod(0o644)
        receive(ledger, "2")

        assert (["1"], True) == (read, away)
        assert ["1", "2"] == [one.event_id for one in ledger.select()]


@pytest.mark.usefixtures("_plain_user")
def test_read_only_folder(folder: Path) -> None:
    """The same for its folder, in which SQLite needs files of its own."""
    with opened(folder) as ledger:
        receive(ledger)
        ledger.database.close()
        folder.chmod(0o555)
        away = is_away(ledger)
        folder.chmod(0o755)
        receive(ledger, "2")

        assert away
        assert ["1", "2"] == [one.event_id for one in ledger.select()]


def overwrite(file: Path, data: bytes, where: int = 0) -> None:
    """In place: the file stays the same."""
    with file.open("r+b") as opened_file:
        opened_file.seek(where)
        opened_file.write(data)


BROKEN: dict[str, Trouble] = {
    "garbage amid it": lambda file: overwrite(file, b"\x5a" * (file.stat().st_size - 4096), 4096),
    "no database": lambda file: overwrite(file, b"this is no database, whatever it is called" * 99),
    "empty": lambda file: os.truncate(file, 0),
    "cut": lambda file: os.truncate(file, file.stat().st_size // 2),
}


@pytest.mark.parametrize("break_it", BROKEN.values(), ids=BROKEN)
def test_broken(folder: Path, break_it: Trouble) -> None:
    """Neither writing nor reading raises anything else; with what was there before it goes on."""
    file = folder / "ledger.db"
    with opened(folder) as ledger:
        for number in range(ROWS):
            receive(ledger, str(number))
        ledger.database.close()
        whole = file.read_bytes()
        break_it(file)
        away = is_away(ledger)
        with pytest.raises(LedgerError):
            ledger.select()
        for journal in folder.glob("ledger.db-*"):
            journal.unlink()
        os.truncate(file, len(whole))
        overwrite(file, whole)
        receive(ledger, "after")

        assert away
        assert [*map(str, range(ROWS)), "after"] == [one.event_id for one in ledger.select()]


def test_damaged_row(folder: Path) -> None:
    """What no Ringback has written is nothing that a program stumbles over."""
    with opened(folder) as ledger:
        stored = receive(ledger)
        for values in ({"state": "?"}, {"state": "received", "dropped": "{"}, {"dropped": "[1]"}):
            with writing(ledger.database) as connection:
                connection.execute(update(entry).values(values))
            with pytest.raises(LedgerError, match="damaged"):
                ledger.get(stored.id)


def test_locked_by_another(folder: Path) -> None:
    """Somebody else writes for longer than a request waits: away, until they are done."""
    with opened(folder) as ledger:
        receive(ledger)
        with closing(sqlite3.connect(folder / "ledger.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            away = is_away(ledger)
        receive(ledger, "2")

        assert away
        assert ["1", "2"] == [one.event_id for one in ledger.select()]
