"""Who moves the ledger's file away from a running Ringback loses no callback: it counts as away until it is back."""

from collections.abc import Callable
from pathlib import Path

import pytest

from app.ledger.codec import Codec
from app.ledger.database import Database, LedgerError
from app.ledger.ledger import Ledger
from app.ledger.migrate import migrate
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


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "sqlite:///relative.db"])
def test_where_it_is(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A ledger in memory has no file to lose, and that of a relative path stays the one of the start."""
    monkeypatch.chdir(tmp_path)
    ledger = opened(url)
    monkeypatch.chdir("/")
    receive(ledger)

    assert ["1"] == [one.event_id for one in ledger.select()]
    ledger.database.close()
