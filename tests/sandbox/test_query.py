"""SOQL (Salesforce SOQL reference)."""

from datetime import date, timedelta

import pytest

from tests.sandbox.rest import Rest
from tests.support.sandbox import RunningSandbox

NAMES = {
    "LastName = 'neumann'": ["Neumann"],
    "LastName != 'Neumann' AND Account.Name = 'Nordlicht Energie GmbH'": ["Hoffmann"],
    "LastName <> 'Neumann' AND Account.Name LIKE 'nord%'": ["Hoffmann"],
    "LastName IN ('Neumann', 'Schröder')": ["Neumann", "Schröder"],
    "LastName NOT IN ('Neumann', 'Schröder', 'Hoffmann', 'Çelik')": ["Öztürk"],
    "AccountId = null": ["Öztürk"],
    "NOT AccountId != null": ["Öztürk"],
    "LastName < 'I'": ["Hoffmann"],
    "LastName >= 'S' AND AccountId != NULL": ["Schröder", "Çelik"],
    "(LastName = 'Neumann' OR LastName = 'Hoffmann') AND MobilePhone != null": ["Neumann"],
    "Phone LIKE '%3179_55'": ["Çelik"],
    "CreatedDate = TODAY AND LastName = 'Neumann'": ["Neumann"],
    "CreatedDate > 2020-01-01T00:00:00Z AND LastName = 'Neumann'": ["Neumann"],
    "CreatedDate < LAST_N_DAYS:2": [],
    "IsDeleted = false AND LastName = 'Neumann'": ["Neumann"],
    "AccountId IN (SELECT Id FROM Account WHERE Name LIKE 'Alpen%')": ["Schröder"],
    "Contact.LastName = 'Neumann'": ["Neumann"],
    "IsDeleted = null AND LastName = 'Neumann'": ["Neumann"],
    "IsDeleted != null": [],
    "Account.IsDeleted = false AND LastName = 'Öztürk'": ["Öztürk"],
    "AccountId = ''": ["Öztürk"],
    "CustomerNo__c = ''": [],
    "CustomerNo__c IN ('', 'P-2001')": ["Neumann"],
    "Title = '' AND LastName = 'Neumann'": ["Neumann"],
    "MobilePhone != '' AND LastName < 'O'": ["Neumann"],
    "MobilePhone IN ('', '0171 5550101') AND LastName < 'O'": ["Hoffmann", "Neumann"],
    "Title LIKE '%'": [],
    "LastName = 'Neumann' AND (NOT Title LIKE '%x%')": ["Neumann"],
    "NOT (LastName = 'Neumann' OR LastName > 'I')": ["Hoffmann"],
    "Phone > '' AND LastName = 'Neumann'": ["Neumann"],
    "AccountId NOT IN (SELECT AccountId FROM Case) AND LastName = 'Öztürk'": ["Öztürk"],
    "(AccountId IN (SELECT Id FROM Account WHERE Name LIKE 'Alpen%')) AND LastName != 'x'": ["Schröder"],
}


@pytest.mark.parametrize(("where", "names"), NAMES.items())
def test_conditions(rest: Rest, where: str, names: list[str]) -> None:
    """Official: operators, null, LIKE, IN, dates, parents, semi-joins; text is compared without case."""
    found = rest.query(f"SELECT LastName FROM Contact WHERE {where} ORDER BY LastName")
    assert [row["LastName"] for row in found["records"]] == sorted(names)


def test_the_shape_of_an_answer(rest: Rest) -> None:
    """Official: totalSize, done, records with attributes; a parent is nested, or null."""
    found = rest.query("SELECT c.FirstName, Account.Name, Id FROM Contact c ORDER BY LastName DESC NULLS LAST LIMIT 1")
    row = found["records"][0]
    assert (found["totalSize"], found["done"]) == (1, True)
    assert row["attributes"]["type"] == "Contact"
    assert row["attributes"]["url"].endswith(row["Id"])
    assert row["FirstName"] == "Greta"
    assert row["Account"] is None


