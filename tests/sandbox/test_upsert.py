"""Upsert by external id (Salesforce REST guide: dome_upsert)."""

import threading

import pytest

from tests.sandbox.rest import EXTERNAL_ID, Rest
from tests.support.sandbox import RunningSandbox


def test_the_first_creates_and_the_next_updates(rest: Rest) -> None:
    """Official: 201 with created true; captured at API 62.0: 200 with the same body and created false."""
    first = rest.upsert("default-1", {"Subject": "one"})
    second = rest.upsert("default-1", {"Subject": "two"})
    record_id = first.json()["id"]
    assert first.status_code == 201
    assert first.json() == {"id": record_id, "success": True, "errors": [], "created": True}
    assert second.status_code == 200
    assert second.json() == {"id": record_id, "success": True, "errors": [], "created": False}
    assert rest.case(record_id)["Subject"] == "two"
    assert rest.case(record_id)[EXTERNAL_ID] == "default-1"


def test_several_matches_are_300_with_their_addresses(rest: Rest, sandbox: RunningSandbox) -> None:
    """Official: without Unique an external id may name several records; nothing is changed then."""
    sandbox.org("add-field", object="Case", field=EXTERNAL_ID, unique=False)
    ids = [rest.create(**{EXTERNAL_ID: "1", "Subject": "same"}) for _ in range(2)]
    answer = rest.upsert("1", {"Subject": "other"})
    assert answer.status_code == 300
    assert answer.json() == [f"/services/data/v66.0/sobjects/Case/{i}" for i in ids]
    assert {rest.case(i)["Subject"] for i in ids} == {"same"}
    assert rest.call("GET", f"sobjects/Case/{EXTERNAL_ID}/1").status_code == 300


def test_the_body_must_not_repeat_the_external_id(rest: Rest) -> None:
    """Seen live by several projects."""
    answer = rest.upsert("1", {EXTERNAL_ID: "1"})
    assert answer.status_code == 400
    assert answer.json()[0]["errorCode"] == "INVALID_FIELD"
    assert answer.json()[0]["message"] == f"The {EXTERNAL_ID} field should not be specified in the sobject data."


def test_update_only_never_creates(rest: Rest) -> None:
    """Official (API 68.0): a miss is an error, a hit an update."""
    assert rest.upsert("1", {"Subject": "x"}, "?updateOnly=true").status_code == 404
    rest.upsert("1", {"Subject": "x"})
    assert rest.upsert("1", {"Subject": "y"}, "?updateOnly=true").status_code == 200


@pytest.mark.parametrize("path", ["sobjects/Case/Subject/x", "sobjects/Case/Nonsense__c/x", "sobjects/Nonsense/Id/x"])
def test_no_external_id_field_is_not_found(rest: Rest, path: str) -> None:
    """Official, captured: 404 NOT_FOUND."""
    assert rest.refuses("PATCH", path, {"Priority": "Low"})[0] == 404


@pytest.mark.parametrize("value", ["a/b", "a?b", "a#b", "a b", "a%b", "Zürich", "a+b", "http://x/1"])
def test_an_escaped_value_is_taken_as_it_is(rest: Rest, value: str) -> None:
    """Official: the value is one segment of the path; escaped it may hold anything."""
    record_id = rest.upsert(value, {"Subject": "x"}).json()["id"]
    assert rest.case(record_id)[EXTERNAL_ID] == value
    assert rest.upsert(value, {"Subject": "y"}).json()["created"] is False


def test_a_value_like_a_file_name_is_not_found(rest: Rest) -> None:
    """Official (REST guide: sobject upsert): `foo@email.inc` answers 404, a documented quirk."""
    assert rest.upsert("foo@email.inc", {"Subject": "x"}).status_code == 404


def test_supplied_fields_may_be_closed_to_updates(rest: Rest, sandbox: RunningSandbox) -> None:
    """The official texts disagree on it, so the sandbox can be either."""
    rest.upsert("1", {"SuppliedPhone": "1"})
    assert rest.upsert("1", {"SuppliedPhone": "2"}).status_code == 200
    sandbox.org("setting", supplied_updateable=False)
    answer = rest.upsert("1", {"SuppliedPhone": "3"})
    assert answer.json()[0]["errorCode"] == "INVALID_FIELD_FOR_INSERT_UPDATE"


def test_racing_upserts_and_creates_make_one_case(rest: Rest) -> None:
    """Seen live (StackExchange 197382): upsert is not atomic, the loser of a race may get DUPLICATE_VALUE."""
    answers: list[int] = []
    codes: list[str] = []

    def write(number: int) -> None:
        one = number % 2
        body = {"Subject": "x"} if one else {"Subject": "x", EXTERNAL_ID: "race"}
        answer = rest.upsert("race", body) if one else rest.call("POST", "sobjects/Case", body)
        answers.append(answer.status_code)
        if answer.status_code == 400:
            codes.append(answer.json()[0]["errorCode"])

    threads = [threading.Thread(target=write, args=(n,)) for n in range(64)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 64
    assert answers.count(201) == 1
    assert set(answers) <= {200, 201, 400}
    assert set(codes) <= {"DUPLICATE_VALUE"}
    assert rest.query("SELECT COUNT() FROM Case")["totalSize"] == 1
