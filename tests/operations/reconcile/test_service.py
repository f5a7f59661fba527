"""A running Ringback finds by itself what never came, whatever dies or races; nobody gets two Cases."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import requests

from app.domain.reasons import Reason
from app.ledger.pauses import ORG, Pauses
from tests.operations.reconcile.records import event, flat
from tests.operations.reconcile.service import OPERATOR, came, cases, command, service
from tests.support.jtel import Asked, JtelServer, Told, events_stream, failure, listed
from tests.support.ledgers import fill
from tests.support.patience import PATIENCE
from tests.support.postgres import RunningPostgres
from tests.support.process import children, stop
from tests.support.ringback import RunningRingback
from tests.support.sandbox import RunningSandbox
from tests.support.scrape import scrape, total

CALL = "GET /acd/events"


@pytest.fixture
def jtel() -> Iterator[JtelServer]:
    with JtelServer() as server:
        yield server


def until(done: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < end, what
        time.sleep(0.1)


def health(ringback: RunningRingback) -> list[dict[str, Any]]:
    headers = {"Authorization": f"Bearer {OPERATOR}"}
    answer = requests.get(f"{ringback.url}/health/ready", headers=headers, timeout=PATIENCE)
    found: list[dict[str, Any]] = answer.json()["reconcile"]
    return found


def test_by_itself(sandbox: RunningSandbox, jtel: JtelServer, tmp_path: Path) -> None:
    """Of 1,000 events 20 never came: they become Cases that say so, once, however often it looks; all can be seen."""
    records = [event() for _ in range(1000)]
    lost = records[::50]
    jtel.replies[CALL] = listed(records)
    ringback = service(sandbox, jtel, tmp_path)
    came(ringback.database, [one for one in records if one not in lost])
    with ringback:
        until(lambda: len(cases(sandbox)) >= 20, "no Cases")
        asked = jtel.count(CALL)
        until(lambda: jtel.count(CALL) > asked + 2, "it does not look again")
        entries = ringback.wait_for("delivered")
        samples = scrape(ringback.url, OPERATOR)
        (run,) = health(ringback)
        attempts = [line for line in ringback.log_lines() if line["event"] == "attempt"]
    found = cases(sandbox)

    assert {f"default-{one['ID']}" for one in lost} == set(found)
    assert all(
        text.startswith("Late: requested ") and "\nReconciled: jtel had this callback" in text
        for text in found.values()
    )
    assert (1000, 20) == (len(entries), sum(one["reconciled"] for one in entries))
    assert {True} == {line.get("reconciled") for line in attempts}
    assert 20 == total(samples, "ringback_reconciled_total", source="default", outcome="stored")
    assert total(samples, "ringback_reconcile_succeeded_seconds", source="default") > 0
    assert (None, "default") == (run["reason"], run["source"])
    assert run["ranAt"] == run["succeededAt"]


def test_killed_in_the_middle(sandbox: RunningSandbox, jtel: JtelServer, tmp_path: Path) -> None:
    """Its processes are killed while it takes in; started again it takes the rest, and nothing twice."""
    records = [event() for _ in range(1200)]
    lost = records[::30]
    go_on = threading.Event()

    def halting() -> Iterable[dict[str, Any]]:
        yield from records[:600]
        go_on.wait(PATIENCE)
        yield from records[600:]

    jtel.replies[CALL] = lambda _: events_stream(halting(), len(records))
    ringback = service(sandbox, jtel, tmp_path)
    came(ringback.database, [one for one in records if one not in lost])

    def taken(running: RunningRingback) -> int:
        return sum(one["reconciled"] for one in running.entries())

    # What an engine had claimed would be left to it until its lease ends.
    pauses = Pauses(ringback.database)
    pauses.begin(ORG, Reason.CRM_UNAVAILABLE.word, 3600.0)
    with ringback:
        until(lambda: taken(ringback) > 0, "nothing was taken in")
        for pid in (*children(ringback.process.pid), ringback.process.pid):
            os.kill(pid, signal.SIGKILL)
        ringback.process.wait()
        before = taken(ringback)
    go_on.set()
    pauses.end(ORG)
    with service(sandbox, jtel, tmp_path, {"DATABASE_URL": ringback.database.url}) as again:
        # Another process is only sure that the first is dead when it has not been heard of for a while.
        told = command(again, "--yes")
        again.wait_for("delivered")
        after = taken(again)

    assert 0 < before < len(lost)
    assert (len(lost), True) == (after, told["complete"])
    assert {f"default-{one['ID']}" for one in lost} == set(cases(sandbox))


def test_race_with_the_webhook(sandbox: RunningSandbox, jtel: JtelServer, tmp_path: Path) -> None:
    """jtel sends what is being taken in at this moment, by a service and a command: each event gets one Case."""
    first, *records = [event() for _ in range(121)]
    jtel.replies[CALL] = listed(records)
    with service(sandbox, jtel, tmp_path, {"WEB_CONCURRENCY": "2"}) as ringback, ThreadPoolExecutor(8) as pool:
        ringback.post(flat(first))
        came(ringback.database, [first | {"ID": first["ID"] + 10**6}])
        by_command = [pool.submit(command, ringback, "--yes") for _ in range(2)]
        answers = list(pool.map(lambda one: ringback.post(flat(one)), reversed(records)))
        reports = [one.result() for one in by_command]
        entries = ringback.wait_for("delivered")
    events = [one["event_id"] for one in entries]

    assert {200} == {answer.status for answer in answers}
    assert {True} == {report["complete"] for report in reports}
    assert len(events) == len(set(events))
    assert {f"default-{one['ID']}" for one in (first, *records)} == set(cases(sandbox))


def test_workers(sandbox: RunningSandbox, jtel: JtelServer, tmp_path: Path, postgres: RunningPostgres) -> None:
    """Of several workers beside a web service one at a time asks jtel, and what never came becomes Cases."""
    records = [event() for _ in range(500)]
    lost = records[::50]
    asking: list[int] = []

    def slowly() -> Iterable[dict[str, Any]]:
        asking.append(1)
        for record in records:
            if record in lost:
                jtel.pause(0.1)
            yield record
        asking.pop()

    def reply(_: Asked) -> Told:
        together.append(len(asking))
        return events_stream(slowly(), len(records))

    together: list[int] = []
    jtel.replies[CALL] = reply
    url = postgres.create_database()
    fill(url)
    ringback = service(sandbox, jtel, tmp_path, {"RINGBACK_ENGINE": "procrastinate", "DATABASE_URL": url})
    came(ringback.database, [one for one in records if one not in lost])
    with ringback:
        workers = [ringback.spawn("app", "worker") for _ in range(3)]
        try:
            until(lambda: len(cases(sandbox)) >= len(lost), "no Cases")
            until(lambda: len(together) > 3, "it does not look again")
            entries = ringback.wait_for("delivered")
            (run,) = health(ringback)
        finally:
            for worker in workers:
                stop(worker)
    found = cases(sandbox)

    assert {0} == set(together)
    assert {f"default-{one['ID']}" for one in lost} == set(found)
    assert all("\nReconciled: jtel had this callback" in text for text in found.values())
    assert (len(records), len(lost)) == (len(entries), sum(one["reconciled"] for one in entries))
    assert (None, "default") == (run["reason"], run["source"])


FAILURES = {
    "jtel_login_refused": failure(401, "Unauthorized"),
    "jtel_connection_lost": Told(hang_up=True),
    "jtel_answer_unreadable": Told(b"<html>Sign in</html>", 200, {"Content-Type": "text/html"}),
}


def fails(ringback: RunningRingback, reason: str) -> bool:
    """Whether the latest run has failed for this reason, and none has ended well."""
    return [(reason, None)] == [(run["reason"], run["succeededAt"]) for run in health(ringback)]


def test_jtel_fails(sandbox: RunningSandbox, jtel: JtelServer, tmp_path: Path) -> None:
    """Health, metrics and the log say so; callbacks go on; when jtel is well again, so is all."""
    record = event()
    jtel.replies[CALL] = FAILURES["jtel_login_refused"]
    ringback = service(sandbox, jtel, tmp_path)
    came(ringback.database, [event()])
    with ringback:
        for reason, told in FAILURES.items():
            jtel.replies[CALL] = told
            until(partial(fails, ringback, reason), f"no {reason}")
            answer = ringback.post(flat(event()))
            assert (200, "created") == (answer.status, answer.body["status"]), reason
        samples = scrape(ringback.url, OPERATOR)
        said = [line for line in ringback.log_lines() if line["event"] == "not_reconciled"]
        jtel.replies[CALL] = listed([record])
        until(lambda: f"default-{record['ID']}" in cases(sandbox), "it does not recover")
        until(lambda: health(ringback)[0]["reason"] is None, "it is not noted")

    assert all(total(samples, "ringback_reconcile_failures_total", reason=reason) for reason in FAILURES)
    assert {("warning", reason) for reason in FAILURES} == {(line["level"], line["reason"]) for line in said}


def test_settings_are_missing(sandbox: RunningSandbox, jtel: JtelServer, tmp_path: Path) -> None:
    """A source that is reconciled needs the settings for jtel: without them nothing starts, and it says why."""
    org = {"RINGBACK_CRM": "salesforce", "SALESFORCE_DOMAIN": "acme.my.salesforce.com"}
    org |= {"SALESFORCE_CLIENT_ID": "id", "SALESFORCE_CLIENT_SECRET": "secret"}
    bare = {"JTEL_URL": "", "JTEL_TOKEN": "", "JTEL_CLIENTS_ID": ""}
    ringback = service(sandbox, jtel, tmp_path, {**org, **bare})
    with pytest.raises(AssertionError, match="JTEL_URL, JTEL_TOKEN, JTEL_CLIENTS_ID"), ringback:
        stop(ringback.process)
