"""How many API calls a backlog costs: callbacks wait behind a pause, the pause ends, the sandbox counts."""

import argparse
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path

from sqlalchemy import func, select, update

from app.ledger.pauses import ORG, Pauses
from app.ledger.tables import entry, pause
from tests.support.chaos_house import House, wait_until
from tests.support.postgres import RunningPostgres
from tests.support.writing import writing

MOST_CALLS_OF_10_000 = 60
SENDERS = 8
CASES = "SELECT CaseNumber, jtel_AcdEventsID__c FROM Case WHERE jtel_AcdEventsID__c != null ORDER BY CaseNumber"


def main() -> None:
    """Fills, drains, counts; ends with 1 when it took too many calls or something is missing."""
    parser = argparse.ArgumentParser(prog="python -m bench.backlog", description=__doc__)
    parser.add_argument("--callbacks", type=int, default=10_000)
    parser.add_argument("--engine", choices=["embedded", "procrastinate"], default="embedded")
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--one-rule", action="store_true", help="without it every second Case has an owner by its rule")
    chosen = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="backlog-") as folder,
        RunningPostgres() if chosen.database == "postgres" else nullcontext() as postgres,
        House(Path(folder), chosen.engine, postgres, {"RINGBACK_PACE": "1"}) as house,
    ):
        fill(house, chosen.callbacks, 1 if chosen.one_rule else 2)
        before = house.sandbox.calls()
        seconds = drain(house, chosen.callbacks)
        after = house.sandbox.calls()
        calls = int(after["total"]) - int(before["total"])
        cases = [case["jtel_AcdEventsID__c"] for case in house.sandbox.query(CASES)]
        with house.ringback.database.read() as connection:
            order = select(entry.c.external_id).order_by(entry.c.received_at, entry.c.id)
            received = list(connection.execute(order).scalars())
    print(f"callbacks={chosen.callbacks} cases={len(set(cases))} calls={calls} seconds={seconds:.1f}")
    print(f"oldest first: the Case furthest from its place is {furthest(received, cases)} places away")
    print({name: count - before["counts"].get(name, 0) for name, count in after["counts"].items()})
    most = max(1, MOST_CALLS_OF_10_000 * chosen.callbacks // 10_000)
    sys.exit(0 if calls <= most and sorted(received) == sorted(cases) else 1)


def fill(house: House, callbacks: int, rules: int) -> None:
    """Salesforce counts as away; all callbacks are queued, for so many rules in turn."""
    Pauses(house.ringback.database).begin(ORG, "crm_unavailable", 3600)

    def send(event_id: int) -> str:
        callback = {"AcdEventsID": event_id, "CallbackNumber": "4930901820", "AcdGroupsID": 235 + event_id % rules}
        return str(house.ringback.post({**callback, "Subject": "Offer"}).body["status"])

    with ThreadPoolExecutor(SENDERS) as pool:
        answers = set(pool.map(send, range(1, callbacks + 1)))
    assert {"queued"} == answers, answers


def drain(house: House, callbacks: int) -> float:
    """Seconds from the moment at which Salesforce may be tried again to the last Case."""
    delivered = select(func.count()).select_from(entry).where(entry.c.state == "delivered")

    def done() -> bool:
        with house.ringback.database.read() as connection:
            return int(connection.execute(delivered).scalar_one()) == callbacks

    with writing(house.ringback.database) as connection:
        connection.execute(update(pause).values(probe_at=0.0))
    began = time.monotonic()
    assert wait_until(done, 300, 0.1), "the backlog was not drained"
    return time.monotonic() - began


def furthest(received: list[str], cases: list[str]) -> int:
    """How far the order of the Cases is from the order in which the callbacks came."""
    places = {external_id: place for place, external_id in enumerate(received)}
    return max((abs(places[external_id] - place) for place, external_id in enumerate(cases)), default=0)


if __name__ == "__main__":
    main()
