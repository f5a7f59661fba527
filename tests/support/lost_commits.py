"""A database that commits and dies before it can say so."""

import sqlite3
from typing import Any

import psycopg
import pytest

from app.ledger.database import Database


class LostCommits:
    """The next `left` commits go through, but who asked for them hears of a broken connection.

    With `before` the connection breaks before they go through. With `gone` the database is away from then on.
    """

    def __init__(self, database: Database, patch: pytest.MonkeyPatch) -> None:
        self._error = sqlite3.OperationalError if database.sqlite else psycopg.OperationalError
        self._dialect = database.engine.dialect
        self._commit = self._dialect.do_commit
        self.left = self.lost = 0
        self.before = self.gone = self._is_gone = False
        patch.setattr(self._dialect, "do_commit", self._do_commit)
        patch.setattr(database.engine.pool, "connect", self._connect(database.engine.pool.connect))

    def lose(self, left: int = 1, *, before: bool = False, gone: bool = False) -> None:
        """From now on."""
        self.left, self.before, self.gone = left, before, gone

    def come_back(self) -> None:
        """The database is there again."""
        self._is_gone = False

    def _do_commit(self, connection: Any) -> None:
        if not self.left:
            self._commit(connection)
            return
        self.left -= 1
        if self.before:
            connection.rollback()
        else:
            self._commit(connection)
        self._is_gone = self.gone
        self.lost += 1
        raise self._error("server closed the connection unexpectedly")

    def _connect(self, connect: Any) -> Any:
        def patched() -> Any:
            if self._is_gone:
                raise self._error("connection refused")
            return connect()

        return patched
