"""A ledger of 1,000,000 callbacks against an empty one: what one client's answers take."""

import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bench.bench import Bench
from bench.contenders import POSTGRES, SQLITE
from bench.ledger import repeat_entry
from bench.scenarios.rounds import Round, measure
from tests.support.postgres import RunningPostgres

ROWS = 1_000_000


def run(bench: Bench) -> dict[str, Any]:
    """By database: the rounds with the full ledger and with the empty one."""
    return {name: _compare(bench, name) for name in bench.chosen((SQLITE, POSTGRES))}


def _compare(bench: Bench, name: str) -> dict[str, Any]:
    rows = bench.some(ROWS)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-rows-")))
        postgres = stack.enter_context(RunningPostgres()) if name == POSTGRES else None
        urls = {
            ledger: postgres.create_database() if postgres else f"sqlite:///{folder / ledger}"
            for ledger in ("full", "empty")
        }
        bench.stand_in.mood()
        with bench.contenders.running(name, urls["full"]) as contender:
            contender.wait(bench.fresh_events())
        repeat_entry(urls["full"], rows)
        running = {ledger: stack.enter_context(bench.contenders.running(name, url)) for ledger, url in urls.items()}
        for contender in running.values():
            contender.wait(bench.fresh_events())
            measure(bench, contender, 1)
        rounds: dict[str, list[Round]] = {ledger: [] for ledger in running}
        for _ in range(bench.rounds):
            for ledger, contender in running.items():
                rounds[ledger].append(measure(bench, contender, 1))
    return {"rows": rows, **rounds}
