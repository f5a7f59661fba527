"""Databases with the ledger's tables: they are made once, each test gets a copy.

That they make the right tables, from nothing and from older ones, is shown in tests/ledger/test_migrate.py.
"""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from app.disk import make_private
from app.ledger.database import Database
from app.ledger.migrate import migrate


def create_sqlite(file: Path) -> str:
    """The URL of a new SQLite database with the ledger's tables and nothing in them."""
    make_private(file)
    file.write_bytes(_empty_ledger())
    return f"sqlite:///{file}"


def fill(url: str) -> None:
    """Puts the ledger's tables into this database."""
    database = Database(url)
    migrate(database)
    database.close()


@cache
def _empty_ledger() -> bytes:
    with TemporaryDirectory() as folder:
        file = Path(folder, "ledger.db")
        fill(f"sqlite:///{file}")
        assert not file.with_name("ledger.db-wal").exists()
        return file.read_bytes()
