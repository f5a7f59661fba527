"""32 clients, and a Salesforce that takes 200 ms; the ideal is what 32 clients can ask at all."""

from typing import Any

from bench.bench import Bench
from bench.scenarios.rounds import in_turns

CONNECTIONS, DELAY = 32, 0.2


def run(bench: Bench) -> dict[str, Any]:
    """The rounds and the ideal."""
    return {"contenders": in_turns(bench, bench.names, CONNECTIONS, DELAY), "ideal": CONNECTIONS / DELAY}
