"""Ringback starts while its database is away: it answers as it does without its ledger, and is whole afterwards."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.ledger.heartbeats import Heartbeats
from tests.support.chaos_house import House, wait_until
from tests.support.patience import PATIENCE
from tests.support.postgres import RunningPostgres


def callback(event_id: int) -> dict[str, Any]:
    return {"AcdEventsID": event_id, "CallbackNumber": "4930901820", "Subject": "Offer"}


@pytest.fixture
def away(postgres: RunningPostgres) -> Iterator[RunningPostgres]:
    """A Postgres that is there again after the test, whatever happens."""
    yield postgres
    if postgres.process is not None and postgres.process.poll() is not None:
        postgres.start()


@pytest.mark.parametrize("engine", ["embedded", "procrastinate"])
def test_first_start(tmp_path: Path, away: RunningPostgres, engine: str) -> None:
    """With an empty database that is away: Cases are made, nothing is promised; then all is recorded and delivered."""
    house = House(tmp_path, engine, away)
    away.crash()
    with house:
        check_without_database(house)
        away.start()
        check_whole(house)


def test_start_again(tmp_path: Path, away: RunningPostgres) -> None:
    """The same for a Ringback that has been running and is started again during an outage."""
    with House(tmp_path, "embedded", away) as house:
        before = house.ringback.post(callback(9))
        away.crash()
        house.kill_all()
        house.ringback.wait()
        check_without_database(house)
        away.start()
        check_whole(house)

        assert before.body["caseId"] == house.ringback.post(callback(9)).body["caseId"]


def check_without_database(house: House) -> None:
    # By gunicorn's master, and each worker where there are any.
    wait_for_lines(house, "starting_without_database", 3 if house.engine == "procrastinate" else 1)
    made = house.ringback.post(callback(1))
    house.sandbox.fault("unavailable", share=1)
    refused = house.ringback.post(callback(2))
    invalid = house.ringback.post({})
    house.sandbox.clear_faults()

    assert (200, "created") == (made.status, made.body["status"])
    assert (500, "ledger_unavailable") == (refused.status, refused.body["reason"])
    assert (500, "invalid") == (invalid.status, invalid.body["status"])
    assert house.running()


def wait_for_lines(house: House, event: str, count: int) -> None:
    """Returns when its log has as many lines of this event."""

    def has_come() -> bool:
        return count <= house.ringback.log.read_text().count(f'"event": "{event}"')

    assert wait_until(has_come, PATIENCE), house.ringback.log.read_text()


def check_whole(house: House) -> None:
    def recorded() -> bool:
        found = [one for one in house.ringback.entries() if one["event_id"] == "1"]
        return ["delivered"] == [one["state"] for one in found]

    hearts = Heartbeats(house.ringback.database)
    # By each web process, and each worker where there are any.
    wait_for_lines(house, "database_opened", 4 if house.engine == "procrastinate" else 2)
    assert wait_until(recorded, PATIENCE), house.ringback.log.read_text()
    assert wait_until(hearts.alive, PATIENCE), house.ringback.log.read_text()
    house.sandbox.fault("unavailable", next=1, match="composite")
    statuses = [house.ringback.post(callback(event_id)).body["status"] for event_id in (1, 2)]
    entries = house.ringback.wait_for("delivered", PATIENCE)
    cases = house.sandbox.query("SELECT jtel_AcdEventsID__c FROM Case WHERE jtel_AcdEventsID__c != null")

    assert ["existing", "queued"] == statuses
    assert sorted(one["external_id"] for one in entries) == sorted(one["jtel_AcdEventsID__c"] for one in cases)
    assert not [line for line in house.ringback.log_lines() if line.get("event") == "internal_error"]
