"""simple-salesforce writes and reads records, one at a time and many."""

from typing import Any

from tests.foreign.simple import EXTERNAL_ID
from tests.support.sandbox import RunningSandbox

KEEP_OWNER = {"Sforce-Auto-Assign": "FALSE"}


def upsert(simple: Any, value: str, data: dict[str, Any]) -> Any:
    return simple.Case.upsert(f"{EXTERNAL_ID}/{value}", data, raw_response=True)


def test_create_and_get(simple: Any) -> None:
    """What was written is read, with what Salesforce adds to a record."""
    made = simple.Case.create({"Subject": "Rückruf ☎", "Origin": "Phone", EXTERNAL_ID: "1"}, headers=KEEP_OWNER)
    assert {"id": made["id"], "success": True, "errors": []} == made
    case = simple.Case.get(made["id"])
    url = f"/services/data/v66.0/sobjects/Case/{made['id']}"
    assert {"type": "Case", "url": url} == case["attributes"]
    assert ("Rückruf ☎", "Phone", "New", False) == tuple(case[f] for f in ("Subject", "Origin", "Status", "IsClosed"))
    assert case["CaseNumber"].isdigit()


def test_get_fields(simple: Any) -> None:
    """`fields` limits what is read; the id is there anyway."""
    case_id = simple.Case.create({"Subject": "few"})["id"]
    case = simple.Case.get(case_id, params={"fields": "Subject,Status"})
    assert {"attributes", "Id", "Subject", "Status"} == set(case)


def test_short_id(simple: Any) -> None:
    """Fifteen characters name a record as well; eighteen are answered."""
    case_id = simple.Case.create({"Subject": "short"})["id"]
    assert case_id == simple.Case.get(case_id[:15])["Id"]


def test_get_by_custom_id(simple: Any) -> None:
    """The external id leads to the record."""
    case_id = simple.Case.create({"Subject": "s", EXTERNAL_ID: "4711"})["id"]
    assert case_id == simple.Case.get_by_custom_id(EXTERNAL_ID, "4711")["Id"]


def test_upsert_creates(simple: Any) -> None:
    """Nothing there: 201, `created` true."""
    answer = upsert(simple, "77", {"Subject": "new"})
    assert answer.status_code == 201
    assert {"id": answer.json()["id"], "success": True, "errors": [], "created": True} == answer.json()
    assert simple.Case.get(answer.json()["id"])[EXTERNAL_ID] == "77"


def test_upsert_updates(simple: Any) -> None:
    """One there: 200, `created` false, the same id, the new values."""
    case_id = upsert(simple, "77", {"Subject": "new"}).json()["id"]
    answer = upsert(simple, "77", {"Subject": "changed"})
    assert answer.status_code == 200
    assert {"id": case_id, "success": True, "errors": [], "created": False} == answer.json()
    assert simple.Case.get(case_id)["Subject"] == "changed"


def test_upsert_by_escaped_id(simple: Any) -> None:
    """The library does not escape, so its users do; an escaped slash is part of the id."""
    answer = upsert(simple, "a%2Fb%23c%3Fd%20e", {"Subject": "odd"})
    assert simple.Case.get(answer.json()["id"])[EXTERNAL_ID] == "a/b#c?d e"


def test_update_and_delete(simple: Any) -> None:
    """Both answer 204 without a body."""
    case_id = simple.Case.create({"Subject": "old"})["id"]
    assert simple.Case.update(case_id, {"Subject": "new", "Status": "Closed"}) == 204
    case = simple.Case.get(case_id)
    assert ("new", True) == (case["Subject"], case["IsClosed"])
    assert simple.Case.delete(case_id) == 204
    assert simple.query("SELECT COUNT() FROM Case")["totalSize"] == 0
    assert simple.query("SELECT Id FROM Case", include_deleted=True)["records"][0]["Id"] == case_id


def test_headers_decide_on_the_owner(simple: Any) -> None:
    """Without a word the assignment rule has its way; `Sforce-Auto-Assign: FALSE` keeps the creator."""
    mine = simple.Case.create({"Subject": "mine"}, headers=KEEP_OWNER)["id"]
    ruled = simple.Case.create({"Subject": "ruled"})["id"]
    found = simple.query_all("SELECT Id, OwnerId, Owner.Name FROM Case")["records"]
    owners = {row["Id"]: row["Owner"]["Name"] for row in found}
    assert {mine: "Ringback Integration", ruled: "Default Case Queue"} == owners


def test_parent_by_external_id(simple: Any) -> None:
    """A nested object with an external id stands for the parent's id."""
    made = simple.Case.create({"Subject": "s", "Contact": {"CustomerNo__c": "P-2001"}})
    row = simple.query(f"SELECT Contact.Name, Account.Name FROM Case WHERE Id = '{made['id']}'")["records"][0]
    assert ("Clara Neumann", "Nordlicht Energie GmbH") == (row["Contact"]["Name"], row["Account"]["Name"])


