"""Ledgers on Postgres for one test after the other: to empty a database costs a tenth of a new one."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from tests.support.postgres import RunningPostgres

# What a test has filled so far is slower for those after it.
_MOST_BYTES = 4_000_000
_OTHERS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
_TABLES = "FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
_SIZE = f"SELECT sum(pg_total_relation_size(oid)) {_TABLES}"
# Whatever a test may have changed besides rows, such as what the planner knows of them.
_SHAPE = """
SELECT string_agg(what, ',' ORDER BY what) FROM (
    SELECT format('%s %s %s %s', relname, attname, atttypid, attnotnull) AS what FROM pg_attribute
        JOIN pg_class ON pg_class.oid = attrelid WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT indexrelid::regclass || ' ' || indisvalid FROM pg_index
    UNION ALL SELECT format('%s %s %s', relname, relpages, reltuples) FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'i')
    UNION ALL SELECT tgname FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg_t%'
    UNION ALL SELECT setconfig::text FROM pg_db_role_setting
        WHERE setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
    UNION ALL SELECT version_num FROM alembic_version
) AS shape
"""
_NAMES = f"SELECT quote_ident(relname) {_TABLES} AND relname <> 'alembic_version'"
_FIRST_IDS = "SELECT setval(oid, 1, false) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'S'"


class LedgerPool:
    """Lends ledgers of this server. Whatever came back changed, grown or still in use is not lent again."""

    def __init__(self, server: RunningPostgres) -> None:
        self._server = server
        self._free: deque[str] = deque()
        self._shape: Any = None

    @contextmanager
    def lend(self) -> Iterator[str]:
        """The URL of a database with the ledger's tables and nothing in them, for one test."""
        url = self._emptied() or self._new()
        yield url
        # Emptied when it is wanted: until then all connections of this test have gone.
        self._free.append(url)

    def _new(self) -> str:
        url = self._server.create_ledger()
        if self._shape is None:
            with psycopg.connect(url) as connection:
                self._shape = _value(connection, _SHAPE)
        return url

    def _emptied(self) -> str | None:
        while self._free:
            url = self._free.popleft()
            with psycopg.connect(url) as connection:
                if self._may_serve_again(connection):
                    _empty(connection)
                    return url
        return None

    def _may_serve_again(self, connection: psycopg.Connection[Any]) -> bool:
        in_use, shape, size = (_value(connection, question) for question in (_OTHERS, _SHAPE, _SIZE))
        return not in_use and bool(shape == self._shape) and bool(size < _MOST_BYTES)


def _empty(connection: psycopg.Connection[Any]) -> None:
    tables = [name for (name,) in connection.execute(_NAMES)]
    # Without foreign keys the order does not matter.
    steps = ["SET LOCAL session_replication_role = replica", *(f"DELETE FROM {name}" for name in tables), _FIRST_IDS]
    connection.execute("; ".join(steps).encode())


def _value(connection: psycopg.Connection[Any], question: str) -> Any:
    row = connection.execute(question.encode()).fetchone()
    assert row is not None
    return row[0]
