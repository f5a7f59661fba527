"""A ledger that is there and yet is not: Salesforce is asked in time, and what it made is entered afterwards."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests

from tests.support.patience import PATIENCE, SOON
from tests.support.postgres import RunningPostgres
from tests.support.ringback import Answer, RunningRingback
from tests.support.sandbox import RunningSandbox

CASES = "SELECT jtel_AcdEventsID__c FROM Case WHERE jtel_AcdEventsID__c != null"
# Of a deadline of 5 s, on a machine that is busy with other things.
# More than the connections that a process has.
MANY = 20


def post_at_once(running: RunningRingback, first: int) -> list[Answer]:
    def post(event_id: int) -> Answer:
        return running.post({"AcdEventsID": event_id, "Caller": "4930901820"})

    with ThreadPoolExecutor(MANY) as pool:
        return list(pool.map(post, range(first, first + MANY)))


def check_entered(running: RunningRingback, sandbox: RunningSandbox) -> None:
    """All Cases are in the ledger, each once."""
    made = sorted(one["jtel_AcdEventsID__c"] for one in sandbox.query(CASES))
    entries: list[str] = []
    end = time.monotonic() + PATIENCE
    while entries != made and time.monotonic() < end:
        entries = sorted(one["external_id"] for one in running.wait_for("delivered"))
    assert entries == made
    assert len(made) == len(set(made))


def test_postgres_hangs(postgres: RunningPostgres, sandbox: RunningSandbox, tmp_path: Path) -> None:
    """Each of many callbacks has its Case and its 200 in time, the later ones, too, and probes are answered."""
    environment = {"WEB_CONCURRENCY": "1", "DATABASE_URL": postgres.create_database()}
    with RunningRingback(sandbox.url, tmp_path / "log", environment) as running:
        post_at_once(running, 1)
        with postgres.frozen():
            began = time.monotonic()
            answers = post_at_once(running, 101)
            seconds = time.monotonic() - began
            answers += post_at_once(running, 201)
            live = requests.get(f"{running.url}/health/live", timeout=SOON)
        check_entered(running, sandbox)

    assert {(200, "created")} == {(one.status, one.body["status"]) for one in answers}
    assert seconds < SOON
    assert 200 == live.status_code


def test_file_is_moved(sandbox: RunningSandbox, tmp_path: Path) -> None:
    """Nothing goes on into a file that nobody would find again; when it is back, it is the ledger again."""
    with RunningRingback(sandbox.url, tmp_path / "log", {"WEB_CONCURRENCY": "1"}) as running:
        post_at_once(running, 1)
        path = tmp_path / "ringback.db"
        path.rename(tmp_path / "elsewhere.db")
        made = running.post({"AcdEventsID": 101, "Caller": "4930901820"})
        repeat = running.post({"AcdEventsID": 101, "Caller": "4930901820"})
        ready = requests.get(f"{running.url}/health/ready", timeout=PATIENCE)
        (tmp_path / "elsewhere.db").rename(path)
        check_entered(running, sandbox)

    assert (200, "created") == (made.status, made.body["status"])
    assert (500, "ledger_unavailable") == (repeat.status, repeat.body["reason"])
    assert (503, "ledger_unavailable") == (ready.status_code, ready.json()["reason"])
