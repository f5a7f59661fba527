"""Ledgers on Postgres for one test after the other: to empty a database costs a tenth of a new one."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

import psycopg

from tests.support.postgres import RunningPostgres

Session = psycopg.Connection[Any]
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
    """Lends ledgers of this server. Whatever came back changed, grown or still in use is not lent again.

    Keeps one session in each: a new one costs more than all that it asks.
    """

    def __init__(self, server: RunningPostgres) -> None:
        self._server = server
        self._free: deque[_Ledger] = deque()
        self._shape: Any = None

    @contextmanager
    def lend(self) -> Iterator[str]:
        """The URL of a database with the ledger's tables and nothing in them, for one test."""
        ledger = self._emptied() or self._new()
        yield ledger.url
        # Emptied when it is wanted: until then all connections of this test have gone.
        self._free.append(ledger)

    def close(self) -> None:
        """Ends its sessions."""
        for ledger in self._free:
            ledger.session.close()

    def _new(self) -> "_Ledger":
        url = self._server.create_ledger()
        ledger = _Ledger(url, psycopg.connect(url, autocommit=True))
        self._shape = self._shape or _value(ledger.session, _SHAPE)
        return ledger

    def _emptied(self) -> "_Ledger | None":
        while self._free:
            ledger = self._free.popleft()
            # A test may have ended all sessions.
            with suppress(psycopg.OperationalError):
                if self._may_serve_again(ledger.session):
                    _empty(ledger.session)
                    return ledger
            ledger.session.close()
        return None

    def _may_serve_again(self, session: Session) -> bool:
        in_use, shape, size = (_value(session, question) for question in (_OTHERS, _SHAPE, _SIZE))
        return not in_use and bool(shape == self._shape) and bool(size < _MOST_BYTES)


class _Ledger(NamedTuple):
    url: str
    session: Session


def _empty(session: Session) -> None:
    tables = [name for (name,) in session.execute(_NAMES)]
    # Without foreign keys the order does not matter.
    steps = ["SET LOCAL session_replication_role = replica", *(f"DELETE FROM {name}" for name in tables), _FIRST_IDS]
    with session.transaction():
        session.execute("; ".join(steps).encode())


def _value(session: Session, question: str) -> Any:
    row = session.execute(question.encode()).fetchone()
    assert row is not None
    return row[0]
