"""The contract of the engines: the same tests for each of them, on each database."""

from typing import Any

from app.domain.reasons import Reason
from app.ledger.heartbeats import Heartbeats
from app.ledger.pauses import ORG, rule_scope
from tests.engines.house import EngineHouse
from tests.support.chaos_house import wait_until
from tests.support.many import repeat_entries
from tests.support.patience import PATIENCE
from tests.support.pauses import pause_all
from tests.support.ringback import Answer

BATCH = 230
HOURS = 3600.0
PROBES = 10


def told(answer: Answer) -> tuple[int, str, str | None]:
    return answer.status, str(answer.body["status"]), answer.body.get("reason")


def test_delivered_when_salesforce_is_back(house: EngineHouse) -> None:
    """What came while nothing listened at Salesforce is `queued`, and becomes its one Case when it is back."""
    house.kill_sandbox()
    sent = [house.send() for _ in range(3)]
    house.start_sandbox()
    for external_id, _ in sent:
        house.wait_for(external_id, "delivered")

    assert [(200, "queued")] * 3 == [told(answer)[:2] for _, answer in sent]
    assert [external_id for external_id, _ in sent] == house.cases()


def test_pause_of_the_org_ends_with_a_probe(house: EngineHouse) -> None:
    """While the org is full all waits; once it has room a probe ends the pause by itself."""
    house.sandbox.fault("error", share=1, code="STORAGE_LIMIT_EXCEEDED", level="record", match="POST /services/data")
    sent = [house.send() for _ in range(3)]
    paused = house.pauses.all()
    house.sandbox.clear_faults()
    for external_id, _ in sent:
        house.wait_for(external_id, "delivered")

    assert [(200, "queued", "storage_full")] * 3 == [told(answer) for _, answer in sent]
    assert "storage_full" == paused[ORG].reason
    assert wait_until(lambda: not house.pauses.all(), PATIENCE)
    assert [external_id for external_id, _ in sent] == house.cases()


OF_THE_WAY: list[dict[str, Any]] = [
    {"name": "html", "status": 403},
    {"name": "html", "status": 400},
    {"name": "empty", "status": 413},
    {"name": "html", "status": 404},
    {"name": "error", "code": "ORG_LOCKED", "status": 403, "message": "organization is locked", "level": "request"},
    {"name": "error", "code": "JSON_PARSER_ERROR", "status": 400, "message": "Body not understood", "level": "request"},
]


def test_answer_that_is_of_no_record(house: EngineHouse) -> None:
    """Whatever a proxy or the edge answers to the whole call ends no callback and takes no field; it passes."""
    sent = []
    for fault in OF_THE_WAY:
        house.sandbox.fault(share=1, match="POST /services/data", **fault)
        sent.append(house.send())
        house.sandbox.clear_faults()
    for external_id, _ in sent:
        house.wait_for(external_id, "delivered")

    # The first ones that fail pause all; a probe may have ended that meanwhile.
    assert {200} == {answer.status for _, answer in sent}
    assert (200, "queued", "call_refused") == told(sent[0][1])
    assert [external_id for external_id, _ in sent] == house.cases()
    assert {None} == {house.entry(external_id)["dropped"] for external_id, _ in sent}


def test_object_without_its_external_id(house: EngineHouse) -> None:
    """While the external id is missing its rule waits, and not the org; once it is there the rule goes on by itself."""
    field = {"object": "Case", "field": "jtel_AcdEventsID__c"}
    house.sandbox.org("drop-field", **field)
    sent = [house.send() for _ in range(3)]
    paused = house.pauses.all()
    house.sandbox.org("add-field", **field, dropped=False)
    for external_id, _ in sent:
        house.wait_for(external_id, "delivered")

    assert [(200, "queued", "external_id_missing")] * 3 == [told(answer) for _, answer in sent]
    assert ["external_id_missing"] == [pause.reason for pause in paused.values()]
    assert ORG not in paused
    assert [external_id for external_id, _ in sent] == house.cases()


def test_pause_of_a_rule_holds_only_that(house: EngineHouse) -> None:
    """A rule whose queue is missing waits; others are delivered; when the queue is there, so is it."""
    held, first = house.send(group=99)
    paused = house.pauses.all()
    other, second = house.send()
    kept = house.entry(held)["state"]
    house.sandbox.org("rename-queue", queue="B2B Support", name="Not There Yet")
    house.wait_for(held, "delivered")

    assert [(200, "queued", "queue_not_found"), (200, "created", None)] == [told(first), told(second)]
    assert [rule_scope("needs-its-queue")] == list(paused)
    assert kept in ("waiting", "received")
    assert [held, other] == house.cases()


