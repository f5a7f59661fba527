"""5,000 callbacks by 100 connections while Salesforce hangs, is slow, or all are of one event."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests

from bench.bench import Bench
from bench.load import Write, fresh_event, other_content, send

CALLBACKS, CONNECTIONS = 5_000, 100
KINDS = ("hanging", "slow", "one event")
SLOW_SECONDS = 4.0
_LOOK_EVERY = 0.5


def run(bench: Bench) -> dict[str, Any]:
    """By kind and contender: the answers, and what health said meanwhile."""
    return {kind: {name: _burst(bench, name, kind) for name in bench.chosen()} for kind in KINDS}


def _burst(bench: Bench, name: str, kind: str) -> dict[str, Any]:
    bench.stand_in.reset()
    bench.stand_in.mood()
    with bench.contenders.running(name) as contender:
        contender.wait(bench.fresh_events())
        bench.stand_in.mood(hangs=kind == "hanging", delay=SLOW_SECONDS if kind == "slow" else 0.0)
        first = bench.fresh_events()
        write: Write = other_content(first) if kind == "one event" else fresh_event
        with _health(contender.url) as health:
            answers = send(contender.url, bench.some(CALLBACKS), CONNECTIONS, first, write)
        # What hangs would keep its process from ending.
        bench.stand_in.mood()
    return {**answers.summary(), "health": dict(health)}


@contextmanager
def _health(url: str) -> Iterator[Counter[str]]:
    """How often `/health/live` and `/health/ready` said what, while the block runs."""
    said: Counter[str] = Counter()
    ended = threading.Event()

    def look() -> None:
        while not ended.wait(_LOOK_EVERY):
            for what in ("live", "ready"):
                try:
                    status = str(requests.get(url.replace("callbacks", f"health/{what}"), timeout=10).status_code)
                except requests.RequestException as error:
                    status = type(error).__name__
                said[f"{what} {status}"] += 1

    thread = threading.Thread(target=look, name="health")
    thread.start()
    try:
        yield said
    finally:
        ended.set()
        thread.join()
