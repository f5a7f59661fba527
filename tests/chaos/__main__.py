"""`python -m tests.chaos`: a run as long as wanted. Prints its figures, and the promises that were broken.

Several may run side by side: each has its own folder, ports and Postgres.
"""

import argparse
import sys
import tempfile
from collections import Counter
from contextlib import nullcontext
from pathlib import Path

from tests.support.chaos import Plan, Report, run
from tests.support.postgres import RunningPostgres

SHOWN = 50
COMBINATIONS = (("embedded", "sqlite"), ("embedded", "postgres"), ("procrastinate", "postgres"))
# Callbacks from one trouble to the next, at any rate.
BETWEEN_TROUBLES = 120


def main() -> None:
    """Runs it once for each seed, and with `--all` for each engine and database."""
    chosen = _arguments()
    combinations = COMBINATIONS if chosen.all else [(chosen.engine, chosen.database)]
    broken = 0
    for engine, database in combinations:
        totals: Counter[str] = Counter()
        for seed in chosen.seed:
            report = _tried(chosen, seed, engine, database)
            lines = [report.summary, f"broken promises: {len(report.problems)}", *report.problems[:SHOWN]]
            _say("\n  ".join(lines))
            totals += report.counts
            broken += len(report.problems)
        if len(chosen.seed) > 1:
            _say(f"= {engine}, {database}, {len(chosen.seed)} seeds: {dict(totals)}")
    sys.exit(1 if broken else 0)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, nargs="+", default=[1])
    parser.add_argument("--callbacks", type=int, default=10_000)
    parser.add_argument("--rate", type=float, default=40.0, help="callbacks a second")
    parser.add_argument("--pause", type=float, help="seconds between two troubles; 0 is a calm run")
    parser.add_argument("--drain", type=float, default=300.0, help="seconds that the end may take")
    parser.add_argument("--engine", choices=["embedded", "procrastinate"], default="embedded")
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--all", action="store_true", help="every engine on every database, one after the other")
    parser.add_argument("--hurry", action="store_true", help="in the end all die, and their leases run out at once")
    parser.add_argument("--keep", type=Path, help="a folder for the logs and the databases")
    return parser.parse_args()


def _tried(chosen: argparse.Namespace, seed: int, engine: str, database: str) -> Report:
    try:
        return _run(chosen, seed, engine, database)
    except Exception as error:  # the runs that follow are worth something all the same
        return Report(f"engine={engine} database={database} seed={seed}", [f"did not end: {error!r}"], Counter())


def _run(chosen: argparse.Namespace, seed: int, engine: str, database: str) -> Report:
    pause = BETWEEN_TROUBLES / chosen.rate if chosen.pause is None else chosen.pause
    plan = Plan(seed, chosen.callbacks, engine, chosen.rate, pause, chosen.drain, chosen.hurry)
    with tempfile.TemporaryDirectory(prefix="chaos-") as temporary:
        folder = chosen.keep / f"{engine}-{database}-{seed}" if chosen.keep else Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        with RunningPostgres() if database == "postgres" else nullcontext() as postgres:
            return run(plan, folder, postgres)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
