"""jsforce, the client that Salesforce maintains: what it makes of the sandbox, check by check."""

import json
from typing import Any

import pytest

from tests.foreign import node
from tests.support.sandbox import RunningSandbox

SESSIONS: dict[str, Any] = {
    "authorize": [True, "005", "00D"],
    "identity": ["integration@sandbox.example", True, True],
    "identity_without_login": "integration@sandbox.example",
    "refresh": [True, True, 2],
    "refresh_once_for_many": [[4] * 10, 2],
    "session_not_for_rest": ["INVALID_SESSION_ID", 1],
    "session_without_refresh": "INVALID_SESSION_ID",
    "slash_after_the_instance": 4,
    "logout": 401,
    "wrong_secret": "invalid_client",
    "wrong_grant": "unsupported_grant_type",
    "password_grant": "invalid_grant",
    "soap_login": "INVALID_OPERATION",
}
RECORDS: dict[str, Any] = {
    "create": [18, {"success": True, "errors": []}],
    "replay": ["DUPLICATE_VALUE", True, True],
    "upsert": [True, False, True, "t"],
    "retrieve": ["Case", "s", "New", ["Id", "Status", "Subject", "attributes"]],
    "retrieve_many": ["1", None, "0"],
    "update": [True, True],
    "destroy": [True, "ENTITY_IS_DELETED"],
    "headers": True,
    "collection_create": [200, ["STRING_TOO_LONG", "ok", "ok", "ok", "STRING_TOO_LONG"], 150, ["Subject"]],
    "collection_of_201": "EXCEEDED_ID_LIMIT",
    "collection_all_or_none": [["ALL_OR_NONE_OPERATION_ROLLED_BACK", "INVALID_FIELD"], 0],
    "collection_upsert": [[True, False], [True, True]],
    "collection_update": [True, False, "MALFORMED_ID"],
    "collection_destroy": [3, 0],
    "composite": [[201, 204, 200], None, "Working"],
}
QUERIES: dict[str, Any] = {
    "query": [1, True, "Contact", "Clara Neumann", "Nordlicht Energie GmbH"],
    "query_auto_fetch": [450, True, 450],
    "query_more": [[200, "0000", False], [200, "0200", False], [50, "0400", True]],
    "query_events": [250, 250],
    "query_all": [False, True],
    "find": ["0017", "0016", "0015"],
    "find_dates": 1,
    "find_everything": ["Clara Neumann", "clara.neumann@nordlicht.example"],
    "count": 3,
    "search": [["Contact", "Clara Neumann"]],
}
SCHEMA: dict[str, Any] = {
    "describe": ["Case", "500", True, True, ["Phone", "Email", "Web"]],
    "describe_global": ["Account", "Case", "Contact", "Lead", "User"],
    "recent": True,
    "limit_info": {"apiUsage": {"used": 1, "limit": 15000}},
    "limits": {"Max": 15000, "Remaining": 14999},
    "versions": ["68.0", True],
    "version_of_the_library": 4,
    "oldest_version": ["31.0", 4],
    "upsert_before_46": [True, {"success": True, "errors": []}],
}
REFUSALS: dict[str, Any] = {
    "field_unknown": "INVALID_FIELD",
    "text_too_long": "STRING_TOO_LONG",
    "two_texts_too_long": "MULTIPLE_API_ERRORS",
    "id_of_wrong_form": "MALFORMED_ID",
    "email_of_wrong_form": "INVALID_EMAIL_ADDRESS",
    "required_field_missing": "REQUIRED_FIELD_MISSING",
    "object_unknown": "NOT_FOUND",
    "record_unknown": "NOT_FOUND",
    "record_to_update_unknown": "INVALID_CROSS_REFERENCE_KEY",
    "upsert_by_another_field": "NOT_FOUND",
    "malformed_query": "MALFORMED_QUERY",
    "column_unknown": "INVALID_FIELD",
    "type_unknown": "INVALID_TYPE",
    "locator_unknown": "INVALID_QUERY_LOCATOR",
    "resource_unknown": "NOT_FOUND",
    "method_not_allowed": "METHOD_NOT_ALLOWED",
    "malformed_search": "MALFORMED_SEARCH",
    "lock": "UNABLE_TO_LOCK_ROW",
    "daily_limit": "REQUEST_LIMIT_EXCEEDED",
    "maintenance": "INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE",
    "unavailable": "SERVER_UNAVAILABLE",
    "html_page": "ERROR_HTTP_503",
    "empty_answer": "ERROR_HTTP_503",
    "validation_rule": "FIELD_CUSTOM_VALIDATION_EXCEPTION",
    "several_records": "MULTIPLE_CHOICES",
    "restricted_picklist": "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
    "duplicate_rule": ["DUPLICATES_DETECTED", True],
    "sits_out_unavailable": 4,
    "sits_out_reset": 4,
    "does_not_repeat_a_create": [True, 1],
}
EXPECTED = {**SESSIONS, **RECORDS, **QUERIES, **SCHEMA, **REFUSALS}


@pytest.fixture(scope="module")
def answers(shared_sandbox: RunningSandbox) -> dict[str, dict[str, Any]]:
    """What jsforce has to say, by the name of the check. The script begins each check with a clean sandbox."""
    return {line["check"]: line for line in node.run("roundtrip.mjs", shared_sandbox.url)}


@pytest.mark.parametrize("check", EXPECTED)
def test_check(answers: dict[str, dict[str, Any]], check: str) -> None:
    """jsforce gives its user what an org would have made it give."""
    assert {"check": check, "got": EXPECTED[check]} == answers[check]


def test_every_check_is_judged(answers: dict[str, dict[str, Any]]) -> None:
    """The script does nothing of which nobody says what is right."""
    assert set(EXPECTED) == set(answers)


def test_lock_file_names_no_registry() -> None:
    """The packages come from the registry that the machine has configured, with the content that the lock names."""
    lock = json.loads((node.FOLDER / "package-lock.json").read_text())
    packages = {path: entry for path, entry in lock["packages"].items() if path}
    assert "node_modules/jsforce" in packages
    assert [] == [path for path, entry in packages.items() if "resolved" in entry or "integrity" not in entry]