def test_order_limit_and_offset(rest: Rest) -> None:
    """Official: nulls come first unless told otherwise; OFFSET at most 2,000."""
    base = "SELECT Name, MobilePhone FROM Contact ORDER BY MobilePhone"
    phones = [r["MobilePhone"] for r in rest.query(base)["records"]]
    assert phones[:2] == [None, None]
    last = [r["MobilePhone"] for r in rest.query(base + " ASC NULLS LAST")["records"]]
    assert last == phones[2:] + phones[:2]
    assert [r["MobilePhone"] for r in rest.query(base + " LIMIT 2 OFFSET 2")["records"]] == phones[2:4]
    status, error = rest.refuses("GET", "query", params={"q": base + " OFFSET 2001"})
    assert (status, error["errorCode"]) == (400, "NUMBER_OUTSIDE_VALID_RANGE")


def test_counts(rest: Rest) -> None:
    """Official: COUNT() has no records; COUNT(field) is an aggregate and leaves nulls out."""
    assert rest.query("SELECT COUNT() FROM Contact") == {"totalSize": 5, "done": True, "records": []}
    row = rest.query("SELECT COUNT(Id), COUNT(AccountId) linked FROM Contact")["records"][0]
    assert row == {"attributes": {"type": "AggregateResult"}, "expr0": 5, "linked": 4}


def test_counts_have_columns(rest: Rest) -> None:
    """What the sf command line reads the names of a count from."""
    soql = {"q": "SELECT COUNT(Id), COUNT(AccountId) linked FROM Contact", "columns": "true"}
    columns = rest.get("query", params=soql)["columnMetadata"]
    assert [("expr0", True), ("linked", True)] == [(c["columnName"], c["aggregate"]) for c in columns]


def test_records_without_a_parent_have_no_parents_id(rest: Rest) -> None:
    """Two records that both have none are not each other's match."""
    rest.create(Subject="without an account")
    assert rest.query("SELECT Id FROM Contact WHERE AccountId IN (SELECT AccountId FROM Case)")["totalSize"] == 0


def test_dates_that_are_empty(rest: Rest) -> None:
    """As with every `!=`: what has no date has another one."""
    rest.create()
    for where, count in {"!= TODAY": 1, "= TODAY": 0, "< TODAY": 0}.items():
        assert rest.query(f"SELECT Id FROM Case WHERE ClosedDate {where}")["totalSize"] == count, where


def test_a_week_begins_as_the_users_locale_says(rest: Rest) -> None:
    """Official (date literals): for the sandbox's users, who are Germans, on a Monday."""
    days = [date.today() + timedelta(days=n) for n in range(-15, 16)]
    tasks = [{"attributes": {"type": "Task"}, "ActivityDate": day.isoformat()} for day in days]
    rest.call("POST", "composite/sobjects", {"records": tasks})
    rows = rest.query("SELECT ActivityDate FROM Task WHERE ActivityDate = THIS_WEEK ORDER BY ActivityDate")["records"]
    assert [0, 1, 2, 3, 4, 5, 6] == [date.fromisoformat(row["ActivityDate"]).weekday() for row in rows]


def test_a_key_that_is_empty(rest: Rest) -> None:
    """A unique field is looked up in an index, which has no empty texts; the record is found all the same."""
    rest.create("Contact", LastName="Keyless")
    assert rest.query("SELECT LastName FROM Contact WHERE CustomerNo__c = ''")["records"][0]["LastName"] == "Keyless"


def test_times_are_whole_seconds(rest: Rest) -> None:
    """Seen live: whatever is written, the fraction of a second is 0."""
    case = rest.case(rest.create(Status="Closed"))
    for field in ("CreatedDate", "LastModifiedDate", "SystemModstamp", "ClosedDate"):
        assert case[field].endswith(".000+0000"), field


