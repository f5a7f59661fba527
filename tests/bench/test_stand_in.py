"""The stand-in of the bench speaks what Ringback asks, or the figures would be those of errors."""

from collections.abc import Iterator

import pytest

from bench.report import as_markdown
from bench.salesforce import RunningStandIn
from bench.stand_in.api import Api
from tests.support.ringback import RunningRingback

CASE = "/services/data/v66.0/sobjects/Case"


@pytest.fixture(scope="module")
def stand_in() -> Iterator[RunningStandIn]:
    with RunningStandIn() as running:
        yield running


@pytest.fixture(scope="module")
def ringback(stand_in: RunningStandIn, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningRingback]:
    with RunningRingback(stand_in.url, tmp_path_factory.mktemp("bench") / "log", {"WEB_CONCURRENCY": "1"}) as running:
        yield running


@pytest.fixture
def api() -> Iterator[Api]:
    api = Api("http://127.0.0.1:1")
    yield api
    api.org.close()


def test_a_callback_becomes_a_case_by_one_call(ringback: RunningRingback, stand_in: RunningStandIn) -> None:
    """The first one costs a look at the object too; the second one shows what is measured."""
    for event_id in (1, 2):
        before = stand_in.counts()
        answer = ringback.post({"AcdEventsID": event_id, "CallbackNumber": "4930901820"})
        assert (answer.status, answer.body["status"]) == (200, "created"), answer.body
        assert answer.body["caseNumber"]
    assert stand_in.counts()["calls"] - before["calls"] == 1
    assert stand_in.external_ids() == ["default-1", "default-2"]


def test_another_content_is_added_to_the_case(ringback: RunningRingback, stand_in: RunningStandIn) -> None:
    """A burst of one event is measured as well."""
    answers = [
        ringback.post({"AcdEventsID": 3, "CallbackNumber": "4930901820", "Subject": subject}).body["status"]
        for subject in ("Offer", "Invoice")
    ]
    assert answers == ["created", "updated"]
    assert stand_in.counts()["CaseComment"] == 1


def test_the_backlog_goes_together(ringback: RunningRingback, stand_in: RunningStandIn) -> None:
    """While Salesforce is away callbacks wait; when it is back, one call or two take them all."""
    stand_in.mood(away=True)
    answers = {
        ringback.post({"AcdEventsID": event_id, "CallbackNumber": "4930901820"}).body["status"]
        for event_id in range(10, 20)
    }
    assert answers == {"queued"}
    before = stand_in.counts()
    stand_in.mood()
    ringback.wait_for("delivered")
    assert stand_in.counts()["collections"] >= 1
    assert stand_in.counts()["Case"] - before.get("Case", 0) == 10


def test_the_index_keeps_a_second_one_out(api: Api) -> None:
    """Alone, in a collection, and said as Salesforce says it."""
    case = {"jtel_AcdEventsID__c": "default-1"}
    assert api.answer("POST", CASE, case).status == 201
    assert api.answer("POST", CASE, case).body[0]["errorCode"] == "DUPLICATE_VALUE"
    records = [{"attributes": {"type": "Case"}, **case}]
    together = api.answer("POST", "/services/data/v66.0/composite/sobjects", {"records": records})
    assert together.body[0]["errors"][0]["statusCode"] == "DUPLICATE_VALUE"
    assert api.counts["duplicates"] == 2


@pytest.mark.parametrize(
    ("soql", "found"),
    [
        ("SELECT Id FROM Case WHERE jtel_AcdEventsID__c IN ('a','it\\'s')", 2),
        ("SELECT Id FROM Case WHERE jtel_AcdEventsID__c = 'b'", 0),
        ("SELECT Id FROM Case WHERE OwnerId = null AND CreatedDate >= 2020-01-01T00:00:00Z LIMIT 1", 1),
        ("SELECT Id FROM Case WHERE Id NOT IN (SELECT ParentId FROM CaseComment WHERE ParentId = 'x')", 2),
    ],
)
def test_queries(api: Api, soql: str, found: int) -> None:
    """What Ringback asks is near enough to SQL."""
    for external_id in ("a", "it's"):
        api.answer("POST", CASE, {"jtel_AcdEventsID__c": external_id})
    assert len(api.org.query(soql)) == found


def test_a_report_of_nothing_has_its_head() -> None:
    """A run of some scenarios only is shown as well."""
    names = ("cores", "processor", "memory_gb", "kernel", "load_before", "python", "gunicorn", "flask", "sqlalchemy")
    machine = dict.fromkeys((*names, "sqlite", "postgres", "node", "node_red", "wrk"), "x")
    report = {"command": "python -m bench", "date": "2026-11-28", "commit": "abc", "machine": machine}
    assert as_markdown({**report, "rounds": 5, "seconds": 8.0, "scenarios": {}}).startswith("`python -m bench`")
