"""Contenders in turns, A B C A B C: the machine's mood hits all of them."""

from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any

from bench.bench import Bench
from bench.contenders import Contender
from bench.wrk import send_callbacks

_WARM_UP_SECONDS = 3.0
# What is under way at the end does not count, up to one answer of each client: of so many it is about 1 %.
_ANSWERS_OF_A_CLIENT = 100
Round = dict[str, Any]


def in_turns(bench: Bench, names: Sequence[str], connections: int, delay: float = 0.0) -> dict[str, list[Round]]:
    """Each contender's rounds, while Salesforce answers after `delay` seconds."""
    seconds = max(bench.seconds, delay * bench.some(_ANSWERS_OF_A_CLIENT))
    with ExitStack() as stack:
        running = [stack.enter_context(bench.contenders.running(name)) for name in names]
        bench.stand_in.mood()
        for contender in running:
            contender.wait(bench.fresh_events())
            send_callbacks(contender.url, connections, min(_WARM_UP_SECONDS, bench.seconds), bench.fresh_events())
        bench.stand_in.settled_counts()
        bench.stand_in.mood(delay=delay)
        rounds: dict[str, list[Round]] = {name: [] for name in names}
        for _ in range(bench.rounds):
            for contender in running:
                rounds[contender.name].append(measure(bench, contender, connections, seconds))
        bench.stand_in.mood()
    return rounds


def measure(bench: Bench, contender: Contender, connections: int, seconds: float | None = None) -> Round:
    """One measurement, and whether the stand-in has each event exactly once."""
    before, cpu = bench.stand_in.counts(), contender.cpu_ms()
    said = send_callbacks(contender.url, connections, seconds or bench.seconds, bench.fresh_events())
    after = bench.stand_in.settled_counts()
    cases = after["cases"] - before["cases"]
    calls = after["calls"] - before["calls"]
    return {
        **said,
        "cpu_ms": (contender.cpu_ms() - cpu) / max(1, cases, said["answers"]),
        "cases": cases,
        "calls_per_case": calls / cases if cases else None,
        "duplicates": after["duplicates"] - before["duplicates"],
        # What wrk left under way becomes a Case as well.
        "each_once": said["created"] <= cases <= said["sent"],
    }