def test_composite(simple: Any) -> None:
    """A call that uses the result of the one before it; the failure of a third is its own."""
    base = "/services/data/v66.0/sobjects"
    calls = [
        {"method": "POST", "url": f"{base}/Contact", "referenceId": "who", "body": {"LastName": "Neu"}},
        {"method": "POST", "url": f"{base}/Case", "referenceId": "what", "body": {"ContactId": "@{who.id}"}},
        {"method": "POST", "url": f"{base}/Case", "referenceId": "bad", "body": {"No__c": "x"}},
        {"method": "GET", "url": f"{base}/Case/@{{what.id}}?fields=ContactId", "referenceId": "seen"},
    ]
    answer = simple.restful("composite", method="POST", json={"compositeRequest": calls})["compositeResponse"]
    assert [("who", 201), ("what", 201), ("bad", 400), ("seen", 200)] == [
        (part["referenceId"], part["httpStatusCode"]) for part in answer
    ]
    assert f"{base}/Contact/{answer[0]['body']['id']}" == answer[0]["httpHeaders"]["Location"]
    assert answer[2]["body"][0]["errorCode"] == "INVALID_FIELD"
    assert answer[3]["body"]["ContactId"] == answer[0]["body"]["id"]


def test_composite_all_or_none(simple: Any) -> None:
    """One fails: none is there."""
    url = "/services/data/v66.0/sobjects/Case"
    calls = [
        {"method": "POST", "url": url, "referenceId": "good", "body": {"Subject": "good"}},
        {"method": "POST", "url": url, "referenceId": "bad", "body": {"Subject": "x" * 256}},
    ]
    wish = {"allOrNone": True, "compositeRequest": calls}
    answer = simple.restful("composite", method="POST", json=wish)["compositeResponse"]
    assert ["PROCESSING_HALTED", "STRING_TOO_LONG"] == [part["body"][0]["errorCode"] for part in answer]
    assert simple.query("SELECT COUNT() FROM Case")["totalSize"] == 0


def collection(simple: Any, method: str, path: str, records: list[dict[str, Any]], **more: Any) -> Any:
    typed = [{"attributes": {"type": "Case"}, **record} for record in records]
    return simple.restful(f"composite/sobjects{path}", method=method, json={"records": typed, **more})


def test_collection_create(simple: Any, sandbox: RunningSandbox) -> None:
    """A result per record, in their order; errors say `statusCode`; all of it is one call."""
    answer = collection(simple, "POST", "", [{EXTERNAL_ID: "1"}, {EXTERNAL_ID: "1"}, {EXTERNAL_ID: "2"}])
    assert [True, False, True] == [result["success"] for result in answer]
    assert "id" not in answer[1]
    problem = answer[1]["errors"][0]
    assert {"statusCode", "message", "fields"} == set(problem)
    assert problem["statusCode"] == "DUPLICATE_VALUE"
    assert answer[0]["id"] in problem["message"]
    assert simple.api_usage["api-usage"].used == 1


def test_collection_upsert(simple: Any) -> None:
    """By external id: `created` per record."""
    collection(simple, "POST", "", [{EXTERNAL_ID: "1"}])
    answer = collection(simple, "PATCH", f"/Case/{EXTERNAL_ID}", [{EXTERNAL_ID: "1"}, {EXTERNAL_ID: "2"}])
    assert [(True, False), (True, True)] == [(result["success"], result["created"]) for result in answer]


def test_collection_all_or_none(simple: Any) -> None:
    """One bad, none saved; the good one says it was rolled back."""
    answer = collection(simple, "POST", "", [{"Subject": "good"}, {"Subject": "x" * 256}], allOrNone=True)
    assert [
        ["ALL_OR_NONE_OPERATION_ROLLED_BACK"],
        ["STRING_TOO_LONG"],
    ] == [[problem["statusCode"] for problem in result["errors"]] for result in answer]


def test_collection_update_and_delete(simple: Any) -> None:
    """Update by id in the body, delete by ids in the address."""
    ids = [result["id"] for result in collection(simple, "POST", "", [{"Subject": "1"}, {"Subject": "2"}])]
    changed = collection(simple, "PATCH", "", [{"id": ids[0], "Status": "Working"}, {"id": "500000000000000AAA"}])
    assert [True, False] == [result["success"] for result in changed]
    assert simple.Case.get(ids[0])["Status"] == "Working"
    gone = simple.restful("composite/sobjects", params={"ids": ",".join(ids)}, method="DELETE")
    assert [{"id": record_id, "success": True, "errors": []} for record_id in ids] == gone
