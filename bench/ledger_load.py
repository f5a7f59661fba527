"""One process that stores callbacks and settles them, by many threads. `ledger_cost` starts it, on any checkout."""

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from app.domain.entry import State
from app.ledger import Database, Ledger
from app.ledger.codec import Codec
from app.ledger.ledger import Attempted

WARM_UP = 100
# What was sent, where the checkout keeps it.
_SENT: dict[str, Any] = {"sent": b"x" * 530} if "sent" in Attempted.__dataclass_fields__ else {}


def main(url: str, name: str, threads: int, callbacks: int) -> dict[str, Any]:
    """CPU and time of each callback in ms, and what was raised."""
    ledger = Ledger(Database(url), Codec(b"a key for the bench"))
    took: list[float] = []
    failed: list[str] = []

    def both(number: int) -> None:
        began = time.perf_counter()
        try:
            store_and_settle(ledger, f"{name}-{number}")
        except Exception as error:
            failed.append(repr(error))
        took.append((time.perf_counter() - began) * 1000)

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(both, range(WARM_UP)))
        took.clear()
        cpu, began = time.process_time(), time.perf_counter()
        list(pool.map(both, range(WARM_UP, WARM_UP + callbacks)))
        cpu, seconds = time.process_time() - cpu, time.perf_counter() - began
    took.sort()
    return {
        "cpu_ms": cpu * 1000 / callbacks,
        "each_second": callbacks / seconds,
        "p50": took[callbacks // 2],
        "p99": took[callbacks * 99 // 100],
        "failed": failed,
    }


def store_and_settle(ledger: Ledger, event_id: str) -> None:
    """What each created callback asks of the ledger."""
    new = {
        "source": "default",
        "event_id": event_id,
        "turn": 1,
        "external_id": f"default-{event_id}",
        "fingerprint": "f" * 80,
        "state": State.RECEIVED,
        "rule": "b2b",
        "object": "Case",
        "body": b"x" * 300,
        "query": b"",
        "request_id": "bench",
    }
    settled = {"state": State.DELIVERED, "record_id": "500000000000000AAA", "attempts": 1, "lease": None}
    received = ledger.receive(new, "+4930901820", event_id, 60)
    assert received is not None
    line = Attempted(time.time(), 20, "web", "delivered", "abc", **_SENT)
    ledger.change(received[0].id, lambda _, now: {**settled, "delivered_at": now, "lease_until": None}, line)


if __name__ == "__main__":
    address, called, *numbers = sys.argv[1:]
    print(json.dumps(main(address, called, *map(int, numbers))))
