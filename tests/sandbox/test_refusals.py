"""What a create is refused with: the table in refusals.toml, and what does not fit into one."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.rest import EXTERNAL_ID, Rest
from tests.support.sandbox import RunningSandbox

TABLE = tomllib.loads(Path(__file__).with_name("refusals.toml").read_text("utf-8"))


@pytest.mark.parametrize("row", TABLE.values(), ids=TABLE)
def test_a_wrong_body_has_its_error(rest: Rest, row: dict[str, Any]) -> None:
    """Each with the source named in the table: status, errorCode, message and fields."""
    status, error = rest.refuses("POST", "sobjects/Case", row["body"])
    assert (status, error["errorCode"]) == (400, row["code"])
    assert error["message"].startswith(row["message"])
    assert error.get("fields") == row.get("fields")
    assert rest.query("SELECT COUNT() FROM Case")["totalSize"] == 0


def test_required_fields_are_named_all_at_once(rest: Rest) -> None:
    """Seen live: "Required fields are missing: [X]" with the fields."""
    status, error = rest.refuses("POST", "sobjects/Lead", {"FirstName": "x"})
    assert status == 400
    assert error == {
        "message": "Required fields are missing: [LastName, Company]",
        "errorCode": "REQUIRED_FIELD_MISSING",
        "fields": ["LastName", "Company"],
    }


@pytest.mark.parametrize(("field", "length"), [("Subject", 255), ("Description", 32_000), ("SuppliedName", 80),
                                               ("SuppliedPhone", 40), (EXTERNAL_ID, 80)])  # fmt: skip
def test_lengths(rest: Rest, field: str, length: int) -> None:
    """Official (field reference: Case): exactly as long fits, one more is STRING_TOO_LONG."""
    rest.create(**{field: "x" * length})
    assert rest.refuses("POST", "sobjects/Case", {field: "x" * (length + 1)})[1]["errorCode"] == "STRING_TOO_LONG"


@pytest.mark.parametrize(
    ("text", "size"),
    [("ä", 1), ("字", 1), ("😀", 2), ("x\ny", 4), ("x\r\ny", 4), ("x\ry", 4)],
    ids=["umlaut", "Chinese", "emoji", "LF", "CRLF", "CR"],
)
def test_lengths_are_utf_16_units(rest: Rest, sandbox: RunningSandbox, text: str, size: int) -> None:
    """Official (KB 005166849, LEN in formulas): a surrogate pair is two, and so is a line break, however it is sent."""
    sandbox.org("add-field", object="Case", field="Wish__c", type="textarea", length=2 * size)
    rest.create(Wish__c=text * 2)
    status, error = rest.refuses("POST", "sobjects/Case", {"Wish__c": text * 2 + "x"})

    assert (400, "STRING_TOO_LONG", ["Wish__c"]) == (status, error["errorCode"], error["fields"])
    assert f"Wish: data value too large: {text}{text}x (max length={2 * size})" == error["message"]


@pytest.mark.parametrize(
    "text", ["x" * 4_000, "ä" * 2_000, "字" * 1_333 + "x", "😀" * 1_000, "xx\n" * 999 + "xxxx", "xx\r\n" * 999 + "xxxx"]
)
def test_comments_are_bytes(rest: Rest, text: str) -> None:
    """Official (object reference: CaseComment): 4,000 bytes, whichever way the comment comes; a line break is two."""
    parent = rest.create(Comments=text)
    rest.create("CaseComment", ParentId=parent, CommentBody=text)

    for path, body in [
        ("Case", {"Comments": text + "x"}),
        ("CaseComment", {"ParentId": parent, "CommentBody": text + "x"}),
    ]:
        status, error = rest.refuses("POST", f"sobjects/{path}", body)
        assert (400, "STRING_TOO_LONG", [list(body)[-1]]) == (status, error["errorCode"], error["fields"])
        assert error["message"].endswith("(max length=4000)")


def test_texts_are_trimmed_before_they_are_measured(rest: Rest) -> None:
    """White space around a text is not stored, and does not count."""
    record = rest.create(Subject="  " + "x" * 255 + " \n")

    assert "x" * 255 == rest.case(record)["Subject"]


@pytest.mark.parametrize("body", [b"", b"{", b'{"Subject": "x",}', b"[]", b"\xff", b'"x"'])
def test_a_broken_body_is_a_parser_error(rest: Rest, body: bytes) -> None:
    """Known of real orgs: 400 JSON_PARSER_ERROR with the place."""
    answer = rest.call("POST", "sobjects/Case", data=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, "JSON_PARSER_ERROR")


def test_a_deleted_parent_is_entity_is_deleted(rest: Rest) -> None:
    """Seen live: 400 "entity is deleted", no fields."""
    contact = rest.create("Contact", LastName="Gone")
    rest.call("DELETE", f"sobjects/Contact/{contact}")
    assert rest.refuses("POST", "sobjects/Case", {"ContactId": contact}) == (
        400,
        {"message": "entity is deleted", "errorCode": "ENTITY_IS_DELETED", "fields": []},
    )


def test_picklists_are_open_until_an_admin_restricts_them(rest: Rest, sandbox: RunningSandbox) -> None:
    """Seen live: off-list values are taken; a restricted list minds even case."""
    rest.create(Origin="Carrier pigeon")
    sandbox.org("restrict-picklist", object="Case", field="Origin", values=["Phone", "Email"])
    rest.create(Origin="Phone")
    status, error = rest.refuses("POST", "sobjects/Case", {"Origin": "phone"})
    assert status == 400
    assert error == {
        "message": "Case Origin: bad value for restricted picklist field: phone",
        "errorCode": "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
        "fields": ["Origin"],
    }
