"""What a real org has and the sandbox has not is said in plain words."""

import pytest

from tests.sandbox.rest import Rest

CLARA = "003Rb0000000001IAA"


@pytest.mark.parametrize(
    "path",
    ["sobjects/Case/updated", "sobjects/Case/deleted", "sobjects/Case/listviews", "sobjects/Case/listviews/recent",
     "sobjects/Case/describe/layouts", "sobjects/Case/quickActions", f"sobjects/Contact/{CLARA}/Account",
     "composite/batch", "composite/graph", "composite/tree/Case", "jobs/ingest", "jobs/query/750", "tooling/query",
     "ui-api/records", "recent", "search/scopeOrder", "limits/recordCount"],
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_resources_that_are_not_served(rest: Rest, method: str, path: str) -> None:
    """`updated` is no external id that does not exist, and nobody need look for a typing mistake."""
    status, error = rest.refuses(method, f"{path}?start=2026-01-01T00:00:00Z", {} if method == "POST" else None)
    assert (status, error["errorCode"], error["message"]) == (404, "NOT_FOUND", f"The sandbox does not serve /{path}")


def test_what_is_nowhere_is_just_not_found(rest: Rest) -> None:
    """A mistyped resource is answered as Salesforce does."""
    assert "does not exist" in rest.refuses("GET", "sobject/Case")[1]["message"]
    assert "does not exist" in rest.refuses("GET", "sobjects/Case/updatet")[1]["message"]


@pytest.mark.parametrize("header", ["If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since"])
def test_conditional_calls_are_refused(rest: Rest, header: str) -> None:
    """Official (conditional request headers): the record must not be changed; here it is not, either."""
    case = rest.create(Subject="as it was")
    headers = {header: "Wed, 01 Jan 2020 00:00:00 GMT"}
    status, error = rest.refuses("PATCH", f"sobjects/Case/{case}", {"Subject": "changed"}, headers=headers)
    assert (status, error["message"]) == (400, f"The sandbox does not serve the header {header}")
    assert rest.case(case)["Subject"] == "as it was"


def test_plans_of_queries_are_not_served(rest: Rest) -> None:
    """A client that asks how a query would be carried out gets no rows for a plan."""
    for parameters in ({"explain": "SELECT Id FROM Case"}, {"q": "SELECT Id FROM Case", "explain": "true"}):
        assert rest.refuses("GET", "query", params=parameters)[1]["message"] == "The sandbox does not serve explain"
