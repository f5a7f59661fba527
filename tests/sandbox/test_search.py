"""Searching by telephone number: the seed contacts have theirs in many spellings."""

from typing import Any

import pytest

from tests.sandbox.rest import Rest


def names(found: dict[str, Any]) -> list[str]:
    return [row["Name"] for row in found["searchRecords"]]


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("3090182-21", ["Clara Neumann", "Dieter Hoffmann"]),
        ("+493090182 21", ["Clara Neumann", "Dieter Hoffmann"]),
        ("895503317", ["Eva Schröder"]),
        ("1605550102", ["Eva Schröder"]),
        ("1755550103", ["Farid Çelik"]),
        ("8999216325", ["Greta Öztürk"]),
        ("17155501", []),
    ],
)
def test_a_national_number_finds_all_spellings(rest: Rest, number: str, expected: list[str]) -> None:
    """Official (REST guide: parameterizedSearch); searching by the national number is what Salesforce's own
    telephony samples do."""
    parameters = {"q": number, "in": "PHONE", "sobject": "Contact", "Contact.fields": "Id,Name"}
    found = rest.get("parameterizedSearch", params=parameters)
    assert names(found) == expected
    body = {"q": number, "in": "PHONE", "sobjects": [{"name": "Contact", "fields": ["Id", "Name"]}]}
    assert rest.call("POST", "parameterizedSearch", body).json() == found
    sosl = f"FIND {{{number}}} IN PHONE FIELDS RETURNING Contact(Id, Name)"
    assert names(rest.get("search", params={"q": sosl.replace("-", "\\-").replace("+", "\\+")})) == expected


def test_several_objects_and_their_limits(rest: Rest) -> None:
    """Official (SOSL reference: RETURNING with WHERE, ORDER BY and LIMIT; rows carry their type)."""
    sosl = "FIND {0221 5550199} IN PHONE FIELDS RETURNING Lead(Id, Name), Contact(Id)"
    rows = rest.get("search", params={"q": sosl})["searchRecords"]
    assert [(r["attributes"]["type"], r["Name"]) for r in rows] == [("Lead", "Henrik Sommer")]
    limited = "FIND {3090182-21} RETURNING Contact(Name WHERE AccountId != null ORDER BY Name DESC LIMIT 1)"
    assert names(rest.get("search", params={"q": limited})) == ["Dieter Hoffmann"]


def test_a_broken_search_is_refused(rest: Rest) -> None:
    """Seen live: MALFORMED_SEARCH, with these words when there are no braces."""
    status, error = rest.refuses("GET", "search", params={"q": "FIND 'Jones' IN ALL FIELDS"})
    assert (status, error["errorCode"]) == (400, "MALFORMED_SEARCH")
    assert error["message"] == "No search term found. The search term must be enclosed in braces."
    for bad in ("FIND {1} RETURNING Contact(Id)", "FIND {Clara} IN SHOE FIELDS", "FIND {Clara} RETURNING"):
        assert rest.refuses("GET", "search", params={"q": bad})[1]["errorCode"] == "MALFORMED_SEARCH"
