"""`/metrics`: what was counted is the sum over all processes, and shown to the operator only."""

import json
import os
import signal
import socket
import time
from collections.abc import Iterator

import pytest
import requests

from tests.support.patience import PATIENCE
from tests.support.process import children
from tests.support.ringback import RunningRingback
from tests.support.sandbox import RunningSandbox
from tests.support.scrape import matching, scrape, total

OPERATOR = "operators-secret-that-is-long-enough-for-one"
CALLBACK = {"Caller": "4930901820"}


@pytest.fixture(scope="module")
def running(shared_sandbox: RunningSandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningRingback]:
    shared_sandbox.reset()
    folder = tmp_path_factory.mktemp("metrics")
    environment = {"WEB_CONCURRENCY": "2", "RINGBACK_OPERATOR_SECRET": OPERATOR, "TMPDIR": str(folder)}
    with RunningRingback(shared_sandbox.url, folder / "log", environment) as started:
        yield started
    assert [] == list(folder.glob("ringback-metrics-*"))


@pytest.fixture
def ringback(running: RunningRingback, sandbox: RunningSandbox) -> RunningRingback:
    running.reset()
    return running


def callbacks(ringback: RunningRingback, **labels: str) -> float:
    return total(scrape(ringback.url, OPERATOR), "ringback_callbacks_total", **labels)


def test_sum_over_processes(ringback: RunningRingback, event_id: int) -> None:
    """Ten that were sent are ten, whichever process is asked, and when all have died since."""
    before = callbacks(ringback, status="created")
    for number in range(10):
        ringback.post({"AcdEventsID": event_id * 100 + number, **CALLBACK})
    found = {callbacks(ringback, status="created") - before for _ in range(10)}
    old = children(ringback.process.pid)
    for pid in old:
        os.kill(pid, signal.SIGKILL)
    while len(set(children(ringback.process.pid)) - set(old)) < 2:
        time.sleep(0.05)

    assert {10.0} == found
    assert 10.0 == callbacks(ringback, status="created") - before
    ringback.post({"AcdEventsID": event_id * 100 + 10, **CALLBACK})
    assert 11.0 == callbacks(ringback, status="created") - before


def test_labels(ringback: RunningRingback, sandbox: RunningSandbox, event_id: int) -> None:
    """A callback is counted under its source, rule, state, status and reason; its attempt under what it came to."""
    before = scrape(ringback.url, OPERATOR)
    ringback.post({"AcdEventsID": event_id, **CALLBACK})
    ringback.post({"AcdEventsID": event_id, **CALLBACK})
    ringback.post({"AcdEventsID": event_id})
    sandbox.fault("error", share=1, code="FIELD_CUSTOM_VALIDATION_EXCEPTION", message="No")
    ringback.post({"AcdEventsID": event_id + 500_000, **CALLBACK})
    after = scrape(ringback.url, OPERATOR)

    def more(name: str, **labels: str) -> float:
        return total(after, name, **labels) - total(before, name, **labels)

    ours = {"source": "default", "rule": "everyone-else"}
    name = "ringback_callbacks_total"
    assert 1 == more(name, **ours, state="delivered", status="created", reason="")
    assert 1 == more(name, **ours, state="delivered", status="existing", reason="")
    assert 1 == more(name, source="default", rule="", state="invalid", status="invalid", reason="number_missing")
    assert 1 == more(name, **ours, state="refused", status="refused", reason="validation_rule")
    name = "ringback_attempts_total"
    assert 1 == more(name, runner="web", rule="everyone-else", outcome="delivered", reason="")
    assert 1 == more(name, runner="web", rule="everyone-else", outcome="failed", reason="validation_rule")
    assert 1 == more("ringback_attempt_seconds_count", runner="web", outcome="delivered")
    assert 2 <= more("ringback_crm_call_seconds_count", call="composite", result="2xx")
    assert 4 == more("ringback_answer_seconds_count")


