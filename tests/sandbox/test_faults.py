"""Faults that are an answer: errors of Salesforce's catalogue."""

import tomllib
from pathlib import Path

import pytest
import requests

from app.sandbox.salesforce import faults
from tests.sandbox.rest import EXTERNAL_ID, Rest
from tests.support.patience import PATIENCE
from tests.support.sandbox import API, RunningSandbox

CATALOGUE = tomllib.loads(Path(faults.CATALOGUE).read_text("utf-8"))


@pytest.mark.parametrize("code", CATALOGUE)
def test_any_error_of_the_catalogue(rest: Rest, sandbox: RunningSandbox, code: str) -> None:
    """The catalogue of Salesforce's documentation and of live answers: status, code, array, limit header."""
    sandbox.fault("error", code=code)
    answer = rest.call("POST", "sobjects/Case", {"Subject": "x"})
    assert answer.status_code == CATALOGUE[code]["status"]
    assert answer.json()[0]["errorCode"] == code
    assert "api-usage=" in answer.headers["Sforce-Limit-Info"]
    assert rest.call("POST", "sobjects/Case", {"Subject": "x"}).status_code == 201


@pytest.mark.parametrize(
    ("name", "status", "code", "message"),
    [
        ("unavailable", 503, "SERVER_UNAVAILABLE", "unavailable"),
        ("lock", 400, "UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access to this record or 1 records: 003"),
        ("daily_limit", 403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."),
        ("concurrent_limit", 403, "REQUEST_LIMIT_EXCEEDED", "ConcurrentRequests (Concurrent API Requests) Limit"),
        ("maintenance", 400, "INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE", "maintenance"),
    ],
)
def test_the_named_ones(rest: Rest, sandbox: RunningSandbox, name: str, status: int, code: str, message: str) -> None:
    """Seen live; lock and maintenance strike writes only."""
    sandbox.fault(name)
    if name in ("lock", "maintenance"):
        assert rest.call("GET", "limits").status_code == 200
    got, error = rest.refuses("POST", "sobjects/Case", {})
    assert (got, error["errorCode"]) == (status, code)
    assert message in error["message"]


def test_a_lock_may_come_as_500(rest: Rest, sandbox: RunningSandbox) -> None:
    """The sources disagree on the status of UNABLE_TO_LOCK_ROW, so it can be either."""
    sandbox.fault("lock", status=500)
    assert rest.refuses("POST", "sobjects/Case", {})[0] == 500


def test_an_error_of_one_record_is_inside_a_composite(rest: Rest, sandbox: RunningSandbox) -> None:
    """Official (composite): 200 outside, the subrequest has the error; that of the session is the whole answer."""
    body = {
        "compositeRequest": [
            {"method": "POST", "url": f"{API}/sobjects/Case", "referenceId": "new", "body": {}},
            {"method": "GET", "url": f"{API}/sobjects/Case/@{{new.id}}", "referenceId": "read"},
        ]
    }
    sandbox.fault("lock", match="/composite")
    answer = rest.call("POST", "composite", body)
    codes = [r["body"][0]["errorCode"] for r in answer.json()["compositeResponse"]]
    assert (answer.status_code, codes) == (200, ["UNABLE_TO_LOCK_ROW", "PROCESSING_HALTED"])
    sandbox.fault("daily_limit")
    assert rest.call("POST", "composite", body).status_code == 403


def test_and_the_result_of_one_record_in_collections(rest: Rest, sandbox: RunningSandbox) -> None:
    """Official (sObject Collections): statusCode for the record, the others succeed."""
    sandbox.fault("lock")
    records = [{"attributes": {"type": "Case"}} for _ in range(3)]
    results = rest.call("POST", "composite/sobjects", {"records": records}).json()
    assert [r["success"] for r in results] == [False, True, True]
    assert results[0]["errors"][0]["statusCode"] == "UNABLE_TO_LOCK_ROW"


def test_match_next_share_and_hits(rest: Rest, sandbox: RunningSandbox) -> None:
    """A fault strikes what it is told to, as often as it is told to, and counts."""
    sandbox.fault("unavailable", next=2, match="GET /services/data/v66.0/limits")
    assert rest.call("GET", "sobjects").status_code == 200
    assert [rest.call("GET", "limits").status_code for _ in range(3)] == [503, 503, 200]
    sandbox.fault("empty", share=0.5, match="limits")
    statuses = [rest.call("GET", "limits").status_code for _ in range(60)]
    assert 10 < statuses.count(503) < 50
    first, second = sandbox.faults()
    assert (first["hits"], first["next"]) == (2, 0)
    assert second["hits"] == statuses.count(503)
    sandbox.clear_faults()
    assert sandbox.faults() == []


def test_the_token_endpoint_must_be_named(rest: Rest, sandbox: RunningSandbox) -> None:
    """By default faults strike the data only; an error of the token endpoint is a JSON object."""
    sandbox.fault("unavailable")
    assert sandbox.token()
    sandbox.clear_faults()
    sandbox.fault("error", code="unknown_error", status=400, message="retry your request", match="oauth2/token")
    form = {"grant_type": "client_credentials", "client_id": "sandbox", "client_secret": "sandbox"}
    answer = requests.post(f"{sandbox.url}/services/oauth2/token", data=form, timeout=PATIENCE)
    assert answer.json() == {"error": "unknown_error", "error_description": "retry your request"}


def test_sessions_expire_or_are_closed_to_rest(rest: Rest, sandbox: RunningSandbox) -> None:
    """Seen live (jsforce #1301): after the second message a new login is of no use for this token's kind."""
    sandbox.fault("expired_session")
    for _ in range(2):
        assert rest.refuses("GET", "limits")[1]["message"] == "Session expired or invalid"
    rest.log_in()
    sandbox.fault("void_session")
    for _ in range(2):
        status, error = rest.refuses("GET", "limits")
        assert status == 401
        assert error["message"] == "This session is not valid for use with the REST API"


@pytest.mark.parametrize("wish", [{"fault": "magic"}, {"fault": "html", "colour": "red"}, {"fault": "html", "next": 0},
                                  {"fault": "html", "share": 2}, {"fault": "error", "code": "UNHEARD_OF"}])  # fmt: skip
def test_what_is_no_fault_is_refused(sandbox: RunningSandbox, wish: dict[str, object]) -> None:
    """A typing error must not look like a fault that never strikes."""
    answer = requests.post(f"{sandbox.url}/sandbox/faults", json=wish, timeout=PATIENCE)
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_an_error_outside_the_catalogue(rest: Rest, sandbox: RunningSandbox) -> None:
    """With a status and a message any code can be given."""
    sandbox.fault("error", code="UNHEARD_OF", status=418, message="tea", fields=["Subject"])
    want = {"message": "tea", "errorCode": "UNHEARD_OF", "fields": ["Subject"]}
    assert rest.refuses("POST", "sobjects/Case", {EXTERNAL_ID: "1"}) == (418, want)
