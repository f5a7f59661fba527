"""What the ledger costs: CPU of the web processes for each callback that they store and settle, and how many a second.

`--against` is another checkout, such as `git worktree add ../before <commit>`. Both take turns, so that the machine's
mood hits both.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support.postgres import RunningPostgres
from tests.support.ringback import ROOT

_LOAD = ROOT / "bench" / "ledger_load.py"
_MIGRATE = """
import sys
from app.ledger import Database
from app.ledger.migrate import migrate
migrate(Database(sys.argv[1]))
"""


@dataclass
class Side:
    """A ledger of the code in `root`."""

    name: str
    root: Path
    url: str
    found: list[dict[str, Any]] = field(default_factory=list)

    def migrate(self) -> None:
        """Makes its tables."""
        subprocess.run([sys.executable, "-c", _MIGRATE, self.url], env=self._environment, check=True)

    def load(self, turn: int, processes: int, threads: int, callbacks: int) -> None:
        """So many processes at once."""
        called = [
            [sys.executable, str(_LOAD), self.url, f"{turn}-{number}", str(threads), str(callbacks)]
            for number in range(processes)
        ]
        running = [subprocess.Popen(one, env=self._environment, stdout=subprocess.PIPE, text=True) for one in called]
        self.found += [json.loads(one.communicate()[0]) for one in running]

    @property
    def _environment(self) -> dict[str, str]:
        return {**os.environ, "PYTHONPATH": str(self.root)}

    def __str__(self) -> str:
        cpu, p50, p99, rate = (self.median(name) for name in ("cpu_ms", "p50", "p99", "each_second"))
        failed = sum(len(one["failed"]) for one in self.found)
        each = f"each process: {rate:.0f}/s p50={p50:.1f} p99={p99:.1f} ms"
        return f"{self.name:16} cpu_ms={cpu:.2f} {each} failed={failed}"

    def median(self, name: str) -> float:
        """Of all processes and turns."""
        return float(statistics.median(one[name] for one in self.found))


def main() -> None:
    """Measures in turns and prints the figures."""
    parser = argparse.ArgumentParser(prog="python -m bench.ledger_cost", description=__doc__)
    parser.add_argument("--against", type=Path, help="another checkout")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--threads", type=int, default=16, help="of each process")
    parser.add_argument("--callbacks", type=int, default=1000, help="of each process in each turn")
    parser.add_argument("--turns", type=int, default=3)
    chosen = parser.parse_args()
    roots = {"": ROOT, **({"before ": chosen.against.resolve()} if chosen.against else {})}
    with ExitStack() as stack:
        postgres = stack.enter_context(RunningPostgres())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cost-")))
        sides = []
        for word, root in roots.items():
            sides.append(Side(f"{word}sqlite", root, f"sqlite:///{folder / f'{word.strip()}.db'}"))
            sides.append(Side(f"{word}postgres", root, postgres.create_database()))
        for side in sides:
            side.migrate()
        for turn in range(chosen.turns):
            for side in sides:
                side.load(turn, chosen.processes, chosen.threads, chosen.callbacks)
    for side in sides:
        print(side)
    for now, before in zip(sides[:2], sides[2:], strict=False):
        print(f"{now.name}: before/now = {before.median('cpu_ms') / now.median('cpu_ms'):.1f}")


if __name__ == "__main__":
    main()
