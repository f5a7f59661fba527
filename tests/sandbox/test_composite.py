"""Composite (Salesforce REST guide: composite)."""

from typing import Any

import pytest

from tests.sandbox.rest import EXTERNAL_ID, Rest
from tests.support.sandbox import API

FALSE = {"Sforce-Auto-Assign": "FALSE"}


def create_call(name: str = "new", headers: Any = None, **fields: Any) -> dict[str, Any]:
    call = {"method": "POST", "url": f"{API}/sobjects/Case", "referenceId": name, "body": fields}
    return {**call, "httpHeaders": headers} if headers else call


def get_call(path: str, name: str = "read") -> dict[str, Any]:
    return {"method": "GET", "url": f"{API}/{path}", "referenceId": name}


def send(rest: Rest, *calls: dict[str, Any], all_or_none: bool = False, **options: Any) -> list[dict[str, Any]]:
    answer = rest.call("POST", "composite", {"allOrNone": all_or_none, "compositeRequest": calls}, **options)
    assert answer.status_code == 200, answer.text
    results: list[dict[str, Any]] = answer.json()["compositeResponse"]
    return results


def test_a_case_is_created_and_read_in_one_call(rest: Rest) -> None:
    """Official: `@{new.id}` is what the first answered; each result has body, headers, status and name."""
    new, read = send(rest, create_call(Subject="x"), get_call("sobjects/Case/@{new.id}?fields=CaseNumber"))
    assert (new["httpStatusCode"], read["httpStatusCode"]) == (201, 200)
    assert new["referenceId"] == "new"
    assert new["httpHeaders"]["Location"].endswith(new["body"]["id"])
    assert read["body"]["CaseNumber"] == "00001001"


def test_it_counts_as_one_call(rest: Rest) -> None:
    """Official (API request limits): one call, whatever is in it."""

    def used() -> int:
        header = rest.call("GET", "limits").headers["Sforce-Limit-Info"]
        return int(header.removeprefix("api-usage=").split("/")[0])

    before = used()
    send(rest, create_call(), create_call("other"))
    assert used() == before + 2  # the composite call and the one that asks


def test_headers_belong_to_the_subrequest(rest: Rest) -> None:
    """Official: of the outer headers only Accept, Authorization and Content-Type reach the subrequests."""
    queue = rest.id_of("Group", "Callbacks")
    kept, moved = send(
        rest, create_call("kept", FALSE, OwnerId=queue), create_call("moved", OwnerId=queue), headers=FALSE
    )
    assert rest.case(kept["body"]["id"])["OwnerId"] == queue
    assert rest.case(moved["body"]["id"])["OwnerId"] != queue


def test_what_depends_on_a_failure_is_halted(rest: Rest) -> None:
    """Official: 200 for the whole; the failed one has its own error, those that need it PROCESSING_HALTED."""
    rest.create(**{EXTERNAL_ID: "1"})
    new, read, other = send(
        rest, create_call(**{EXTERNAL_ID: "1"}), get_call("sobjects/Case/@{new.id}"), get_call("limits", "other")
    )
    assert (new["httpStatusCode"], new["body"][0]["errorCode"]) == (400, "DUPLICATE_VALUE")
    assert (read["httpStatusCode"], read["body"][0]["errorCode"]) == (400, "PROCESSING_HALTED")
    assert read["body"][0]["message"] == "Invalid reference specified. No value for new.id found in new"
    assert other["httpStatusCode"] == 200


def test_all_or_none_undoes_everything(rest: Rest) -> None:
    """Official: the failed one keeps its error, all others say that the transaction was rolled back."""
    results = send(rest, create_call(), create_call("bad", Nonsense="x"), create_call("later"), all_or_none=True)
    assert [r["body"][0]["errorCode"] for r in results] == ["PROCESSING_HALTED", "INVALID_FIELD", "PROCESSING_HALTED"]
    assert {r["httpStatusCode"] for r in results} == {400}
    assert rest.query("SELECT COUNT() FROM Case")["totalSize"] == 0


