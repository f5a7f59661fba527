"""Reading, updating and deleting one record."""

import pytest

from tests.sandbox.rest import EXTERNAL_ID, Rest

MISSING = "500Rb0000000zzz"


def test_a_record_is_read_by_both_lengths_of_its_id(rest: Rest) -> None:
    """Official (KA 000387915): 15 and 18 characters are the same record; answers have 18."""
    record_id = rest.create(Subject="x")
    assert rest.case(record_id[:15])["Id"] == rest.case(record_id)["Id"] == record_id


def test_fields_may_be_chosen(rest: Rest) -> None:
    """Official (REST guide: get field values): `?fields=`; attributes and Id come along."""
    record_id = rest.create(Subject="x")
    got = rest.get(f"sobjects/Case/{record_id}?fields=Subject,casenumber")
    assert set(got) == {"attributes", "Subject", "CaseNumber", "Id"}
    assert got["attributes"] == {"type": "Case", "url": f"/services/data/v66.0/sobjects/Case/{record_id}"}
    assert rest.refuses("GET", f"sobjects/Case/{record_id}?fields=Nonsense")[1]["errorCode"] == "INVALID_FIELD"


def test_an_update_answers_204(rest: Rest) -> None:
    """Official (REST guide: update a record); a null empties a field, a closed Status closes."""
    record_id = rest.create(Subject="x", Origin="Phone")
    answer = rest.call("PATCH", f"sobjects/Case/{record_id}", {"Origin": None, "Status": "Closed"})
    assert (answer.status_code, answer.content) == (204, b"")
    case = rest.case(record_id)
    assert (case["Origin"], case["IsClosed"], case["Subject"]) == (None, True, "x")


def test_a_method_may_be_overridden(rest: Rest) -> None:
    """Official (REST guide): `?_HttpMethod=PATCH` for clients that cannot send PATCH."""
    record_id = rest.create(Subject="x")
    answer = rest.call("POST", f"sobjects/Case/{record_id}?_HttpMethod=PATCH", {"Subject": "y"})
    assert answer.status_code == 204
    assert rest.case(record_id)["Subject"] == "y"


@pytest.mark.parametrize(("method", "code"), [("GET", "NOT_FOUND"), ("PATCH", "INVALID_CROSS_REFERENCE_KEY"),
                                              ("DELETE", "INVALID_CROSS_REFERENCE_KEY")])  # fmt: skip
def test_an_id_of_nothing(rest: Rest, method: str, code: str) -> None:
    """Seen live: 404; GET says NOT_FOUND, a write INVALID_CROSS_REFERENCE_KEY."""
    status, error = rest.refuses(method, f"sobjects/Case/{MISSING}", {} if method == "PATCH" else None)
    assert (status, error["errorCode"]) == (404, code)


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_a_deleted_record(rest: Rest, method: str) -> None:
    """Seen live: 404 ENTITY_IS_DELETED "entity is deleted"."""
    record_id = rest.create(Subject="x")
    assert rest.call("DELETE", f"sobjects/Case/{record_id}").status_code == 204
    status, error = rest.refuses(method, f"sobjects/Case/{record_id}", {} if method == "PATCH" else None)
    assert (status, error["errorCode"], error["message"]) == (404, "ENTITY_IS_DELETED", "entity is deleted")


def test_a_missing_external_id_is_not_found(rest: Rest) -> None:
    """Official: 404."""
    assert rest.refuses("GET", f"sobjects/Case/{EXTERNAL_ID}/nothing")[0] == 404


def test_a_wrong_method_is_405(rest: Rest) -> None:
    """Official (REST status codes): 405 and which methods there are."""
    status, error = rest.refuses("PUT", "sobjects/Case/500Rb0000000001IAA", {})
    assert (status, error["errorCode"]) == (405, "METHOD_NOT_ALLOWED")
    assert error["message"] == "HTTP Method 'PUT' not allowed. Allowed are DELETE,GET,PATCH,POST"


def test_what_the_api_cannot_create_is_refused(rest: Rest) -> None:
    """Captured for such objects: CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY "entity type cannot be …"."""
    status, error = rest.refuses("POST", "sobjects/Group", {"Name": "x"})
    assert (status, error["errorCode"]) == (400, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY")
