"""Faults of the wire: late, cut and mangled answers, and the log of calls."""

import errno
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
import requests

from tests.sandbox.rest import EXTERNAL_ID, Rest
from tests.support.patience import PATIENCE, SOON
from tests.support.sandbox import API, RunningSandbox

Caller = Future[requests.Response]
POOL = ThreadPoolExecutor(20)


def cut(rest: Rest, value: str) -> None:
    """A create whose connection is reset by TCP, not merely closed."""
    with pytest.raises(requests.ConnectionError) as caught:
        rest.call("POST", "sobjects/Case", {EXTERNAL_ID: value})
    assert f"[Errno {errno.ECONNRESET}]" in str(caught.value) or f"({errno.ECONNRESET}," in str(caught.value)


def start(rest: Rest, value: str) -> Caller:
    """A create in the background."""
    address, headers = f"{rest.sandbox.url}{API}/sobjects/Case", dict(rest.http.headers)
    return POOL.submit(requests.post, address, json={EXTERNAL_ID: value}, headers=headers, timeout=PATIENCE)


def hang(rest: Rest, sandbox: RunningSandbox, value: str = "1") -> Caller:
    """The same, when it hangs."""
    before = sandbox.calls()["total"]
    caller = start(rest, value)
    wait_until(lambda: sandbox.calls()["total"] > before)
    return caller


def wait_until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.02)


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
    sandbox.fault("slow_body", seconds=2)
    start = time.monotonic()
    answer = rest.call("GET", "limits", stream=True)
    first = time.monotonic() - start
    assert answer.json()["DailyApiRequests"]
    assert first < 2 <= time.monotonic() - start


def test_a_call_that_hangs_comes_free_when_the_faults_are_cleared(rest: Rest, sandbox: RunningSandbox) -> None:
    """It is never answered: the connection is reset in the end."""
    sandbox.fault("hang")
    threading.Timer(0.3, sandbox.clear_faults).start()
    start = time.monotonic()
    cut(rest, "1")
    assert 0.2 < time.monotonic() - start
    assert count(rest) == 0


def test_a_call_that_hangs_is_in_the_log_at_once(rest: Rest, sandbox: RunningSandbox) -> None:
    """It is counted where it belongs, not some time after the faults were cleared; and the session it ends is ended."""
    sandbox.fault("hang")
    sandbox.fault("expired_session")
    caller = hang(rest, sandbox)
    assert ["hang", "expired_session"] == sandbox.calls()["calls"][-1]["faults"]
    assert 401 == requests.get(f"{sandbox.url}{API}/limits", headers=rest.http.headers, timeout=PATIENCE).status_code
    total = sandbox.calls()["total"]
    sandbox.clear_faults()
    assert isinstance(caller.exception(10), requests.ConnectionError)
    assert total == sandbox.calls()["total"]


def test_a_call_that_a_reset_releases_leaves_nothing(rest: Rest, sandbox: RunningSandbox) -> None:
    """Neither the log nor the data of the next test has it, and its connection is cut."""
    sandbox.fault("hang", next=20)
    callers = [hang(rest, sandbox, str(n)) for n in range(20)]
    sandbox.reset()
    assert [requests.ConnectionError] * 20 == [type(caller.exception(10)) for caller in callers]
    assert 0 == sandbox.calls()["total"]
    assert [] == sandbox.query("SELECT Id FROM Case")


def test_a_call_that_a_reset_overtakes_is_not_in_the_new_log(rest: Rest, sandbox: RunningSandbox) -> None:
    """A late call of the last test is carried out, with a session that is void, but not counted for this one."""
    sandbox.fault("latency", seconds=1)
    caller = start(rest, "1")
    wait_until(lambda: sandbox.faults()[0]["hits"] == 1)
    sandbox.reset()
    assert 401 == caller.result(PATIENCE).status_code
    assert 0 == sandbox.calls()["total"]
    assert [] == sandbox.query("SELECT Id FROM Case")


@pytest.mark.parametrize("slashes", ["//", "///"])
def test_slashes_before_the_path_mean_nothing(rest: Rest, sandbox: RunningSandbox, slashes: str) -> None:
    """Seen of `sf`, which keeps its address with a slash at the end: carried out, logged and struck as any other."""
    path = f"{sandbox.url}{slashes}services/data/v66.0/sobjects/Case/{EXTERNAL_ID}/a%2Fb"
    created = rest.http.patch(path, json={}, timeout=PATIENCE)
    assert 201 == created.status_code
    assert "a/b" == rest.case(created.json()["id"])[EXTERNAL_ID]
    sandbox.fault("lock", match="PATCH /services/data/")
    assert 400 == rest.http.patch(path, json={}, timeout=PATIENCE).status_code
    assert 2 == sandbox.calls()["counts"][f"PATCH /services/data/v66.0/sobjects/Case/{EXTERNAL_ID}/a%2Fb"]


def test_sixty_four_clients_at_once(rest: Rest, sandbox: RunningSandbox) -> None:
    """Slow answers do not hold up each other."""
    sandbox.fault("latency", seconds=1, next=60)
    threads = [threading.Thread(target=rest.call, args=("GET", "limits")) for _ in range(60)]
    start = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert time.monotonic() - start < SOON


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
