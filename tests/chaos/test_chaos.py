"""A short run of chaos for each engine and database. `make chaos` makes long ones."""

import sys
from pathlib import Path

import pytest

from tests.support.chaos import Plan, run
from tests.support.chaos_load import KINDS, MANNERS
from tests.support.postgres import RunningPostgres


@pytest.mark.parametrize(
    ("engine", "database", "troubles"),
    [
        ("embedded", "sqlite", ("web process", "case closed", "salesforce fault", "everything", "frozen")),
        ("embedded", "postgres", ("postgres", "gunicorn", "salesforce fault", "web process", "postgres frozen")),
        ("procrastinate", "postgres", ("worker", "polite restart", "salesforce away", "worker", "salesforce fault")),
    ],
)
def test_chaos(
    tmp_path: Path, request: pytest.FixtureRequest, engine: str, database: str, troubles: tuple[str, ...]
) -> None:
    """Whatever dies or fails: each 200 has its one Case, nothing is there twice, nothing is forgotten or stuck.

    Each kind of trouble comes in one of the runs.
    """
    postgres: RunningPostgres | None = request.getfixturevalue("postgres") if database == "postgres" else None

    plan = Plan(seed=7, callbacks=150, engine=engine, rate=20, pause=0.5, first=troubles)
    report = run(plan, tmp_path, postgres)

    sys.stdout.write(f"{report.summary}\n")
    assert [] == report.problems, report.summary
    assert set(troubles) <= set(+report.troubles)
    # A repeat is the same callback again.
    assert {*KINDS, *MANNERS} - {"repeat"} <= report.sent


def test_calm(tmp_path: Path) -> None:
    """Where nothing fails nothing is there twice: no text, no Case, no comment."""
    report = run(Plan(seed=7, callbacks=80, rate=60, pause=None), tmp_path, None)

    assert [] == report.problems, report.summary
