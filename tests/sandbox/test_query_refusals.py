"""SOQL that is refused: as Salesforce does, or in plain words as not served. Silently wrong would be worse."""

import pytest

from tests.sandbox.rest import Rest

BY_SALESFORCE = {
    # Official (SOQL reference: considerations when using FIELDS()); seen live without it.
    "SELECT Id, id FROM Case": ("INVALID_FIELD", "duplicate field selected: id"),
    "SELECT Subject, Case.Subject FROM Case": ("INVALID_FIELD", "duplicate field selected"),
    "SELECT Id, FIELDS(STANDARD) FROM Case": ("INVALID_FIELD", "duplicate field selected: Id"),
    # Official (COUNT() and COUNT(fieldName); field types in aggregate functions).
    "SELECT COUNT() FROM Case ORDER BY Subject": ("MALFORMED_QUERY", "Field must be grouped or aggregated: Subject"),
    "SELECT COUNT(Id) FROM Case ORDER BY Subject": ("MALFORMED_QUERY", "must be grouped or aggregated: Subject"),
    "SELECT Id, COUNT(Id) FROM Case": ("MALFORMED_QUERY", "Field must be grouped or aggregated: Id"),
    "SELECT COUNT(), COUNT(Id) FROM Case": ("MALFORMED_QUERY", "must be the only element"),
    "SELECT COUNT(Id) FROM Case LIMIT 1": ("MALFORMED_QUERY", "cannot also use LIMIT"),
    "SELECT COUNT(Id) a, COUNT(Subject) A FROM Case": ("MALFORMED_QUERY", "duplicate alias: a"),
    "SELECT COUNT(IsClosed) FROM Case": ("MALFORMED_QUERY", "field IsClosed does not support aggregate operator COUNT"),
    "SELECT COUNT(Description) FROM Case": ("MALFORMED_QUERY", "does not support aggregate operator COUNT"),
    # Seen live.
    "SELECT Id FROM Case WHERE Id LIKE '500%'": ("INVALID_QUERY_FILTER_OPERATOR", "invalid operator on id field"),
    "SELECT Id FROM Case WHERE OwnerId LIKE '005%'": ("INVALID_QUERY_FILTER_OPERATOR", "invalid operator on id field"),
    "SELECT Id FROM Case WHERE IsClosed > false": ("INVALID_QUERY_FILTER_OPERATOR", "on boolean field"),
    # Official (Name is what is known of a polymorphic parent).
    "SELECT Owner.DeveloperName FROM Case": ("INVALID_FIELD", "No such column 'DeveloperName' on entity 'Name'"),
    # Seen live (soql-parser-js #201); official: parentheses are required whenever operators are mixed.
    "SELECT Id FROM Case WHERE IsClosed = true AND NOT Subject = 'x'": ("MALFORMED_QUERY", "unexpected token: 'NOT'"),
    "SELECT Id FROM Case WHERE IsClosed = true OR NOT (Subject = 'x')": ("MALFORMED_QUERY", "unexpected token: 'NOT'"),
    "SELECT Id FROM Case WHERE NOT Subject = 'x' AND IsClosed = true": ("MALFORMED_QUERY", "unexpected token: 'AND'"),
    # Official: the formats of dates; words that are no alias.
    "SELECT Id FROM Case WHERE CreatedDate > 2026-01-01T10:00Z": ("MALFORMED_QUERY", "unexpected token"),
    "SELECT Id FROM Case WHERE CreatedDate = LAST_N_DAYS:-3": ("MALFORMED_QUERY", "unexpected token: '-3'"),
    "SELECT Id FROM Case WHERE CreatedDate = LAST_N_DAYS:9999999": ("MALFORMED_QUERY", "no day of the calendar"),
    "SELECT Id FROM Case WHERE CreatedDate = LAST_N_DAYS": ("MALFORMED_QUERY", "unexpected token: 'LAST_N_DAYS'"),
    "SELECT Id FROM Case LIKE": ("MALFORMED_QUERY", "unexpected token: 'LIKE'"),
    "SELECT COUNT(Id) WHERE FROM Case": ("MALFORMED_QUERY", "unexpected token: 'WHERE'"),
    "SELECT Id FROM Case WHERE Id = null LIMIT5": ("MALFORMED_QUERY", "unexpected token: 'LIMIT5'"),
    "SELECT Id FROM Case WHERE Status NOTIN ('New')": ("MALFORMED_QUERY", "unexpected token: 'NOTIN'"),
}

