"""One client: what an answer takes beside Salesforce's time and the disk's."""

import os
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any

from bench.bench import Bench
from bench.scenarios.rounds import Round, measure
from bench.wrk import send_composites

# Two frames of SQLite's log.
_COMMIT = bytes(2 * (24 + 4096))
_SYNCS = 300


def run(bench: Bench) -> dict[str, Any]:
    """Each round has the disk's syncs and the stand-in alone beside the contenders."""
    rounds: dict[str, list[Round]] = {name: [] for name in bench.names}
    salesforce, disk = [], []
    with ExitStack() as stack:
        running = [stack.enter_context(bench.contenders.running(name)) for name in bench.names]
        for contender in running:
            contender.wait(bench.fresh_events())
            measure(bench, contender, 1)
        for _ in range(bench.rounds):
            salesforce.append(send_composites(bench.stand_in.url, 1, min(2.0, bench.seconds), bench.fresh_events()))
            disk.append(syncs(bench.some(_SYNCS)))
            for contender in running:
                rounds[contender.name].append(measure(bench, contender, 1))
    return {"contenders": rounds, "salesforce": salesforce, "disk": disk}


def syncs(count: int) -> dict[str, float]:
    """What it takes to bring a commit to the disk, in milliseconds."""
    taken = []
    with tempfile.TemporaryFile(prefix="bench-") as file:
        for _ in range(count):
            began = time.perf_counter()
            os.write(file.fileno(), _COMMIT)
            os.fdatasync(file.fileno())
            taken.append((time.perf_counter() - began) * 1000)
    return {"p50": percentile(taken, 50), "p99": percentile(taken, 99)}


def percentile(values: Sequence[float], share: int) -> float:
    """The value below which so many per cent lie."""
    return sorted(values)[min(len(values) - 1, len(values) * share // 100)]
