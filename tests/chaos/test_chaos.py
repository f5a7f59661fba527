"""A short run of chaos for each engine and database. `make chaos` makes long ones."""

import sys
from pathlib import Path

import pytest

from tests.support.chaos import Plan, run
from tests.support.postgres import RunningPostgres


@pytest.mark.parametrize(
    ("engine", "database"),
    [
        ("embedded", "sqlite"),
        ("embedded", "postgres"),
        pytest.param("procrastinate", "postgres"),
    ],
)
def test_chaos(tmp_path: Path, request: pytest.FixtureRequest, engine: str, database: str) -> None:
    """Whatever dies or fails: each 200 has its one Case, nothing is there twice, nothing is forgotten or stuck."""
    postgres: RunningPostgres | None = request.getfixturevalue("postgres") if database == "postgres" else None

    report = run(Plan(seed=7, callbacks=300, engine=engine, pause=0.7), tmp_path, postgres)

    sys.stdout.write(f"{report.summary}\n")
    assert [] == report.problems, report.summary


def test_calm(tmp_path: Path) -> None:
    """Where nothing fails nothing is there twice: no text, no Case, no comment."""
    report = run(Plan(seed=7, callbacks=150, rate=60, pause=None), tmp_path, None)

    assert [] == report.problems, report.summary
