"""32 clients, and a Salesforce that answers at once."""

from typing import Any

from bench.bench import Bench
from bench.scenarios.rounds import in_turns
from bench.wrk import send_composites

CONNECTIONS = 32


def run(bench: Bench) -> dict[str, Any]:
    """All contenders; and the stand-in alone, which must not be what is measured."""
    rounds = in_turns(bench, bench.names, CONNECTIONS)
    alone = send_composites(bench.stand_in.url, CONNECTIONS, bench.seconds, bench.fresh_events())
    return {"contenders": rounds, "stand_in": alone}
