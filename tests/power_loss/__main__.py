"""`python -m tests.power_loss`: records, cuts, and shows that the cuts find what careless ledgers lose."""

import argparse
import json
import shutil
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.contenders import ROOT
from tests.power_loss.cuts import cut
from tests.power_loss.databases import Database
from tests.power_loss.postgres import Postgres
from tests.power_loss.recording import record
from tests.power_loss.sqlite import Sqlite

# By database: what makes it careless. SQLite is told by a pragma, Postgres by its own setting.
CARELESS = {"sqlite": ("OFF", "NORMAL"), "postgres": ("off",)}
_CARELESS_CALLBACKS, _CARELESS_CUTS = 120, 20
_SHOWN = 5


def main() -> None:
    """Ends with 1 if something was lost, or a careless ledger lost nothing."""
    chosen = _arguments()
    if not shutil.which("strace"):
        sys.exit("The recording needs strace, which is not here: `apt-get install strace`.")
    report: dict[str, Any] = {"seed": chosen.seed, "callbacks": chosen.callbacks, "databases": {}}
    well = True
    for name in chosen.database:
        most = chosen.cuts or (10_000 if name == "sqlite" else 200)
        result = _run(name, chosen.callbacks, most, chosen.seed, None)
        well = well and not result["losses"] and result["missed"] == 0
        report["databases"][name] = {"careful": result}
        for careless in CARELESS[name]:
            result = _run(name, _CARELESS_CALLBACKS, _CARELESS_CUTS, chosen.seed, careless)
            well = well and bool(result["losses"])
            report["databases"][name][careless] = result
    chosen.output.parent.mkdir(parents=True, exist_ok=True)
    chosen.output.write_text(json.dumps(report, indent=1))
    sys.exit(0 if well else 1)


def _run(name: str, callbacks: int, most: int, seed: int, careless: str | None) -> dict[str, Any]:
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="power-loss-") as folder:
        database = _database(name, Path(folder), careless)
        recording = record(database, Path(folder), callbacks, careless if name == "sqlite" else None)
        cuts = cut(database, recording, most, seed)
    # An answer that arrived and was not recorded would be asked of no cut.
    missed = recording.arrived.total() - cuts.answers
    result = {**asdict(cuts), "arrived": dict(recording.arrived), "missed": missed}
    result["seconds"] = round(time.monotonic() - began)
    losses = f"{len(cuts.losses)} with losses"
    _tell(
        f"{name}{f' (synchronous {careless})' if careless else ''}: {cuts.cuts} cuts ({cuts.torn} of them torn) at "
        f"{cuts.syncs} syncs, {cuts.answers} answers, {missed} missed, {losses}, {result['seconds']} s"
    )
    for line in cuts.losses[:_SHOWN]:
        _tell(f"  {line}")
    return result


def _database(name: str, folder: Path, careless: str | None) -> Database:
    return Sqlite(folder) if name == "sqlite" else Postgres(folder, careless=careless is not None)


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.power_loss", description=__doc__)
    parser.add_argument("--database", nargs="+", choices=["sqlite", "postgres"], default=["sqlite", "postgres"])
    parser.add_argument("--callbacks", type=int, default=1000)
    parser.add_argument("--cuts", type=int, help="at so many syncs at most: all of SQLite's, 200 of Postgres's")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--output", type=Path, default=ROOT / "var" / "power-loss.json")
    return parser.parse_args()


if __name__ == "__main__":
    main()
