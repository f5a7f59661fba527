"""simple-salesforce queries, searches and describes."""

from typing import Any

import pytest
from simple_salesforce.format import format_soql

from tests.foreign.loopback import MY_DOMAIN
from tests.foreign.simple import LogIn

SMALL_PAGES = {"Sforce-Query-Options": "batchSize=200"}
ROWS = 450


@pytest.fixture
def filled(simple: Any) -> Any:
    """The client of an org with 450 Cases."""
    for start in range(0, ROWS, 150):
        cases = [{"attributes": {"type": "Case"}, "Subject": f"{n:03d}"} for n in range(start, start + 150)]
        simple.restful("composite/sobjects", method="POST", json={"records": cases})
    return simple


def test_query(simple: Any) -> None:
    """Rows have their type and address; parents are nested with theirs."""
    answer = simple.query("SELECT Id, Name, Account.Name FROM Contact WHERE LastName = 'Neumann'")
    assert (1, True) == (answer["totalSize"], answer["done"])
    row = answer["records"][0]
    assert {"type": "Contact", "url": f"/services/data/v66.0/sobjects/Contact/{row['Id']}"} == row["attributes"]
    assert row["Account"]["attributes"]["type"] == "Account"
    assert ("Clara Neumann", "Nordlicht Energie GmbH") == (row["Name"], row["Account"]["Name"])


def test_no_rows(simple: Any) -> None:
    """No row is an answer, not an error."""
    assert {"totalSize": 0, "done": True, "records": []} == simple.query("SELECT Id FROM Case")


def test_format_soql(simple: Any) -> None:
    """What the library's own quoting makes of a text finds this text."""
    odd = 'O\'Neil \\ "quoted" 50% _under\nnext line'
    simple.Case.create({"Subject": odd.replace("\n", " "), "Description": odd})
    like = format_soql("SELECT Subject FROM Case WHERE Subject LIKE '%{:like}%'", "50% _under")
    equal = format_soql("SELECT Subject FROM Case WHERE Subject = {}", odd.replace("\n", " "))
    among = format_soql("SELECT Subject FROM Case WHERE Status IN {}", ["New", "it's"])
    assert [1, 1, 1] == [simple.query(soql)["totalSize"] for soql in (like, equal, among)]


def test_pages(filled: Any) -> None:
    """`query` gives a page and where the next is; `query_more` fetches it by address or by id."""
    first = filled.query("SELECT Subject FROM Case ORDER BY Subject", headers=SMALL_PAGES)
    assert (ROWS, False, 200) == (first["totalSize"], first["done"], len(first["records"]))
    second = filled.query_more(first["nextRecordsUrl"], identifier_is_url=True, headers=SMALL_PAGES)
    assert second["records"][0]["Subject"] == "200"
    third = filled.query_more(second["nextRecordsUrl"].rpartition("/")[2], headers=SMALL_PAGES)
    assert (ROWS, True, 50) == (third["totalSize"], third["done"], len(third["records"]))
    assert "nextRecordsUrl" not in third


def test_query_all(filled: Any) -> None:
    """All pages, each row once."""
    answer = filled.query_all("SELECT Subject FROM Case", headers=SMALL_PAGES)
    assert ROWS == answer["totalSize"]
    assert {f"{n:03d}" for n in range(ROWS)} == {row["Subject"] for row in answer["records"]}


def test_limit_over_pages(filled: Any) -> None:
    """LIMIT counts before the pages do."""
    rows = filled.query_all_iter("SELECT Id FROM Case LIMIT 201", headers=SMALL_PAGES)
    assert len(list(rows)) == 201


def test_is_sandbox(simple: Any) -> None:
    """The library asks the Organization."""
    assert simple.is_sandbox() is True


def test_search(simple: Any) -> None:
    """SOSL: a number as Salesforce finds it, whatever the way it is written."""
    found = simple.search("FIND {01715550101} IN PHONE FIELDS RETURNING Contact(Id, Name)")["searchRecords"]
    assert ["Clara Neumann"] == [row["Name"] for row in found]
    assert found[0]["attributes"]["type"] == "Contact"


def test_quick_search(simple: Any) -> None:
    """`FIND {…}` alone searches everything."""
    found = simple.quick_search("Sommer")["searchRecords"]
    assert ["Lead"] == [row["attributes"]["type"] for row in found]


def test_parameterized_search(simple: Any) -> None:
    """The same without SOSL."""
    params = {"q": "Neumann", "sobject": "Contact", "Contact.fields": "Id,Name"}
    found = simple.restful("parameterizedSearch", params=params)["searchRecords"]
    assert ["Clara Neumann"] == [row["Name"] for row in found]


def test_describe_global(simple: Any) -> None:
    """The objects of the org, with their prefixes and addresses."""
    answer = simple.describe()
    assert ("UTF-8", 200) == (answer["encoding"], answer["maxBatchSize"])
    objects = {entry["name"]: entry for entry in answer["sobjects"]}
    assert {"Account", "Case", "Contact", "Lead", "Task", "User", "Group"} <= set(objects)
    assert ("500", True) == (objects["Case"]["keyPrefix"], objects["Case"]["createable"])
    assert objects["Case"]["urls"]["describe"] == "/services/data/v66.0/sobjects/Case/describe"


def test_describe(simple: Any) -> None:
    """The fields of an object as a client needs them to know what it may write."""
    fields = {field["name"]: field for field in simple.Case.describe()["fields"]}
    external = fields["jtel_AcdEventsID__c"]
    assert (True, True, True) == (external["externalId"], external["unique"], external["custom"])
    assert (255, "string") == (fields["Subject"]["length"], fields["Subject"]["type"])
    assert ["Phone", "Email", "Web"] == [entry["value"] for entry in fields["Origin"]["picklistValues"]]
    assert (["Contact"], "Contact") == (fields["ContactId"]["referenceTo"], fields["ContactId"]["relationshipName"])
    assert not fields["CaseNumber"]["createable"]


def test_metadata(simple: Any) -> None:
    """The short description of an object."""
    assert simple.Case.metadata()["objectDescribe"]["label"] == "Case"


def test_limits_and_usage(simple: Any) -> None:
    """Every call is counted; the library parses the header, and `limits` says the same."""
    limits = simple.limits()
    assert (1, 15000) == tuple(simple.api_usage["api-usage"])
    assert {"Max": 15000, "Remaining": 14999} == limits["DailyApiRequests"]
    simple.query("SELECT Id FROM User")
    assert simple.api_usage["api-usage"].used == 2


def test_resources(simple: Any) -> None:
    """The address of a version lists its resources."""
    assert {"sobjects", "query", "search", "composite", "limits", "identity"} <= set(simple.restful(""))


def test_version_of_the_library(log_in: LogIn) -> None:
    """The library's own default version is served."""
    how = {"consumer_key": "sandbox", "consumer_secret": "sandbox", "domain": MY_DOMAIN}
    assert log_in(version="59.0", **how).query("SELECT COUNT() FROM User")["totalSize"] == 4
