"""`python -m tests.chaos`: a run as long as wanted. Prints its figures, and the promises that were broken."""

import argparse
import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path

from tests.support.chaos import Plan, run
from tests.support.postgres import RunningPostgres

SHOWN = 50


def main() -> None:
    """Runs it once for each seed."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, nargs="+", default=[1])
    parser.add_argument("--callbacks", type=int, default=10_000)
    parser.add_argument("--rate", type=float, default=40.0, help="callbacks a second")
    parser.add_argument("--pause", type=float, default=3.0, help="seconds between two troubles")
    parser.add_argument("--drain", type=float, default=300.0, help="seconds that the end may take")
    parser.add_argument("--engine", choices=["embedded", "procrastinate"], default="embedded")
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--hurry", action="store_true", help="in the end all die, and their leases run out at once")
    parser.add_argument("--keep", type=Path, help="a folder for the logs and the databases")
    chosen = parser.parse_args()
    broken = 0
    for seed in chosen.seed:
        plan = Plan(seed, chosen.callbacks, chosen.engine, chosen.rate, chosen.pause, chosen.drain, chosen.hurry)
        with tempfile.TemporaryDirectory(prefix="chaos-") as temporary:
            folder = chosen.keep / str(seed) if chosen.keep else Path(temporary)
            folder.mkdir(parents=True, exist_ok=True)
            with RunningPostgres() if chosen.database == "postgres" else nullcontext() as postgres:
                report = run(plan, folder, postgres)
        lines = [report.summary, f"broken promises: {len(report.problems)}", *report.problems[:SHOWN]]
        sys.stdout.write("\n  ".join(lines) + "\n")
        sys.stdout.flush()
        broken += len(report.problems)
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
