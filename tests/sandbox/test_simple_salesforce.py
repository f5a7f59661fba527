"""simple-salesforce, unchanged: only its https is turned to the sandbox by a transport adapter."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from requests.adapters import HTTPAdapter
from simple_salesforce.api import Salesforce, SFType
from simple_salesforce.exceptions import (
    SalesforceAuthenticationFailed,
    SalesforceExpiredSession,
    SalesforceMalformedRequest,
    SalesforceMoreThanOneRecord,
    SalesforceResourceNotFound,
)
from simple_salesforce.login import SalesforceLogin

from tests.sandbox.rest import EXTERNAL_ID
from tests.support.sandbox import RunningSandbox


class ToSandbox(HTTPAdapter):
    """Sends what is meant for https://….salesforce.com to the sandbox."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        super().__init__()

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
        url = urlsplit(request.url or "")
        request.url = f"{self.origin}{url.path}" + (f"?{url.query}" if url.query else "")
        return super().send(request, **{**options, "timeout": options.get("timeout") or 10})


@pytest.fixture
def session(sandbox: RunningSandbox) -> Iterator[requests.Session]:
    with requests.Session() as http:
        http.trust_env = False
        http.mount("https://", ToSandbox(sandbox.url))
        yield http


@pytest.fixture
def sf(session: requests.Session) -> Any:
    return Salesforce(
        consumer_key="sandbox", consumer_secret="sandbox", domain="acme.my", version="66.0", session=session
    )


def test_create_read_replay(sf: Any) -> None:
    """A round trip, and the exception a replay raises."""
    made = sf.Case.create({"Subject": "Hello", EXTERNAL_ID: "1"})
    assert (made["success"], made["errors"]) == (True, [])
    assert sf.Case.get(made["id"])["Subject"] == sf.Case.get_by_custom_id(EXTERNAL_ID, "1")["Subject"] == "Hello"
    with pytest.raises(SalesforceMalformedRequest) as caught:
        sf.Case.create({EXTERNAL_ID: "1"})
    content: Any = caught.value.content
    assert content[0]["errorCode"] == "DUPLICATE_VALUE"
    assert sf.Case.update(made["id"], {"Subject": "x"}) == 204
    assert sf.Case.delete(made["id"]) == 204
    with pytest.raises(SalesforceResourceNotFound):
        sf.Case.get(made["id"])


def test_upsert(sf: Any, sandbox: RunningSandbox) -> None:
    """201, 200, and 300 as its own exception."""
    assert sf.Case.upsert(f"{EXTERNAL_ID}/1", {"Subject": "a"}) == 201
    again = sf.Case.upsert(f"{EXTERNAL_ID}/1", {"Subject": "b"}, raw_response=True)
    assert (again.status_code, again.json()["created"]) == (200, False)
    sandbox.org("add-field", object="Case", field=EXTERNAL_ID, unique=False)
    sf.Case.create({EXTERNAL_ID: "1"})
    with pytest.raises(SalesforceMoreThanOneRecord):
        sf.Case.upsert(f"{EXTERNAL_ID}/1", {"Subject": "c"})


def test_query_with_paging_search_and_limits(sf: Any) -> None:
    """query_all follows nextRecordsUrl; headers pass through; usage is read from Sforce-Limit-Info."""
    records = [{"attributes": {"type": "Case"}, "Subject": str(n)} for n in range(200)]
    for _ in range(2):
        results = sf.restful("composite/sobjects", method="POST", json={"records": records})
        assert all(r["success"] for r in results)
    found = sf.query_all("SELECT Id FROM Case", headers={"Sforce-Query-Options": "batchSize=200"})
    assert (found["totalSize"], len(found["records"]), found["done"]) == (400, 400, True)
    assert sf.query("SELECT COUNT() FROM Case")["totalSize"] == 400
    assert len(sf.search("FIND {3090182-21} IN PHONE FIELDS RETURNING Contact(Id, Name)")["searchRecords"]) == 2
    assert sf.limits()["DailyApiRequests"]["Max"] == 15000
    assert sf.api_usage["api-usage"].total == 15000


def test_describe(sf: Any) -> None:
    """Global and per object."""
    assert "Case" in {o["name"] for o in sf.describe()["sobjects"]}
    assert EXTERNAL_ID in {f["name"] for f in sf.Case.describe()["fields"]}
    assert sf.Case.metadata()["objectDescribe"]["name"] == "Case"


def test_it_logs_in_again_by_itself(sf: Any, sandbox: RunningSandbox) -> None:
    """Its own refresh: one 401, one login, one repeat."""
    sandbox.fault("expired_session")
    sf.restful("limits")
    assert sandbox.calls()["logins"] == 2


def test_direct_mode_does_not(session: requests.Session, sandbox: RunningSandbox) -> None:
    """With a session id of one's own an expired session is an exception after one request."""
    token, host = SalesforceLogin(session=session, consumer_key="sandbox", consumer_secret="sandbox", domain="acme.my")
    direct: Any = SFType("Case", token, host, sf_version="66.0", session=session)
    assert direct.create({"Subject": "x"})["success"]
    sandbox.fault("expired_session")
    with pytest.raises(SalesforceExpiredSession):
        direct.create({"Subject": "x"})


def test_a_wrong_secret(session: requests.Session, sandbox: RunningSandbox) -> None:
    """The token endpoint's answer is understood."""
    with pytest.raises(SalesforceAuthenticationFailed, match="invalid client credentials"):
        Salesforce(consumer_key="sandbox", consumer_secret="no", domain="acme.my", session=session)
