"""Procrastinate's tables are made once, whoever starts first."""

from pathlib import Path

from app.delivery.engine.procrastinate_jobs import prepare
from app.wiring import Runtime
from tests.support.desk import Desk
from tests.support.elsewhere import Elsewhere
from tests.support.postgres import RunningPostgres

PROCESSES = 6


def make_tables(runtime: Runtime) -> str:
    prepare(runtime.database)
    return "made"


def test_many_start_at_once(tmp_path: Path, postgres: RunningPostgres) -> None:
    """Web and workers that start at the same moment on an empty database all start."""
    desk = Desk(tmp_path, url=postgres.create_ledger())
    with Elsewhere(desk.environment, PROCESSES) as crowd:
        assert ["made"] * PROCESSES == crowd.run_at_once(*[(make_tables,)] * PROCESSES)
