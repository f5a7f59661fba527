"""Faults of the wire: late, cut and mangled answers, and the log of calls."""

import errno
import threading
import time

import pytest
import requests

from tests.sandbox.rest import EXTERNAL_ID, Rest
from tests.support.sandbox import RunningSandbox


def cut(rest: Rest, value: str) -> None:
    """A create whose connection is reset by TCP, not merely closed."""
    with pytest.raises(requests.ConnectionError) as caught:
        rest.call("POST", "sobjects/Case", {EXTERNAL_ID: value})
    assert f"[Errno {errno.ECONNRESET}]" in str(caught.value) or f"({errno.ECONNRESET}," in str(caught.value)


def count(rest: Rest) -> int:
    return int(rest.query("SELECT COUNT() FROM Case")["totalSize"])


def test_reset_before_has_written_nothing(rest: Rest, sandbox: RunningSandbox) -> None:
    """The client cannot tell this from the next one."""
    sandbox.fault("reset_before")
    cut(rest, "1")
    assert count(rest) == 0


def test_reset_after_has_written(rest: Rest, sandbox: RunningSandbox) -> None:
    """Outcome unknown: the record is there, and a repeat is told so by the unique index."""
    sandbox.fault("reset_after")
    cut(rest, "1")
    assert count(rest) == 1
    assert rest.refuses("POST", "sobjects/Case", {EXTERNAL_ID: "1"})[1]["errorCode"] == "DUPLICATE_VALUE"


@pytest.mark.parametrize("status", [503, 500, 420, 406, 200])
def test_pages_and_empty_answers_of_the_edge(rest: Rest, sandbox: RunningSandbox, status: int) -> None:
    """Captured: 406, 420, 429 and 5xx come from the edge as HTML or with no body at all."""
    sandbox.fault("html", status=status)
    page = rest.call("GET", "limits")
    assert (page.status_code, page.headers["Content-Type"]) == (status, "text/html; charset=UTF-8")
    assert page.text.startswith("<html>")
    sandbox.fault("empty", status=status)
    empty = rest.call("GET", "limits")
    assert (empty.status_code, empty.content) == (status, b"")


def test_latency_and_a_slow_body(rest: Rest, sandbox: RunningSandbox) -> None:
    """Latency holds back the first byte, a slow body the last."""
    sandbox.fault("latency", seconds=0.4)
    start = time.monotonic()
    rest.call("GET", "limits")
    assert time.monotonic() - start >= 0.4
    sandbox.fault("slow_body", seconds=0.5)
    start = time.monotonic()
    answer = rest.call("GET", "limits", stream=True)
    first = time.monotonic() - start
    assert answer.json()["DailyApiRequests"]
    assert first < 0.4 < time.monotonic() - start


def test_a_call_that_hangs_comes_free_when_the_faults_are_cleared(rest: Rest, sandbox: RunningSandbox) -> None:
    """It is never answered: the connection is reset in the end."""
    sandbox.fault("hang")
    threading.Timer(0.3, sandbox.clear_faults).start()
    start = time.monotonic()
    cut(rest, "1")
    assert 0.2 < time.monotonic() - start < 5
    assert count(rest) == 0


def test_sixty_four_clients_at_once(rest: Rest, sandbox: RunningSandbox) -> None:
    """Slow answers do not hold up each other."""
    sandbox.fault("latency", seconds=0.5, next=60)
    threads = [threading.Thread(target=rest.call, args=("GET", "limits")) for _ in range(60)]
    start = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert time.monotonic() - start < 3


def test_the_log_of_calls(rest: Rest, sandbox: RunningSandbox) -> None:
    """Methods, paths, statuses, the headers that matter, logins; cut calls are there without a status."""
    sandbox.reset()
    rest.log_in()
    rest.call("POST", "sobjects/Case", {}, headers={"Sforce-Auto-Assign": "FALSE"})
    sandbox.fault("reset_before")
    with pytest.raises(requests.ConnectionError):
        rest.call("GET", "limits")
    report = sandbox.calls()
    assert (report["total"], report["logins"]) == (3, 1)
    assert report["counts"]["POST /services/data/v66.0/sobjects/Case"] == 1
    _login, created, lost = report["calls"]
    assert (created["status"], created["headers"]["sforce-auto-assign"]) == (201, "FALSE")
    assert (lost["status"], lost["faults"]) == (None, ["reset_before"])
