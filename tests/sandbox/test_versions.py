"""API versions, resources, limits, and the header that tells the calls of the day."""

import pytest
import requests

from tests.sandbox.rest import Rest
from tests.support.patience import PATIENCE
from tests.support.sandbox import RunningSandbox


def test_the_list_of_versions_is_open_and_has_no_limit_header(sandbox: RunningSandbox) -> None:
    """Official (REST guide: versions; limits header): no login needed, and the one answer without it."""
    answer = requests.get(f"{sandbox.url}/services/data/", timeout=PATIENCE)
    assert [v["version"] for v in answer.json()] == [f"{n}.0" for n in range(31, 69)]
    assert answer.json()[-1] == {"label": "Winter '27", "url": "/services/data/v68.0", "version": "68.0"}
    assert "Sforce-Limit-Info" not in answer.headers


@pytest.mark.parametrize(
    ("version", "label"),
    [
        ("68.0", "Winter '27"),
        ("67.0", "Summer '26"),
        ("66.0", "Spring '26"),
        ("65.0", "Winter '26"),
        ("59.0", "Winter '24"),
        ("58.0", "Summer '23"),
        ("46.0", "Summer '19"),
        ("32.0", "Winter '15"),
        ("31.0", "Summer '14"),
    ],
)
def test_a_version_has_the_name_of_its_season(sandbox: RunningSandbox, version: str, label: str) -> None:
    """Official (docs version selector): three releases a year, and a year begins with its winter."""
    versions = requests.get(f"{sandbox.url}/services/data/", timeout=PATIENCE).json()
    assert label == {v["version"]: v["label"] for v in versions}[version]


@pytest.mark.parametrize("version", ["31.0", "45.0", "50.0", "68.0"])
def test_all_listed_versions_are_served(rest: Rest, version: str) -> None:
    """Official (API end-of-life policy): 31.0 to 68.0; addresses in answers keep the version of the call."""
    created = rest.call("POST", f"/services/data/v{version}/sobjects/Case", {"Subject": "x"})
    assert 201 == created.status_code
    assert created.headers["Location"].startswith(f"/services/data/v{version}/sobjects/Case/")


@pytest.mark.parametrize(
    ("version", "status", "code"),
    [
        ("1.0", 404, "NOT_FOUND"),
        ("20.0", 404, "NOT_FOUND"),
        ("21.0", 410, "GONE"),
        ("30.0", 410, "GONE"),
        ("66.1", 404, "NOT_FOUND"),
        ("69.0", 404, "NOT_FOUND"),
    ],
)
def test_a_version_that_is_not_served(rest: Rest, version: str, status: int, code: str) -> None:
    """Captured: 404 for an unknown version. Official (KA 005321531): 410 for a retired one."""
    got, error = rest.refuses("GET", f"/services/data/v{version}/sobjects/Case")
    assert (got, error["errorCode"]) == (status, code)


def test_a_version_lists_its_resources(rest: Rest) -> None:
    """Official (REST guide: resources by version): names and addresses."""
    resources = rest.get("/services/data/v60.0")
    assert resources["sobjects"] == "/services/data/v60.0/sobjects"
    assert {"composite", "query", "search", "limits", "parameterizedSearch"} <= set(resources)


def test_every_answer_tells_the_calls_of_the_day(rest: Rest) -> None:
    """Official (REST guide: Limit Info header): also on errors; /limits says the same."""
    first = rest.call("GET", "limits")
    second = rest.call("GET", "sobjects/Nonsense/describe")
    used = [int(a.headers["Sforce-Limit-Info"].split("=")[1].split("/")[0]) for a in (first, second)]
    assert used[1] == used[0] + 1
    assert first.headers["Sforce-Limit-Info"].endswith("/15000")
    assert first.json()["DailyApiRequests"] == {"Max": 15000, "Remaining": 15000 - used[0]}


def test_when_the_calls_are_used_up(rest: Rest, sandbox: RunningSandbox) -> None:
    """Seen live by several projects: 403 REQUEST_LIMIT_EXCEEDED, the header still there."""
    sandbox.org("setting", api_limit=1)
    rest.call("GET", "limits")
    answer = rest.call("GET", "limits")
    assert answer.status_code == 403
    assert answer.json()[0]["errorCode"] == "REQUEST_LIMIT_EXCEEDED"
    assert answer.headers["Sforce-Limit-Info"] == "api-usage=1/1"


def test_a_uri_too_long_is_414(rest: Rest) -> None:
    """Official (REST status codes): 414 above 16,384 bytes; below it the query is carried out."""
    long = "SELECT Id FROM Case WHERE Subject = '" + "x" * 15_000 + "'"
    assert rest.query(long)["totalSize"] == 0
    assert rest.call("GET", "query", params={"q": long + " " * 2_000}).status_code == 414


@pytest.mark.parametrize("path", ["nothing", "sobjects/Nonsense/001Rb0000000001IAA", "composite/nothing"])
def test_what_is_not_there_is_not_found(rest: Rest, path: str) -> None:
    """Captured: NOT_FOUND with this message for an unknown resource or object."""
    assert rest.refuses("GET", path)[1] == {
        "message": "The requested resource does not exist",
        "errorCode": "NOT_FOUND",
    }