CONTACTS = "SELECT AccountId FROM Contact"
SEMI_JOINS = {
    # Seen live, unless the words are the sandbox's own; official: considerations for semi-joins and anti-joins.
    f"Id IN ({CONTACTS}) OR Name = 'x'": "Semi join sub-selects are not allowed with the 'OR' operator",
    f"Name = 'x' AND (Name = 'y' OR Id IN ({CONTACTS}))": "only allowed at the top level WHERE expressions",
    f"Name = 'x' OR (Name = 'y' AND Id IN ({CONTACTS}))": "only allowed at the top level WHERE expressions",
    f"NOT Id IN ({CONTACTS})": "only allowed at the top level WHERE expressions",
    f"Id IN ({CONTACTS}) AND Id IN ({CONTACTS}) AND Id NOT IN ({CONTACTS})": "Maximum 2 semi join sub-selects",
    f"Id IN ({CONTACTS} WHERE Id IN (SELECT ContactId FROM Case))": "Nesting of semi join sub-selects is not supported",
    f"Id IN ({CONTACTS} ORDER BY Name)": "missing value at 'ORDER'",
    f"Id IN ({CONTACTS} LIMIT 1)": "missing value at 'LIMIT'",
    "Id IN (SELECT AccountId, Id FROM Contact)": "exactly one field",
    "Id IN (SELECT COUNT() FROM Contact)": "exactly one field",
    "Id IN (SELECT Account.Id FROM Contact)": "cannot use relationships: 'Account.Id'",
    "CreatedBy.Id IN (SELECT OwnerId FROM Contact)": "cannot use relationships: 'CreatedBy.Id'",
    "Id IN (SELECT Id FROM Account)": "The inner and outer selects should not be on the same object type",
    "Id IN (SELECT WhatId FROM Task)": "Entity 'Task' is not supported for semi join inner selects",
    "Id IN (SELECT Id FROM Contact)": "should point to the same object type",
    "Id IN (SELECT Name FROM Contact)": "cannot use: 'Name'",
    "Name IN (SELECT Name FROM Contact)": "cannot use: 'Name'",
}

NOT_SERVED = {
    "SELECT Status, COUNT(Id) FROM Case GROUP BY Status": "GROUP BY",
    "SELECT Id FROM Case HAVING Id = 'x'": "HAVING",
    "SELECT (SELECT Id FROM CaseComments) FROM Case": "subqueries in SELECT",
    "SELECT MAX(CreatedDate) FROM Case": "functions other than COUNT",
    "SELECT toLabel(Status) FROM Case": "functions other than COUNT",
    "SELECT Id FROM Case WHERE CALENDAR_YEAR(CreatedDate) = 2026": "functions other than COUNT",
    "SELECT TYPEOF Owner WHEN User THEN Id END FROM Case": "TYPEOF",
    "SELECT Id FROM Case USING SCOPE mine": "USING",
    "SELECT Id FROM Case WITH SECURITY_ENFORCED": "WITH",
    "SELECT Id FROM Case ALL ROWS": "ALL ROWS",
    "SELECT Id FROM Case UPDATE TRACKING": "UPDATE",
    "SELECT Id FROM Case WHERE Status INCLUDES ('New')": "INCLUDES",
    "SELECT Id FROM Case WHERE Subject = :subject": "variables",
    "SELECT COUNT() FROM Case OFFSET 1": "COUNT with OFFSET",
    "SELECT COUNT(Status) FROM Case": "COUNT of a picklist: Status",
    **{
        f"SELECT Id FROM Case WHERE CreatedDate > {word}{count}": f"the date literal {word}"
        for word, count in {
            "LAST_90_DAYS": "", "THIS_QUARTER": "", "NEXT_FISCAL_YEAR": "", "LAST_N_WEEKS": ":3", "N_MONTHS_AGO": ":1",
            "NEXT_N_FISCAL_QUARTERS": ":2", "N_FISCAL_YEARS_AGO": ":1",
        }.items()
    },
}  # fmt: skip


@pytest.mark.parametrize("soql", BY_SALESFORCE)
def test_what_salesforce_refuses(rest: Rest, soql: str) -> None:
    """Each with the source named in the table."""
    code, message = BY_SALESFORCE[soql]
    status, error = rest.refuses("GET", "query", params={"q": soql})
    assert (status, error["errorCode"]) == (400, code)
    assert message in error["message"]


