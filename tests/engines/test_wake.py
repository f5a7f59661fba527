"""Who is called when something waits."""

from typing import Any

import psycopg

from app.delivery.engine.procrastinate_jobs import conninfo, prepare
from app.delivery.engine.procrastinate_wake import Wake
from app.ledger.database import Database
from app.ledger.migrate import migrate
from tests.support.postgres import RunningPostgres

JOBS = "SELECT count(*) FROM procrastinate_jobs"


def test_session_of_no_use(postgres: RunningPostgres) -> None:
    """A session that cannot write costs one call at most, not all that follow."""
    database = Database(postgres.create_database())
    migrate(database)
    prepare(database)
    wake = Wake(database.url)
    with psycopg.connect(conninfo(database.url), autocommit=True) as other:
        wake()
        other.execute("DELETE FROM procrastinate_jobs")
        connector: Any = wake._connector
        with connector.pool.connection() as session:
            session.execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")
        wake()
        lost = other.execute(JOBS).fetchone()
        wake()
        called = other.execute(JOBS).fetchone()
    wake.close()
    database.close()

    assert ((0,), (1,)) == (lost, called)