def test_ledger_and_org(ringback: RunningRingback, sandbox: RunningSandbox, event_id: int) -> None:
    """While Salesforce is away the backlog grows and the pause is there; its API usage is the one it last told."""
    ringback.post({"AcdEventsID": event_id, **CALLBACK})
    sandbox.fault("unavailable", share=1)
    # Three failures in a row pause, and there are two processes.
    for number in range(1, 7):
        ringback.post({"AcdEventsID": event_id * 100 + number, **CALLBACK})
    away = scrape(ringback.url, OPERATOR)
    sandbox.clear_faults()
    ringback.wait_for("delivered")
    back = scrape(ringback.url, OPERATOR)

    assert 6 == total(away, "ringback_backlog", state="waiting") + total(away, "ringback_backlog", state="received")
    assert 0 < total(away, "ringback_backlog_oldest_seconds") < 60
    assert ["crm_unavailable"] == [
        one.labels["reason"] for one in matching(away, "ringback_paused_seconds", scope="org")
    ]
    assert 1 == total(away, "ringback_ready") == total(away, "ringback_engine_alive")
    assert 0 == total(back, "ringback_backlog") == total(back, "ringback_backlog_oldest_seconds")
    assert [] == list(matching(back, "ringback_paused_seconds"))
    assert 0 < total(back, "ringback_crm_api_calls_used") < total(back, "ringback_crm_api_calls_limit")


def test_no_request(ringback: RunningRingback) -> None:
    """What is no HTTP is counted as well, and its answer has the id of its line in the log."""
    before = callbacks(ringback, reason="body_not_understood")
    with socket.create_connection(("127.0.0.1", ringback.port), timeout=PATIENCE) as client:
        client.sendall(b"GET / HTTP/9.9\r\nHost: x\r\n\r\n")
        body = b"".join(iter(lambda: client.recv(4096), b"")).partition(b"\r\n\r\n")[2]

    assert 1 == callbacks(ringback, reason="body_not_understood") - before
    assert json.loads(body)["requestId"] in {line.get("request_id") for line in ringback.log_lines()}


def test_strangers(ringback: RunningRingback) -> None:
    """Without the operator's secret nothing is shown; what strangers call themselves becomes no label."""
    before = scrape(ringback.url, OPERATOR)
    for secret in ("", "Bearer wrong", "Basic d3Jvbmc=", "Basic %", "Bearer"):
        answer = requests.get(f"{ringback.url}/metrics", headers={"Authorization": secret}, timeout=PATIENCE)
        assert 401 == answer.status_code
        assert "ringback_" not in answer.text
    for number in range(20):
        ringback.post(b"{}", f"/callbacks/stranger-{number}", secret="wrong")
    ringback.post(b"{}", secret="wrong")
    after = scrape(ringback.url, OPERATOR)
    name = "ringback_logins_failed_total"
    new = {source: total(after, name, source=source) - total(before, name, source=source) for source in ("", "default")}

    assert {"": 20, "default": 1} == new
    assert 5 == total(after, name, source="(operator)") - total(before, name, source="(operator)")
    assert not [one for one in after if "stranger" in str(one.labels)]


def test_password(ringback: RunningRingback) -> None:
    """Prometheus may show the secret as the password of Basic, with any user name, and ask for OpenMetrics."""
    answer = requests.get(
        f"{ringback.url}/metrics",
        auth=("prometheus", OPERATOR),
        headers={"Accept": "application/openmetrics-text; version=1.0.0"},
        timeout=PATIENCE,
    )

    assert 200 == answer.status_code
    assert answer.headers["Content-Type"].startswith("application/openmetrics-text")
    assert answer.text.endswith("# EOF\n")


def test_scrapes_are_not_logged(ringback: RunningRingback) -> None:
    """A scrape leaves no line; one that is turned away does."""
    requests.get(
        f"{ringback.url}/metrics", auth=("any", OPERATOR), headers={"X-Request-ID": "quiet-scrape"}, timeout=PATIENCE
    )
    requests.get(f"{ringback.url}/metrics", headers={"X-Request-ID": "loud-scrape"}, timeout=PATIENCE)
    ids = [line.get("request_id") for line in ringback.log_lines()]

    assert "loud-scrape" in ids
    assert "quiet-scrape" not in ids