@pytest.mark.parametrize("where", SEMI_JOINS)
def test_semi_joins_that_salesforce_refuses(rest: Rest, where: str) -> None:
    """A subquery that answers here and fails in a real org would mislead whoever writes it."""
    status, error = rest.refuses("GET", "query", params={"q": f"SELECT Id FROM Account WHERE {where}"})
    assert (status, error["errorCode"]) == (400, "MALFORMED_QUERY")
    assert SEMI_JOINS[where] in error["message"]


@pytest.mark.parametrize("soql", NOT_SERVED)
def test_what_is_not_served_is_told(rest: Rest, soql: str) -> None:
    """What a real org can do and the sandbox cannot is not called a mistake."""
    status, error = rest.refuses("GET", "query", params={"q": soql})
    assert (status, error["errorCode"]) == (400, "MALFORMED_QUERY")
    assert "The sandbox does not serve" in error["message"]
    assert NOT_SERVED[soql] in error["message"]


@pytest.mark.parametrize("words", ["WHRE", "TOTALLY LIMIT 1", "c", "ORDERBY"])
def test_a_word_that_no_field_begins_with_is_no_alias(rest: Rest, words: str) -> None:
    """A real org takes it for one, and answers as if the misspelt clause were not there."""
    status, error = rest.refuses("GET", "query", params={"q": f"SELECT Id FROM Case {words}"})
    assert (status, error["errorCode"]) == (400, "MALFORMED_QUERY")
    assert f"does not take '{words.split()[0]}' for an alias" in error["message"]


@pytest.mark.parametrize(
    ("soql", "code", "message"),
    [
        ("SELECT Id FRM Case", "MALFORMED_QUERY",
         "\nSELECT Id FRM Case\n          ^\nERROR at Row:1:Column:11\nunexpected token: 'FRM'"),
        ("SELECT Id FROM Case WHERE", "MALFORMED_QUERY", "unexpected token: '<EOF>'"),
        ("SELECT Id FROM Case WHERE Subject = 'a", "MALFORMED_QUERY", "unexpected token"),
        ("SELECT Id FROM Case WHERE Id = null AND Id = null OR Id = null", "MALFORMED_QUERY", "unexpected token: 'OR'"),
        ("SELECT (SELECT Id FROM CaseComments) FROM Case", "MALFORMED_QUERY", "unexpected token"),
        ("SELECT Status, COUNT(Id) FROM Case GROUP BY Status", "MALFORMED_QUERY", "unexpected token"),
        ("", "MALFORMED_QUERY", ""),
        ("SELECT Id FROM Case LIMIT -1", "MALFORMED_QUERY", "unexpected token: '-1'"),
        ("SELECT Id FROM Case WHERE CreatedDate > 2026-99-01T00:00:00Z", "MALFORMED_QUERY", ""),
        ("SELECT Id FROM Case WHERE CreatedDate = SOMEDAY", "MALFORMED_QUERY", "unexpected token: 'SOMEDAY'"),
        ("SELECT Id FROM Case ORDER BY Description", "INVALID_FIELD", "can not be sorted in a query call"),
        ("SELECT Nonsense FROM Case", "INVALID_FIELD", "No such column 'Nonsense' on entity 'Case'"),
        ("SELECT Nonsense.Name FROM Case", "INVALID_FIELD", "Didn't understand relationship 'Nonsense'"),
        ("SELECT Id FROM Nonsense", "INVALID_TYPE", "sObject type 'Nonsense' is not supported"),
        ("SELECT Id FROM Case WHERE Subject = 1", "INVALID_FIELD", "must be of type string"),
        ("SELECT Id FROM Case WHERE CreatedDate > '2020'", "INVALID_FIELD", "must be of type datetime"),
        ("SELECT Id FROM Case WHERE Description = 'x'", "INVALID_FIELD", "can not be filtered in a query call"),
        ("SELECT Id FROM Case WHERE OwnerId = 'x'", "INVALID_QUERY_FILTER_OPERATOR", "invalid ID field: x"),
    ],
)  # fmt: skip
def test_what_cannot_be_carried_out_is_refused(rest: Rest, soql: str, code: str, message: str) -> None:
    """Seen live: code, and where the place is known the caret, row and column before the message."""
    status, error = rest.refuses("GET", "query", params={"q": soql})
    assert (status, error["errorCode"]) == (400, code)
    assert message in error["message"]
