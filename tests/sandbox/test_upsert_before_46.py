"""Upsert in versions below 46.0, which do not tell whether a record is new (Salesforce REST guide: dome_upsert)."""

from typing import Any

import pytest

from tests.sandbox.rest import EXTERNAL_ID, Rest
from tests.support.sandbox import RunningSandbox

OLD, NEW = "/services/data/v45.0", "/services/data/v46.0"
ROW = f"sobjects/Case/{EXTERNAL_ID}/1"


@pytest.mark.parametrize("version", ["31.0", "45.0"])
def test_a_hit_is_204_without_body(rest: Rest, version: str) -> None:
    """Official: 204 for an update up to 45.0; the record is changed all the same."""
    record_id = rest.create(**{EXTERNAL_ID: "1"})
    answer = rest.call("PATCH", f"/services/data/v{version}/{ROW}", {"Subject": "new"})
    assert (204, b"") == (answer.status_code, answer.content)
    assert "new" == rest.case(record_id)["Subject"]


def test_a_hit_is_200_from_46_on(rest: Rest) -> None:
    """Official: 46.0 is the first version with `created`."""
    record_id = rest.create(**{EXTERNAL_ID: "1"})
    answer = rest.call("PATCH", f"{NEW}/{ROW}", {"Subject": "new"})
    assert 200 == answer.status_code
    assert {"id": record_id, "success": True, "errors": [], "created": False} == answer.json()


def test_a_miss_is_201_without_created(rest: Rest) -> None:
    """Official (guides of 198.0 to 224.0): id, success and errors."""
    answer = rest.call("PATCH", f"{OLD}/{ROW}", {"Subject": "x"})
    assert 201 == answer.status_code
    assert {"id": answer.json()["id"], "success": True, "errors": []} == answer.json()
    assert f"{OLD}/sobjects/Case/{answer.json()['id']}" == answer.headers["Location"]


def test_several_hits_are_300_in_all_versions(rest: Rest, sandbox: RunningSandbox) -> None:
    """Official: the addresses of the records, in the version of the call."""
    sandbox.org("add-field", object="Case", field=EXTERNAL_ID, unique=False)
    ids = [rest.create(**{EXTERNAL_ID: "1"}) for _ in range(2)]
    answer = rest.call("PATCH", f"{OLD}/{ROW}", {"Subject": "x"})
    assert 300 == answer.status_code
    assert [f"{OLD}/sobjects/Case/{i}" for i in ids] == answer.json()


def test_a_subrequest_answers_as_its_version_does(rest: Rest) -> None:
    """Official (composite): a subrequest is the call that its url names; 204 has no body to refer to."""
    calls = [
        {"method": "PATCH", "url": f"{version}/{ROW}", "referenceId": name, "body": {"Subject": name}}
        for name, version in (("miss", OLD), ("hit", OLD), ("later", NEW))
    ]
    reading = {"method": "GET", "url": f"{OLD}/sobjects/Case/@{{hit.id}}", "referenceId": "read"}
    answer = rest.call("POST", f"{OLD}/composite", {"compositeRequest": [*calls, reading]})
    miss, hit, later, read = answer.json()["compositeResponse"]
    assert (201, False) == (miss["httpStatusCode"], "created" in miss["body"])
    assert (204, None) == (hit["httpStatusCode"], hit["body"])
    assert (200, False) == (later["httpStatusCode"], later["body"]["created"])
    assert "PROCESSING_HALTED" == read["body"][0]["errorCode"]


def test_collections_cannot_be_upserted(rest: Rest) -> None:
    """Official (sObject Collections, upsert): available in version 46 and later; jsforce sends one by one below."""
    body: dict[str, Any] = {"records": [{"attributes": {"type": "Case"}, EXTERNAL_ID: "1"}]}
    status, error = rest.refuses("PATCH", f"{OLD}/composite/sobjects/Case/{EXTERNAL_ID}", body)
    assert (404, "NOT_FOUND") == (status, error["errorCode"])
    (result,) = rest.call("PATCH", f"{NEW}/composite/sobjects/Case/{EXTERNAL_ID}", body).json()
    assert {"id": result["id"], "success": True, "errors": [], "created": True} == result
