"""Health: green while a callback would be taken, and red, quickly, when it would not; details for the operator only."""

import json
import re
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import select

from app.ledger.tables import attempt
from tests.support.patience import PATIENCE, SOON
from tests.support.postgres import RunningPostgres
from tests.support.process import children
from tests.support.ringback import ROOT, SECRET, RunningRingback
from tests.support.sandbox import RunningSandbox

OPERATOR = "operators-secret-that-is-long-enough-for-one"


def ready(ringback: RunningRingback, secret: str | None = None) -> tuple[int, dict[str, Any]]:
    headers = {"Authorization": f"Bearer {secret}"} if secret else {}
    answer = requests.get(f"{ringback.url}/health/ready", headers=headers, timeout=PATIENCE)
    return answer.status_code, answer.json()


def until(ringback: RunningRingback, status: int, seconds: float = PATIENCE) -> dict[str, Any]:
    """What it says to everybody once it has this status."""
    end = time.monotonic() + seconds
    while True:
        found, body = ready(ringback)
        if found == status:
            return body
        assert time.monotonic() < end, body
        time.sleep(0.1)


@pytest.fixture
def own(sandbox: RunningSandbox, tmp_path: Path) -> Iterator[RunningRingback]:
    """A Ringback of one process for what would spoil a shared one."""
    config = tmp_path / "ringback.yaml"
    config.write_text("rules:\n  - name: all\n    fields: {Subject: Callback}\n")
    environment = {
        "WEB_CONCURRENCY": "1",
        "RINGBACK_CONFIG": str(config),
        "RINGBACK_DEADLINE": "2",
        "RINGBACK_OPERATOR_SECRET": OPERATOR,
    }
    running = RunningRingback(sandbox.url, tmp_path / "log", environment)
    with running:
        yield running


@contextmanager
def limited(running: RunningRingback, size: int) -> Iterator[None]:
    """No file of its processes grows beyond that size, which looks to them like a disk that is full."""
    pids = children(running.process.pid)
    _, most = resource.prlimit(pids[0], resource.RLIMIT_FSIZE)
    for pid in pids:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, most))
    yield
    for pid in pids:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, most))


def _hash_of_attempt(running: RunningRingback) -> str:
    with running.database.read() as connection:
        return str(connection.execute(select(attempt.c.config)).scalar_one())


def test_strangers(ringback: RunningRingback) -> None:
    """Without a secret, or with a wrong one, it says whether a callback would be taken, and nothing more."""
    assert (200, {"status": "ready"}) == ready(ringback)
    assert (200, {"status": "ready", "details": "credentials_wrong"}) == ready(ringback, "not-it")
    assert {"status": "live"} == requests.get(f"{ringback.url}/health/live", timeout=PATIENCE).json()


@pytest.mark.parametrize("path", ["/health/live", "/health/ready"])
def test_methods(ringback: RunningRingback, path: str) -> None:
    """HEAD is answered like GET; what would change something is no method here."""
    head = requests.head(ringback.url + path, timeout=PATIENCE)

    assert (200, b"") == (head.status_code, head.content)
    for method in ("POST", "PUT", "OPTIONS"):
        assert 405 == requests.request(method, ringback.url + path, timeout=PATIENCE).status_code


def test_probes_are_not_logged(ringback: RunningRingback, event_id: int) -> None:
    """Probes leave no line; callbacks between them do."""
    for number in range(3):
        requests.get(f"{ringback.url}/health/ready", headers={"X-Request-ID": f"probe-{number}"}, timeout=PATIENCE)
    ringback.post({"AcdEventsID": event_id, "Caller": "4930901820"}, headers={"X-Request-ID": "after-probes"})
    ids = [line.get("request_id") for line in ringback.log_lines()]

    assert "after-probes" in ids
    assert [] == [one for one in ids if str(one).startswith("probe-")]


def documented() -> dict[str, Any]:
    """The details as docs/watching.md shows them."""
    page = (ROOT / "docs" / "watching.md").read_text(encoding="utf-8")
    found: dict[str, Any] = next(
        json.loads(block) for block in re.findall(r"```json\n(.*?)```", page, re.S) if "crmLogin" in block
    )
    return found


def test_details(own: RunningRingback) -> None:
    """The operator's secret shows the rest, and the secret that jtel has does not while the operator has one."""
    own.post({"AcdEventsID": 1, "Caller": "4930901820"})
    status, body = ready(own, OPERATOR)

    assert 200 == status
    assert list(documented()) == list(body)
    assert documented()["crmCheck"].keys() == body["crmCheck"].keys()
    assert ("sandbox", "ok") == (body["crm"], body["crmLogin"])
    assert {"reason": None, "error": None} == body["database"]
    assert body["config"]["rejected"] is None
    assert _hash_of_attempt(own) == body["config"]["hash"]
    assert body["engine"]["alive"]
    assert body["engine"]["secondsSinceLastSeen"] < 30
    assert {"count": 0, "oldestSeconds": None} == body["backlog"]["waiting"] == body["backlog"]["failed"]
    assert [] == body["pauses"]
    assert (200, {"status": "ready", "details": "credentials_wrong"}) == ready(own, SECRET)


