"""sObject Collections (Salesforce REST guide: composite/sobjects)."""

from typing import Any

import pytest

from tests.sandbox.rest import EXTERNAL_ID, Rest


def case(**fields: Any) -> dict[str, Any]:
    return {"attributes": {"type": "Case"}, **fields}


def send(rest: Rest, method: str, records: list[Any], path: str = "", *, all_or_none: bool = False) -> list[Any]:
    body = {"allOrNone": all_or_none, "records": records}
    answer = rest.call(method, f"composite/sobjects{path}", body)
    assert answer.status_code == 200, answer.text
    results: list[Any] = answer.json()
    return results


def test_each_record_has_its_result_in_order(rest: Rest) -> None:
    """Official: 200; the key of an error is statusCode, not errorCode."""
    good, bad, last = send(rest, "POST", [case(Subject="a"), case(Nonsense=1), case(Subject="b")])
    assert good == {"id": good["id"], "success": True, "errors": []}
    assert last["success"]
    assert bad["success"] is False
    assert bad["errors"][0]["statusCode"] == "INVALID_FIELD"
    assert set(bad["errors"][0]) == {"statusCode", "message", "fields"}


def test_all_or_none(rest: Rest) -> None:
    """Official: one wrong record undoes all; the others say so."""
    good, bad = send(rest, "POST", [case(Subject="a"), case(Nonsense=1)], all_or_none=True)
    assert good["errors"][0]["statusCode"] == "ALL_OR_NONE_OPERATION_ROLLED_BACK"
    assert bad["errors"][0]["statusCode"] == "INVALID_FIELD"
    assert rest.query("SELECT COUNT() FROM Case")["totalSize"] == 0


@pytest.mark.parametrize(("text", "kept"), [("false", 1), ("true", 0)])
def test_all_or_none_as_a_text(rest: Rest, text: str, kept: int) -> None:
    """Salesforce's JSON reader takes the text for the truth value it names."""
    rest.call("POST", "composite/sobjects", {"allOrNone": text, "records": [case(Subject="a"), case(Nonsense=1)]})
    assert rest.query("SELECT COUNT() FROM Case")["totalSize"] == kept


def test_upsert_says_what_was_created(rest: Rest) -> None:
    """Official: `created` for each; the external id is in the record."""
    known = rest.create(**{EXTERNAL_ID: "1"})
    results = send(rest, "PATCH", [case(**{EXTERNAL_ID: n, "Subject": n}) for n in ("1", "2")], f"/Case/{EXTERNAL_ID}")
    assert [r["created"] for r in results] == [False, True]
    assert results[0]["id"] == known


def test_one_key_twice_in_a_call_is_refused_once(rest: Rest) -> None:
    """Known of real orgs: the second gets DUPLICATE_VALUE."""
    results = send(rest, "PATCH", [case(**{EXTERNAL_ID: "1"}), case(**{EXTERNAL_ID: "1"})], f"/Case/{EXTERNAL_ID}")
    assert [r["success"] for r in results] == [True, False]
    assert results[1]["errors"][0]["statusCode"] == "DUPLICATE_VALUE"


def test_two_hundred_and_not_one_more(rest: Rest) -> None:
    """Official: 200 records a call; 201 are EXCEEDED_ID_LIMIT and nothing is written."""
    many = [case(**{EXTERNAL_ID: str(n)}) for n in range(201)]
    status, error = rest.refuses("POST", "composite/sobjects", {"records": many})
    assert (status, error["errorCode"]) == (400, "EXCEEDED_ID_LIMIT")
    assert all(r["success"] for r in send(rest, "POST", many[:200]))
    assert rest.query("SELECT COUNT() FROM Case")["totalSize"] == 200


def test_update_read_and_delete(rest: Rest) -> None:
    """Official: PATCH with ids, GET and POST to read (null for what is missing), DELETE with ids."""
    first, second = rest.create(), rest.create()
    assert all(r["success"] for r in send(rest, "PATCH", [case(id=first, Subject="new")]))
    rows = rest.get(f"composite/sobjects/Case?ids={first},500Rb0000000zzz&fields=Id,Subject")
    assert [row and row["Subject"] for row in rows] == ["new", None]
    answer = rest.call("POST", "composite/sobjects/Case", {"ids": [second], "fields": ["Id"]})
    assert answer.json()[0]["Id"] == second
    deleted = rest.call("DELETE", f"composite/sobjects?ids={first},{second}&allOrNone=true").json()
    assert [r["success"] for r in deleted] == [True, True]
    assert rest.query("SELECT COUNT() FROM Case")["totalSize"] == 0


def test_a_record_without_a_type_is_refused(rest: Rest) -> None:
    """Official: attributes.type is required in each record."""
    assert send(rest, "POST", [{"Subject": "x"}])[0]["success"] is False
