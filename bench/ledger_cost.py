"""What the ledger costs on the happy path: CPU of the web process for each callback, with it and without it.

The Ringback without a ledger is another checkout: `git worktree add ../before <commit>`, then `--against ../before`.
Both run at the same time, on sandboxes of their own, and take turns, so that the machine's mood hits both.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import requests
from cryptography.fernet import Fernet

import tests.support.ringback as support
from bench.processes import cpu_ms
from tests.support.postgres import RunningPostgres
from tests.support.process import children
from tests.support.ringback import SECRET, RunningRingback
from tests.support.sandbox import RunningSandbox

WARM_UP = 100


@dataclass
class Side:
    """A Ringback that is measured."""

    name: str
    ringback: RunningRingback
    http: requests.Session = field(default_factory=requests.Session)
    event_id: int = 0
    cpu: list[float] = field(default_factory=list)
    ms: list[float] = field(default_factory=list)

    def send(self, count: int) -> None:
        """New callbacks, one after the other on one connection."""
        headers = {"Authorization": f"Bearer {SECRET}"}
        for _ in range(count):
            self.event_id += 1
            body = {"AcdEventsID": self.event_id, "CallbackNumber": "4930901820", "Subject": "Offer"}
            began = time.perf_counter()
            answer = self.http.post(f"{self.ringback.url}/callbacks", json=body, headers=headers, timeout=30)
            self.ms.append((time.perf_counter() - began) * 1000)
            assert answer.json()["status"] == "created", answer.text

    def measure(self, count: int) -> None:
        """The CPU that its worker takes for `count` callbacks, each."""
        pids = children(self.ringback.process.pid)
        before = cpu_ms(*pids)
        self.send(count)
        self.cpu.append((cpu_ms(*pids) - before) / count)


def main() -> None:
    """Measures in turns and prints the figures."""
    parser = argparse.ArgumentParser(prog="python -m bench.ledger_cost", description=__doc__)
    parser.add_argument("--against", type=Path, help="a checkout without a ledger")
    parser.add_argument("--callbacks", type=int, default=300, help="in each round")
    parser.add_argument("--rounds", type=int, default=8)
    chosen = parser.parse_args()
    with ExitStack() as stack:
        postgres = stack.enter_context(RunningPostgres())
        key = {"RINGBACK_ENCRYPTION_KEY": Fernet.generate_key().decode()}
        sides = [
            start(stack, "sqlite", support.ROOT, None),
            start(stack, "encrypted", support.ROOT, None, key),
            start(stack, "postgres", support.ROOT, postgres),
        ]
        if chosen.against:
            sides.insert(0, start(stack, "without", chosen.against.resolve(), None))
        for side in sides:
            side.send(WARM_UP)
            side.ms.clear()
        for _ in range(chosen.rounds):
            for side in sides:
                side.measure(chosen.callbacks)
    first = sides[0]
    for side in sides:
        cpu, ms = statistics.median(side.cpu), statistics.median(side.ms)
        more, ratio = cpu - statistics.median(first.cpu), cpu / statistics.median(first.cpu)
        spread = f"{min(side.cpu):.2f}-{max(side.cpu):.2f}"
        print(f"{side.name:9} cpu_ms={cpu:.2f} ({spread}) more_ms={more:+.2f} ratio={ratio:.2f} answer_ms={ms:.1f}")


def start(
    stack: ExitStack,
    name: str,
    root: Path,
    postgres: RunningPostgres | None,
    more: Mapping[str, str] | None = None,
) -> Side:
    """A Ringback of the checkout in `root`, with one worker."""
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cost-")))
    sandbox = stack.enter_context(RunningSandbox(folder / "sandbox.db"))
    environment = {"WEB_CONCURRENCY": "1", "RINGBACK_PACE": "1", **(more or {})}
    if postgres is not None:
        environment["DATABASE_URL"] = postgres.create_database()
    before, support.ROOT = support.ROOT, root
    try:
        ringback = stack.enter_context(RunningRingback(sandbox.url, folder / "log", environment))
    finally:
        support.ROOT = before
    return Side(name, ringback)


if __name__ == "__main__":
    main()
