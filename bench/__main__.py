"""`python -m bench`: Ringback beside Node-RED and a bare Flask, against one stand-in for Salesforce."""

import argparse
import json
import shlex
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.bench import Bench
from bench.contenders import EARLIER, FLASK, NAMES, NODE_RED_NAME, POSTGRES, ROOT, SQLITE, Contenders
from bench.machine import commit, machine
from bench.needs import missing
from bench.report import as_markdown
from bench.salesforce import RunningStandIn
from bench.scenarios import alone, burst, drain, many, rows, slow, start, throughput

SCENARIOS = {
    "throughput": throughput,
    "alone": alone,
    "slow": slow,
    "many": many,
    "burst": burst,
    "drain": drain,
    "rows": rows,
    "start": start,
}


def main() -> None:
    """Measures, prints the table and writes the JSON."""
    chosen = _arguments()
    names = [name for name in NAMES if name in chosen.contenders or (name == EARLIER and chosen.against)]
    lacks = missing(node_red=NODE_RED_NAME in names, postgres=POSTGRES in names)
    if lacks:
        sys.exit("The bench needs what is not here:\n" + "\n".join(f"- {line}" for line in lacks))
    report: dict[str, Any] = {
        "command": shlex.join(["python", "-m", "bench", *sys.argv[1:]]),
        "date": datetime.now(UTC).isoformat(timespec="minutes"),
        "commit": commit(ROOT),
        "earlier": commit(chosen.against) if chosen.against else None,
        "machine": machine(),
        "rounds": chosen.rounds,
        "seconds": chosen.seconds,
        "scenarios": {},
    }
    for name in chosen.scenarios:
        began = time.monotonic()
        # A new one each time, so that it is never larger for one scenario than for another.
        with RunningStandIn() as stand_in:
            contenders = Contenders(stand_in.port, chosen.against)
            bench = Bench(stand_in, contenders, names, chosen.rounds, chosen.seconds, 0.02 if chosen.quick else 1.0)
            report["scenarios"][name] = SCENARIOS[name].run(bench)
        print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr)
        chosen.output.parent.mkdir(parents=True, exist_ok=True)
        chosen.output.write_text(json.dumps(report, indent=1))
    print(as_markdown(report))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("scenarios", nargs="*", default=list(SCENARIOS), choices=[[], *SCENARIOS], help="all if none")
    parser.add_argument("--quick", action="store_true", help="a few seconds for each: shows that it runs")
    parser.add_argument("--rounds", type=int, help="how often each contender is measured, in turns (5)")
    parser.add_argument(
        "--seconds", type=float, help="for how long each time (8); where Salesforce is slow at least 100 of its answers"
    )
    parser.add_argument("--against", type=Path, help="another checkout, whose Ringback is measured in the same run")
    default = [SQLITE, POSTGRES, NODE_RED_NAME, FLASK]
    parser.add_argument("--contenders", nargs="+", default=default, choices=default)
    parser.add_argument("--output", type=Path, default=ROOT / "var" / "bench.json")
    chosen = parser.parse_args()
    chosen.scenarios = chosen.scenarios or list(SCENARIOS)
    chosen.rounds = chosen.rounds or (1 if chosen.quick else 5)
    chosen.seconds = chosen.seconds or (2.0 if chosen.quick else 8.0)
    chosen.against = chosen.against and chosen.against.resolve()
    return chosen


if __name__ == "__main__":
    main()
