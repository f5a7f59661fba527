"""What counting costs: the CPU that goes into the counters for each callback, of all that a callback takes.

Counts, as gunicorn's processes do, what one callback counts; then a Ringback takes callbacks, for the whole.
"""

import argparse
import statistics
import time
from contextlib import ExitStack

import requests

from app.metrics import Meter, Metric
from app.wiring import build_meter
from bench.measured import WARM_UP, start
from tests.support.ringback import SECRET


def count_callback(meter: Meter) -> None:
    """All that is counted for a callback which becomes a Case at once."""
    meter.observe(Metric.CRM_SECONDS, 0.2, "composite", "2xx")
    meter.set(Metric.API_USED, 4711)
    meter.set(Metric.API_LIMIT, 100_000)
    meter.count(Metric.ATTEMPTS, "web", "b2b", "delivered", None)
    meter.observe(Metric.ATTEMPT_SECONDS, 0.25, "web", "delivered")
    meter.count(Metric.CALLBACKS, "default", "b2b", "delivered", "created", None)
    meter.observe(Metric.ANSWER_SECONDS, 0.3, "created")


def counting_ms(times: int) -> float:
    """The CPU for one callback's counting."""
    meter = build_meter()
    count_callback(meter)
    began = time.process_time()
    for _ in range(times):
        count_callback(meter)
    return (time.process_time() - began) * 1000 / times


def main() -> None:
    """Prints both figures, their ratio, and how long a scrape takes."""
    parser = argparse.ArgumentParser(prog="python -m bench.metrics_cost", description=__doc__)
    parser.add_argument("--callbacks", type=int, default=300, help="in each round")
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args()
    counting = counting_ms(20_000)
    with ExitStack() as stack:
        measured = start(stack)
        measured.send(WARM_UP)
        for _ in range(chosen.rounds):
            measured.measure(chosen.callbacks)
        scrapes = [scrape_ms(measured.ringback.url) for _ in range(20)]
    whole = statistics.median(measured.cpu)
    print(f"counting_cpu_ms={counting:.4f} callback_cpu_ms={whole:.2f} ratio={counting / whole:.4f}")
    print(f"scrape_ms={statistics.median(scrapes):.1f}")


def scrape_ms(url: str) -> float:
    """The time of one scrape."""
    began = time.perf_counter()
    requests.get(f"{url}/metrics", headers={"Authorization": f"Bearer {SECRET}"}, timeout=30).raise_for_status()
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    main()