def test_queries_and_keys_can_be_chained(rest: Rest) -> None:
    """Official: references reach into records of a query; rows by external id work as well."""
    upsert = {
        "method": "PATCH",
        "url": f"{API}/sobjects/Case/{EXTERNAL_ID}/7",
        "referenceId": "up",
        "body": {"ContactId": "@{who.records[0].Id}", "Subject": "For @{who.records[0].Name}"},
    }
    query = get_call("query?q=SELECT+Id,Name+FROM+Contact+WHERE+CustomerNo__c='P-2001'", "who")
    _who, up, read = send(rest, query, upsert, get_call("sobjects/Case/@{up.id}"))
    assert up["body"]["created"] is True
    assert read["body"]["Subject"] == "For Clara Neumann"


def test_twenty_five_and_not_one_more(rest: Rest) -> None:
    """Seen in a live org: 26 subrequests are answered 200 with one result, and none is carried out."""
    (problem,) = send(rest, *(create_call(f"c{n}") for n in range(26)))
    assert (problem["httpStatusCode"], problem["referenceId"]) == (400, None)
    assert problem["body"][0]["errorCode"] == "LIMIT_EXCEEDED"
    assert rest.query("SELECT COUNT() FROM Case")["totalSize"] == 0


def test_five_queries_and_collections_and_not_one_more(rest: Rest) -> None:
    """Official: of the 25 subrequests up to five may be queries or sObject Collections."""
    collection = {
        "method": "POST",
        "url": f"{API}/composite/sobjects",
        "referenceId": "many",
        "body": {"records": [{"attributes": {"type": "Case"}, EXTERNAL_ID: "1"}]},
    }
    query = f"query?q=SELECT+CaseNumber+FROM+Case+WHERE+{EXTERNAL_ID}+IN+('1','2')"
    calls = [collection, *(get_call(query, f"q{n}") for n in range(5))]
    assert send(rest, *calls)[0]["body"][0]["errorCode"] == "LIMIT_EXCEEDED"
    many, *queries = send(rest, *calls[:5])
    assert many["body"][0]["success"] is True
    assert [row["CaseNumber"] for q in queries for row in q["body"]["records"]] == ["00001001"] * 4


def test_the_shape_is_checked(rest: Rest) -> None:
    """Official: each subrequest has a name of letters, numbers and underscores, used once."""
    assert rest.refuses("POST", "composite", {"compositeRequest": []})[0] == 400
    for names in (["a", "a"], ["a-b"]):
        bad = {"compositeRequest": [create_call(name) for name in names]}
        assert rest.refuses("POST", "composite", bad)[0] == 400
    assert rest.query("SELECT COUNT() FROM Case")["totalSize"] == 0


@pytest.mark.parametrize(
    "text", ["@{new}", "@{}", "@{new.nonsense}", "@{old.id}", "@{new.id[0]}", "@{a b}", "@{new.errors}"]
)
def test_what_leads_nowhere_is_halted(rest: Rest, text: str) -> None:
    """Official: whatever stands in the braces is a reference, in a text as well; one without a value halts its call."""
    new, other = send(rest, create_call(Subject="x"), create_call("other", Subject=f"Mind {text}"))
    inner = text[2:-1]
    name = inner.partition(".")[0]
    assert (new["httpStatusCode"], other["httpStatusCode"]) == (201, 400)
    assert other["body"][0]["errorCode"] == "PROCESSING_HALTED"
    assert other["body"][0]["message"] == f"Invalid reference specified. No value for {inner} found in {name}"


def test_only_composite_knows_references(rest: Rest) -> None:
    """Official: references belong to composite; records and collections of plain calls have their texts as sent."""
    alone = rest.create(Subject="@{new.id}")
    body = {"records": [{"attributes": {"type": "Case"}, "Subject": "@{new.id}"}]}
    (together,) = rest.call("POST", "composite/sobjects", body).json()
    assert [rest.case(one)["Subject"] for one in (alone, together["id"])] == ["@{new.id}"] * 2
