"""`/calls/connected`: what jtel's telephony event hears, over real sockets."""

from typing import Any

import pytest

from app.metrics import Metric
from tests.support.callers import PATH
from tests.support.ringback import SECRET, RunningRingback
from tests.support.sandbox import RunningSandbox
from tests.support.scrape import scrape, total

NUMBER = "4930901820"
CALL = {"caller": NUMBER, "date_time": "2030-01-01T10:42:13", "agent_uid": "aberg"}
COMMENTS = "SELECT CommentBody FROM CaseComment"


def callback(event_id: int) -> dict[str, Any]:
    return {"AcdEventsID": event_id, "Caller": NUMBER, "dtCallEnd": "2030-01-01T10:00:00"}


def test_noted(ringback: RunningRingback, sandbox: RunningSandbox, event_id: int) -> None:
    """The call is noted on the Case; a repeat in another form is noted once; one of nobody finds nothing open."""
    ringback.post(callback(event_id))
    first = ringback.post(CALL, PATH)
    query = f"{PATH}/default?caller=%2B{NUMBER}&date_time=2030-01-01%2010:42:13&agent_uid=aberg"
    again = ringback.post(path=query, method="GET")
    other = ringback.post({**CALL, "caller": "4930901821"}, PATH)
    (comment,) = sandbox.query(COMMENTS)

    assert [(200, "noted")] * 2 == [(one.status, one.body["status"]) for one in (first, again)]
    assert (200, "nothing_open") == (other.status, other.body["status"])
    assert comment["CommentBody"].startswith(
        "The caller has called again at 10:42 on 2030-01-01 and spoke to aberg.\n[Ringback call] "
    )


@pytest.mark.parametrize("path", [PATH, f"{PATH}/default", f"{PATH}/"])
def test_probe(ringback: RunningRingback, path: str) -> None:
    """A GET that says nothing only asks whether URL and secret are right."""
    answer = ringback.post(path=path, method="GET")

    assert (200, "ready") == (answer.status, answer.body["status"])


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_not_set(ringback: RunningRingback, method: str) -> None:
    """A source that does not note calls says what to set, and whoever is told knows who acts."""
    headers = {"Authorization": "Bearer berlins-own-secret"}
    body = CALL if method == "POST" else b""
    answer = ringback.post(body, f"{PATH}/berlin-2", method=method, secret=None, headers=headers)

    assert (500, "served_callers_not_set") == (answer.status, answer.body["reason"])
    assert "served_callers: {within: 24 h}" in answer.body["message"]


@pytest.mark.parametrize(
    ("path", "secret", "reason"),
    [
        (PATH, None, "credentials_missing"),
        (PATH, "wrong", "credentials_wrong"),
        (f"{PATH}/nobody", SECRET, "credentials_wrong"),
        (f"{PATH}/default/{SECRET}", None, "credentials_wrong"),
        ("/calls/other", SECRET, "path_unknown"),
    ],
)
def test_strangers(ringback: RunningRingback, path: str, secret: str | None, reason: str) -> None:
    """Who has not the source's secret is answered 401, and nothing of what they send is read."""
    answer = ringback.post(CALL, path, secret=secret)

    assert (401, reason) == (answer.status, answer.body["reason"])


@pytest.mark.parametrize(
    ("body", "method", "reason"),
    [
        (b"", "POST", "body_missing"),
        ({"caller": NUMBER}, "POST", "call_time_missing"),
        ({"date_time": "2030-01-01T10:42:13"}, "POST", "number_missing"),
        (b"{", "POST", "json_broken"),
        (b"x" * 70_000, "POST", "body_too_large"),
        (CALL, "PUT", "method_not_allowed"),
    ],
)
def test_what_is_no_call(ringback: RunningRingback, body: Any, method: str, reason: str) -> None:
    """It is answered 500, with a word that the jtel admin finds in the documents."""
    answer = ringback.post(body, PATH, method=method)

    assert (500, "invalid", reason) == (answer.status, answer.body["status"], answer.body["reason"])


def test_log_and_metrics(ringback: RunningRingback, event_id: int) -> None:
    """A call is counted apart from callbacks, and no log line holds the number or the agent's name."""
    before = scrape(ringback.url, SECRET)
    ringback.post(callback(event_id))
    ringback.post({**CALL, "agent_firstname": "Wilhelmine"}, PATH)
    after = scrape(ringback.url, SECRET)
    told = [line for line in ringback.log_lines() if line["event"] == "served_comment"][-1]

    assert [1.0, 1.0, 1.0] == [
        total(after, metric.full_name, **labels) - total(before, metric.full_name, **labels)
        for metric, labels in (
            (Metric.CALLBACKS, {}),
            (Metric.SERVED_CALLS, {"source": "default", "status": "noted"}),
            (Metric.SERVED_COMMENTS, {"runner": "web", "outcome": "commented"}),
        )
    ]
    assert (str(event_id), "commented", "default") == (told["event_id"], told["outcome"], told["source"])
    assert "901820" not in ringback.log.read_text()
    assert "Wilhelmine" not in ringback.log.read_text()