def test_an_alias_stands_before_fields(rest: Rest) -> None:
    """Official (alias notation): in all clauses, also with AS."""
    for soql in ("SELECT c.Id FROM Contact c", "SELECT Id FROM Contact AS c ORDER BY c.LastName",
                 "SELECT COUNT() FROM Contact c WHERE c.LastName != null"):  # fmt: skip
        assert rest.query(soql)["totalSize"] == 5, soql


def test_escapes_in_text(rest: Rest) -> None:
    """Official (SOQL reference: quoted string escape sequences)."""
    rest.create(Subject="it's 100% a_b \\ x")
    for where in (r"= 'it\'s 100% a_b \\ x'", r"LIKE 'it\'s 100\% a\_b%'", r"LIKE '%\\ x'"):
        assert rest.query(f"SELECT Id FROM Case WHERE Subject {where}")["totalSize"] == 1, where
    assert rest.query(r"SELECT Id FROM Case WHERE Subject LIKE '%100\_%'")["totalSize"] == 0


def test_an_owner_of_either_kind(rest: Rest) -> None:
    """Official (polymorphic relationships): Owner is a user or a queue; both have Name and Type."""
    rest.create(Subject="a")
    rest.create(Subject="b", OwnerId=rest.id_of("Group", "Callbacks"))
    rows = rest.query("SELECT Owner.Name, Owner.Type FROM Case ORDER BY Subject")["records"]
    assert [(r["Owner"]["Name"], r["Owner"]["Type"]) for r in rows] == [
        ("Ringback Integration", "User"),
        ("Callbacks", "Queue"),
    ]
    assert rest.query("SELECT Id FROM Case WHERE Owner.Name = 'callbacks'")["totalSize"] == 1


def test_long_results_come_in_parts(rest: Rest) -> None:
    """Official (Query Options header): batchSize from 200 to 2,000, then nextRecordsUrl."""
    records = [{"attributes": {"type": "Case"}, "Subject": str(n)} for n in range(200)]
    for _ in range(2):
        rest.call("POST", "composite/sobjects", {"records": records})
    rest.create()
    options = {"headers": {"Sforce-Query-Options": "batchSize=10"}}
    part = rest.get("query?q=SELECT+Id+FROM+Case", **options)
    seen = [r["Id"] for r in part["records"]]
    assert (part["totalSize"], part["done"], len(seen)) == (401, False, 200)
    while not part["done"]:
        part = rest.get(part["nextRecordsUrl"], **options)
        seen += [r["Id"] for r in part["records"]]
    assert len(set(seen)) == 401
    assert "nextRecordsUrl" not in part
    assert rest.refuses("GET", "query/01gRb0000000001IAA-200")[1]["errorCode"] == "INVALID_QUERY_LOCATOR"


def test_deleted_records_show_in_query_all_only(rest: Rest, sandbox: RunningSandbox) -> None:
    """Official (REST guide: queryAll)."""
    rest.call("DELETE", f"sobjects/Case/{rest.create()}")
    assert rest.query("SELECT Id FROM Case")["totalSize"] == 0
    assert rest.get("queryAll?q=SELECT+Id,IsDeleted+FROM+Case")["records"][0]["IsDeleted"] is True


def test_columns_instead_of_rows(rest: Rest) -> None:
    """What the sf command line asks for first (`?columns=true`)."""
    soql = "SELECT Id, IsClosed, Owner.Name FROM Case"
    answer = rest.get("query", params={"q": soql, "columns": "true"})
    assert (answer["entityName"], answer["keyPrefix"], answer["idSelected"]) == ("Case", "500", True)
    assert [c["columnName"] for c in answer["columnMetadata"]] == ["Id", "IsClosed", "Owner"]
    assert answer["columnMetadata"][1]["booleanType"] is True
    assert answer["columnMetadata"][2]["joinColumns"][0]["columnName"] == "Name"
