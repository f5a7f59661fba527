"""10,000 callbacks wait while Salesforce is away; it comes back and takes 300 ms a call."""

import time
from typing import Any

from bench.bench import Bench
from bench.contenders import Contender
from bench.ledger import change
from bench.load import send

CALLBACKS, CONNECTIONS, DELAY = 10_000, 32, 0.3
_MOST_SECONDS = 300.0


def run(bench: Bench) -> dict[str, Any]:
    """By contender: calls and seconds from the moment at which Salesforce may be tried again to the last Case."""
    return {name: _drain(bench, name) for name in bench.chosen()}


def _drain(bench: Bench, name: str) -> dict[str, Any]:
    bench.stand_in.reset()
    bench.stand_in.mood()
    with bench.contenders.running(name) as contender:
        contender.wait(bench.fresh_events())
        bench.stand_in.mood(away=True)
        waiting = bench.some(CALLBACKS)
        answers = send(contender.url, waiting, CONNECTIONS, bench.fresh_events())
        bench.stand_in.reset()
        bench.stand_in.mood(delay=DELAY)
        seconds = _until_drained(bench, contender, waiting)
        counts = bench.stand_in.settled_counts()
        bench.stand_in.mood()
    return {
        **answers.summary(),
        "waiting": waiting,
        "seconds": seconds,
        "calls": counts["calls"],
        "cases": counts["cases"],
        "duplicates": counts["duplicates"],
    }


def _until_drained(bench: Bench, contender: Contender, waiting: int) -> float | None:
    assert contender.database
    began = time.monotonic()
    # The probe is due now and not minutes later.
    change(contender.database, "UPDATE pause SET probe_at = 0")
    while time.monotonic() - began < _MOST_SECONDS:
        if bench.stand_in.counts()["cases"] >= waiting:
            return time.monotonic() - began
        time.sleep(0.05)
    return None