def test_secret_of_the_default_source(ringback: RunningRingback) -> None:
    """Where the operator has no secret of their own, that of the source `default` shows the rest; no other does."""
    assert "config" in ready(ringback, SECRET)[1]
    assert "config" not in ready(ringback, "berlins-own-secret")[1]


def test_crm_away(own: RunningRingback, sandbox: RunningSandbox) -> None:
    """Without Salesforce it stays green, since callbacks are taken; the details have the pause and what waits."""
    sandbox.fault("unavailable", share=1)
    answers = [own.post({"AcdEventsID": number, "Caller": "4930901820"}).body["status"] for number in range(1, 4)]
    status, body = ready(own, OPERATOR)

    assert ["queued"] * 3 == answers
    assert 200 == status
    waiting = [part for state in ("waiting", "received") if (part := body["backlog"][state])["count"]]
    assert 3 == sum(part["count"] for part in waiting)
    assert max(part["oldestSeconds"] for part in waiting) < 30
    assert [("org", "crm_unavailable")] == [(pause["scope"], pause["reason"]) for pause in body["pauses"]]


def test_login_fails(own: RunningRingback, sandbox: RunningSandbox) -> None:
    """A login that fails does not make it red, but the details have its reason."""
    sandbox.fault("html", share=1, match="oauth2/token")
    own.post({"AcdEventsID": 1, "Caller": "4930901820"})
    end = time.monotonic() + PATIENCE
    while "none" == (known := ready(own, OPERATOR))[1]["crmLogin"]:
        assert time.monotonic() < end
        time.sleep(0.1)
    status, body = known

    assert 200 == status
    assert "crm_unavailable" == body["crmLogin"]


def test_config_rejected(own: RunningRingback, tmp_path: Path) -> None:
    """A newer file that is wrong does not make it red, since the old one goes on; the details have its mistakes."""
    before = ready(own, OPERATOR)[1]["config"]["hash"]
    config = tmp_path / "ringback.yaml"
    config.write_text("rules:\n  - nme: all\n")
    end = time.monotonic() + PATIENCE
    while not (rejected := ready(own, OPERATOR)[1]["config"]["rejected"]):
        assert time.monotonic() < end
        time.sleep(0.1)
    status, body = ready(own, OPERATOR)

    assert 200 == status
    assert before == body["config"]["hash"] != rejected["hash"]
    assert rejected["problems"][0].startswith(f"{config}:2:5 ")
    assert (200, {"status": "ready"}) == ready(own)


def test_full_disk(own: RunningRingback, sandbox: RunningSandbox, tmp_path: Path) -> None:
    """While the ledger's files cannot grow it is red and no callback gets a 200 for being stored; then it is green."""
    ledger = tmp_path / "ringback.db-wal"
    number = 0
    # It is there as long as somebody has the ledger open.
    while not ledger.exists() or ledger.stat().st_size < 400_000:
        number += 1
        own.post({"AcdEventsID": number, "Caller": "4930901820", "Body": "x" * 20_000})
    # Room for the log, but not for the ledger: as on a full disk, a write that makes a file longer fails.
    limit = 200_000
    assert own.log.stat().st_size < limit / 2
    with limited(own, limit):
        red = until(own, 503)
        sandbox.fault("unavailable", share=1)
        answer = own.post({"AcdEventsID": 888_888, "Caller": "4930901820"})
        sandbox.clear_faults()
        details = ready(own, OPERATOR)[1]
    until(own, 200)

    assert {"status": "not_ready", "reason": "ledger_unavailable"} == red
    assert (500, "ledger_unavailable") == (answer.status, answer.body["reason"])
    assert "OperationalError: disk I/O error" == details["database"]["error"]
    assert details["backlog"] is None
    assert 200 == own.post({"AcdEventsID": 999_999, "Caller": "4930901820"}).status
    assert ["not_ready", "ready_again"] == [line["event"] for line in own.log_lines() if "ready" in line["event"]]


def test_postgres_away(postgres: RunningPostgres, sandbox: RunningSandbox, tmp_path: Path) -> None:
    """It is red while Postgres is away or hangs, says so within seconds, and is green again by itself."""
    environment = {"WEB_CONCURRENCY": "1", "DATABASE_URL": postgres.create_database()}
    with RunningRingback(sandbox.url, tmp_path / "log", environment) as running:
        until(running, 200)
        postgres.stop()
        try:
            assert "ledger_unavailable" == until(running, 503)["reason"]
        finally:
            postgres.start()
        until(running, 200)
        with postgres.frozen():
            began = time.monotonic()
            assert "ledger_unavailable" == until(running, 503)["reason"]
            assert time.monotonic() - began < SOON
        until(running, 200)


def test_many_probes(own: RunningRingback, tmp_path: Path) -> None:
    """However many ask at once, the ledger is tried a few times only, and nothing of it stays there."""
    with requests.Session() as session:
        for _ in range(200):
            assert 200 == session.get(f"{own.url}/health/ready", timeout=PATIENCE).status_code

    assert [] == own.entries()
    assert (tmp_path / "ringback.db-wal").stat().st_size < 1_000_000