def test_gives_up_after_a_time(house: EngineHouse) -> None:
    """What has waited for three days without a pause needs a person: `failed`, and no Case."""
    house.sandbox.fault("lock", share=1)
    external_id, answer = house.send()
    house.age(external_id, 73 * HOURS)
    house.wait_for(external_id, "failed")
    house.sandbox.clear_faults()

    assert (200, "queued", "record_locked") == told(answer)
    assert [] == house.cases()


def test_dead_engine_is_succeeded(house: EngineHouse) -> None:
    """An engine dies amid its call; when its lease is over another takes the callback over, and there is one Case."""
    house.sandbox.fault("unavailable", share=1)
    external_id, answer = house.send()
    house.sandbox.fault("latency", share=1, seconds=2)
    assert wait_until(lambda: house.entry(external_id)["state"] == "received", PATIENCE, 0.01)
    house.kill_engine()
    house.sandbox.clear_faults()
    house.run_out(external_id)
    # It comes back to what was left without anybody's call; another callback lets it be sooner.
    house.sandbox.fault("unavailable", next=1, match="POST /services/data")
    other, _ = house.send()
    for one in (external_id, other):
        house.wait_for(one, "delivered")

    assert (200, "queued") == told(answer)[:2]
    assert [external_id, other] == house.cases()


def test_nothing_is_promised_without_an_engine(house: EngineHouse) -> None:
    """Where nobody would deliver later the answer is 500, and no Case comes of it when there is an engine again."""
    with house.without_engine():
        works, created = house.send()
        house.kill_sandbox()
        external_id, refused = house.send()
    assert wait_until(Heartbeats(house.ringback.database).alive, PATIENCE)
    later, queued = house.send()
    house.start_sandbox()
    house.wait_for(later, "delivered")

    assert [(200, "created", None), (500, "refused", "engine_not_running")] == [told(created), told(refused)]
    assert (200, "queued") == told(queued)[:2]
    assert "refused" == house.entry(external_id)["state"]
    assert [works, later] == house.cases()


def test_source_that_an_older_process_does_not_know(house: EngineHouse) -> None:
    """During a rolling deployment it is delivered by who knows it; the others neither attempt it nor make it fail."""
    with house.older_engine():
        house.sandbox.fault("unavailable", share=1)
        sent = [house.send() for _ in range(5)]
        assert wait_until(lambda: any(one.probes > PROBES for one in house.pauses.all().values()), PATIENCE)
        house.sandbox.clear_faults()
        for external_id, _ in sent:
            house.wait_for(external_id, "delivered")

    assert [(200, "queued")] * 5 == [told(answer)[:2] for _, answer in sent]
    assert [external_id for external_id, _ in sent] == house.cases()
    assert 1 == len(house.configs())


def test_backlog_goes_in_few_calls(house: EngineHouse) -> None:
    """What waited for the end of a pause goes 200 to a call, whoever claims it, and each has its Case."""
    pause_all(house.pauses, Reason.CRM_MAINTENANCE)
    external_id, answer = house.send()
    first = int(external_id.rpartition("-")[2])
    repeat_entries(house.ringback.database, [first], range(first * 10, first * 10 + BATCH - 1))
    # How many go together follows the time that earlier calls took: these have seen none.
    house.kill_all()
    house.ringback.wait()
    before = len(house.sandbox.calls()["calls"])
    house.pauses.end(ORG)
    house.call_engine()
    house.ringback.wait_for("delivered", PATIENCE)
    calls = house.sandbox.calls()["calls"][before:]

    assert (200, "queued", "crm_maintenance") == told(answer)
    assert 2 == len([one for one in calls if one["path"].endswith("/composite") and one["status"] == 200])
    assert sorted(one["external_id"] for one in house.ringback.entries()) == house.cases()
    assert BATCH == len(house.cases())


def test_source_without_a_queue(house: EngineHouse) -> None:
    """With `when_crm_is_away: refuse` the answer is 500, in a pause too, and nothing is delivered when it is over."""
    house.kill_sandbox()
    away = [house.send("no-queue") for _ in range(2)]
    house.pauses.begin(ORG, Reason.CRM_UNREACHABLE.word, HOURS)
    paused = house.send("no-queue")
    other, queued = house.send()
    house.start_sandbox()
    house.pauses.end(ORG)
    house.wait_for(other, "delivered")

    assert [(500, "refused", "crm_unreachable")] * 3 == [told(answer) for _, answer in (*away, paused)]
    assert ["refused"] * 3 == [house.entry(external_id)["state"] for external_id, _ in (*away, paused)]
    assert (200, "queued") == told(queued)[:2]
    assert [other] == house.cases()
