"""Procrastinate's tables are made once, whoever starts first."""

import subprocess
import sys

from tests.support.postgres import RunningPostgres
from tests.support.ringback import ROOT

PROGRAM = """
import sys
from app.delivery.jobs import prepare
from app.ledger.database import Database
prepare(Database(sys.argv[1]))
"""


def test_many_start_at_once(postgres: RunningPostgres) -> None:
    """Web and workers that start at the same moment on an empty database all start."""
    url = postgres.create_database()
    starting = [
        subprocess.Popen([sys.executable, "-c", PROGRAM, url], cwd=ROOT, stderr=subprocess.PIPE, text=True)
        for _ in range(6)
    ]
    said = [one.communicate(timeout=60)[1] for one in starting]

    assert [0] * 6 == [one.returncode for one in starting], said
