"""The database can be read but not written: what Ringback answers is true all the same, and it recovers by itself."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.support.chaos_house import House, wait_until
from tests.support.patience import PATIENCE
from tests.support.pgbouncer import RunningPgBouncer
from tests.support.postgres import RunningPostgres
from tests.support.ringback import Answer

CASES = "SELECT Id, jtel_AcdEventsID__c FROM Case WHERE jtel_AcdEventsID__c != null"
END_OTHERS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
_EVENT_IDS = count(650_001)


@pytest.fixture
def server(postgres: RunningPostgres) -> Iterator[RunningPgBouncer]:
    """A pooler, which keeps the sessions of before; without one it is easier."""
    with RunningPgBouncer(postgres) as running:
        yield running


@pytest.fixture
def house(tmp_path: Path, server: RunningPgBouncer) -> Iterator[House]:
    with House(tmp_path, "embedded", server) as running:
        yield running


def switch(house: House, postgres: RunningPostgres, how: str) -> None:
    """For all sessions that are opened from now on, and those that are there end."""
    name = house.ringback.database.url.rpartition("/")[2]
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = {how}".encode())
        if how == "on":
            connection.execute(END_OTHERS, [name])


def callback() -> dict[str, Any]:
    return {"AcdEventsID": next(_EVENT_IDS), "Caller": "4930901820", "Subject": "Offer"}


def word(answer: Answer) -> tuple[int, str, str | None]:
    return answer.status, str(answer.body["status"]), answer.body.get("reason")


def test_read_only(house: House, postgres: RunningPostgres) -> None:
    """While nothing can be stored 200 is said only of a Case, and nothing is promised; then all is entered."""
    before = house.ringback.post(callback())
    switch(house, postgres, "on")
    meanwhile = [(body, house.ringback.post(body)) for body in (callback() for _ in range(5))]
    house.sandbox.fault("unavailable", share=1)
    away = [(body, house.ringback.post(body)) for body in (callback() for _ in range(3))]
    house.sandbox.clear_faults()
    switch(house, postgres, "off")
    again = [house.ringback.post(body) for body, _ in away]
    entered = wait_until(lambda: len(house.ringback.entries()) == 9, PATIENCE)
    repeated = [house.ringback.post(body) for body, _ in meanwhile]

    assert (200, "created", None) == word(before)
    assert [(200, "created", None)] * 5 == [word(answer) for _, answer in meanwhile]
    assert [(500, "refused", "ledger_unavailable")] * 3 == [word(answer) for _, answer in away]
    assert [(200, "created", None)] * 3 == [word(answer) for answer in again]
    assert entered, house.ringback.entries()
    assert [(200, "existing", None)] * 5 == [word(answer) for answer in repeated]
    cases = [case["jtel_AcdEventsID__c"] for case in house.sandbox.query(CASES)]
    assert (9, 9) == (len(cases), len(set(cases)))
    assert '"internal_error"' not in house.ringback.log.read_text()
