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


@pytest.mark.parametrize(
    ("words", "expected"),
    {
        "Neumann Clara": ["Clara Neumann"],
        '"Clara Neumann"': ["Clara Neumann"],
        '"Neumann Clara"': [],
        '"clara neumann" OR "eva schröder"': ["Clara Neumann", "Eva Schröder"],
        "Clara or Dieter": ["Clara Neumann", "Dieter Hoffmann"],
        "Clara AND Dieter": [],
        "Clara AND nordlicht": ["Clara Neumann"],
        "nordlicht AND NOT Clara": ["Dieter Hoffmann"],
        "nordlicht AND NOT (Clara OR Dieter)": [],
        "nordlicht AND NOT Clara AND Neumann": ["Dieter Hoffmann"],
        "Clara AND Neumann OR Eva": ["Clara Neumann", "Eva Schröder"],
        "(Clara OR Dieter) AND (Neumann OR Schröder)": ["Clara Neumann"],
        "Cl?ra": ["Clara Neumann"],
        "Cl?a": [],
        "Cla* Neu*n": ["Clara Neumann"],
        "Cla": [],
        "P-2001": ["Clara Neumann"],
        "clara.neumann@nordlicht.example": ["Clara Neumann"],
        '"(089) 550 33 17" OR Clara': ["Clara Neumann", "Eva Schröder"],
        r"\(089\) 550 33 17": ["Eva Schröder"],
        r"Clara\?": ["Clara Neumann"],
        '"and"': [],
    }.items(),
)
def test_phrases_operators_and_wildcards(rest: Rest, words: str, expected: list[str]) -> None:
    """Official (SOSL reference: FIND): quotes, AND, OR, AND NOT, brackets, `*` and `?`; punctuation parts words."""
    sosl = f"FIND {{{words}}} RETURNING Contact(Name ORDER BY Name)"
    assert names(rest.get("search", params={"q": sosl})) == expected
    parameters = {"q": words, "sobject": "Contact", "Contact.fields": "Name"}
    assert sorted(names(rest.get("parameterizedSearch", params=parameters))) == expected


@pytest.mark.parametrize("words", ['"Clara', "(Clara", "Clara AND", "OR Clara", "Clara & Dieter", "Clara AND OR Eva",
                                   "*ara", "Clara ()", "Clara!"])  # fmt: skip
def test_what_is_no_search_is_refused(rest: Rest, words: str) -> None:
    """Official: an incomplete phrase does not succeed, and reserved characters need a backslash."""
    status, error = rest.refuses("GET", "search", params={"q": f"FIND {{{words}}} RETURNING Contact(Name)"})
    assert (status, error["errorCode"]) == (400, "MALFORMED_SEARCH")


def test_name_fields_are_more_than_the_name(rest: Rest) -> None:
    """Official (IN SearchGroup): of a Case also the subject and who it is from; Description is none."""
    rest.create(Subject="A callback", SuppliedName="Ida Stern", Description="urgent")
    for words, count in {"callback": 1, "Stern": 1, "urgent": 0}.items():
        sosl = f"FIND {{{words}}} IN NAME FIELDS RETURNING Case(Id)"
        assert len(rest.get("search", params={"q": sosl})["searchRecords"]) == count, words


@pytest.mark.parametrize("more", [{"Contact.where": "Name != null"}, {"defaultLimit": "1"}, {"spellCorrection": "true"},
                                  {"Contact.limit": "x"}, {"Account.fields": "Id"}])  # fmt: skip
def test_parameters_that_are_not_served_are_refused(rest: Rest, more: dict[str, str]) -> None:
    """What would be left out of the search silently is told instead."""
    parameters = {"q": "Clara", "sobject": "Contact", **more}
    assert rest.refuses("GET", "parameterizedSearch", params=parameters)[0] == 400
    body = {"q": "Clara", "sobjects": [{"name": "Contact", "where": "Name != null"}]}
    assert "where" in rest.refuses("POST", "parameterizedSearch", body)[1]["message"]


def test_a_limit_of_none(rest: Rest) -> None:
    """LIMIT 0 is no limit that was left out."""
    assert names(rest.get("search", params={"q": "FIND {Clara} RETURNING Contact(Name) LIMIT 0"})) == []


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
