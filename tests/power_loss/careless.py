"""Starts gunicorn with a Ringback that asks SQLite for less than is promised: `careless.py OFF …`, or NORMAL.

It shows that a cut finds what such a ledger loses.
"""

import re
import sqlite3
import sys
from typing import Any

from gunicorn.app.wsgiapp import run

_SYNCHRONOUS = re.compile(r"(synchronous\s*=\s*)\w+", re.IGNORECASE)


def make_careless(word: str) -> None:
    """From now on connections sync by this word, whatever they are told."""

    def less(statement: str) -> str:
        return _SYNCHRONOUS.sub(rf"\g<1>{word}", statement) if "PRAGMA" in statement.upper() else statement

    class CarelessCursor(sqlite3.Cursor):
        def execute(self, statement: str, *arguments: Any) -> "CarelessCursor":
            super().execute(less(statement), *arguments)
            return self

    class CarelessConnection(sqlite3.Connection):
        def cursor(self, factory: Any = CarelessCursor) -> Any:
            return super().cursor(factory)

        def execute(self, statement: str, *arguments: Any) -> sqlite3.Cursor:
            return super().execute(less(statement), *arguments)

        def executescript(self, statements: str) -> sqlite3.Cursor:
            return super().executescript(less(statements))

    connect = sqlite3.connect

    def careless_connect(*arguments: Any, **named: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*arguments, **{"factory": CarelessConnection, **named})
        connection.execute(f"PRAGMA synchronous={word}")
        return connection

    sqlite3.connect = sqlite3.dbapi2.connect = careless_connect  # type: ignore[assignment]


if __name__ == "__main__":
    make_careless(sys.argv.pop(1))
    sys.argv[0] = "gunicorn"
    run()
