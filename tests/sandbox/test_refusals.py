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
