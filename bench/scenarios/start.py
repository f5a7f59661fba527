"""Each contender alone on the machine: how soon it makes its first Case, and what memory it takes."""

import statistics
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bench.bench import Bench
from bench.contenders import EARLIER, POSTGRES, SQLITE
from bench.load import send
from bench.processes import pss_mb, tree
from tests.support.postgres import RunningPostgres

_CALLBACKS, _CONNECTIONS = 200, 4
_IDLE_SECONDS = 3.0


def run(bench: Bench) -> dict[str, Any]:
    """By contender: seconds to the first Case, with a new ledger and with one that is there; megabytes when idle."""
    bench.stand_in.mood()
    return {name: _start(bench, name) for name in bench.names}


def _start(bench: Bench, name: str) -> dict[str, Any]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-start-")))
        postgres = stack.enter_context(RunningPostgres()) if name == POSTGRES else None
        database = postgres.create_database() if postgres else None
        if name in (SQLITE, EARLIER):
            database = f"sqlite:///{folder / 'ringback.db'}"
        first, memory = _once(bench, name, database, postgres)
        again = [_once(bench, name, database, postgres) for _ in range(bench.rounds)]
    return {
        "first_s": first,
        "again_s": statistics.median(seconds for seconds, _ in again),
        "pss_mb": statistics.median([memory, *(one for _, one in again)]),
    }


def _once(bench: Bench, name: str, database: str | None, postgres: RunningPostgres | None) -> tuple[float, float]:
    began = time.monotonic()
    with bench.contenders.running(name, database) as contender:
        contender.wait(bench.fresh_events())
        seconds = time.monotonic() - began
        send(contender.url, _CALLBACKS, _CONNECTIONS, bench.fresh_events())
        time.sleep(_IDLE_SECONDS)
        memory = contender.pss_mb()
        if postgres is not None and postgres.process is not None:
            memory += pss_mb(tree(postgres.process.pid))
    return seconds, memory
