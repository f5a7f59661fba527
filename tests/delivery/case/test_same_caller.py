"""A caller who presses twice gets one Case, where the rule says so, on both databases."""

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, text

from app.delivery.case.same_caller import earlier_callbacks
from app.delivery.request.intake import Sent
from app.domain.entry import Entry, State
from app.domain.outcome import Outcome, Status
from app.domain.reasons import Reason
from app.domain.record import Dropped, Record
from app.ledger.pauses import ORG
from app.ledger.tables import entry as rows
from app.waiting import Deadline
from tests.delivery.conftest import CONFIG, Desk, MoodyCrm, open_desk
from tests.support.writing import writing

MERGING = replace(CONFIG, rules=[replace(rule, merge=timedelta(minutes=30)) for rule in CONFIG.rules])
NUMBER = "4930901820"


@pytest.fixture
def merging(each_ledger: str, crm: MoodyCrm) -> Iterator[Desk]:
    """A desk whose rules merge what comes within half an hour, with three seconds to answer in."""
    with open_desk(each_ledger, crm, MERGING, seconds=3.0) as opened:
        opened.heartbeats.beat("engine")
        yield opened


def sent(event_id: int, number: str | None = NUMBER, source: str = "default", **fields: object) -> Sent:
    body = {"AcdEventsID": event_id, "CallbackNumber": number, **fields}
    return Sent(json.dumps(body).encode(), b"", CONFIG.sources[source], f"request-{event_id}")


def entries(desk: Desk) -> list[Entry]:
    return desk.ledger.select(rows.c.id > 0)


def case_of(outcome: Outcome) -> str | None:
    return outcome.written.id if outcome.written else None


def drain(desk: Desk) -> None:
    while any(one.state in (State.WAITING, State.RECEIVED) for one in entries(desk)):
        desk.engine.run_once()


def ages(desk: Desk, entry_id: int, minutes: float) -> None:
    """As if the callback had come so long ago."""
    desk.ledger.change(entry_id, lambda current, _: {"received_at": current.received_at - 60 * minutes})


def test_second_press_is_a_comment(merging: Desk) -> None:
    """Another event of the same number is a comment on the open Case: 200 `updated`, with the Case's id and number."""
    first = merging.delivery.accept(sent(1))
    second = merging.delivery.accept(sent(2, Body="It is urgent."))
    repeat = merging.delivery.accept(sent(2, Body="It is urgent."))
    ((record_id, said),) = merging.crm.commented

    assert [Status.CREATED, Status.UPDATED, Status.EXISTING] == [one.status for one in (first, second, repeat)]
    assert 1 == len({case_of(one) for one in (first, second, repeat)})
    assert ["default-1"] == list(merging.crm.records)
    assert case_of(first) == record_id
    assert "It is urgent." in said
    assert ["[Ringback default-2]"] == merging.crm.comments
    assert [(State.DELIVERED, None), (State.DELIVERED, 1)] == [(one.state, one.merged_into) for one in entries(merging)]


@pytest.mark.parametrize(
    "other",
    [
        sent(2, number="4989123456"),
        sent(2, source="berlin-2"),
        sent(2, AcdGroupsForeignSystemID="SERVICE_B2B"),
    ],
    ids=["another number", "another source", "another rule"],
)
def test_another_wish_is_another_case(merging: Desk, other: Sent) -> None:
    """Only the same number of the same source and rule is the same wish."""
    merging.delivery.accept(sent(1))

    assert Status.CREATED is merging.delivery.accept(other).status


def test_without_a_number(merging: Desk) -> None:
    """Callers without a number are not each other."""
    for number in (1, 2):
        outcome = merging.delivery.accept(sent(number, number="anonymous", SalesforceId="0035g00000ABCDE"))

        assert Status.CREATED is outcome.status


@pytest.mark.parametrize("number", ["Anna, Zimmer 12", "9999999999", "10", "Private Number"])
def test_what_tells_nobody(merging: Desk, number: str) -> None:
    """A text, a placeholder or an extension may be anybody's: each such caller has a Case."""
    for event_id in (1, 2):
        outcome = merging.delivery.accept(sent(event_id, number=number, SalesforceId="0035g00000ABCDE"))

        assert Status.CREATED is outcome.status


def test_rule_that_does_not_merge(desk: Desk) -> None:
    """Without `merge` every event has its Case."""
    for number in (1, 2):
        assert Status.CREATED is desk.delivery.accept(sent(number)).status


def test_too_late(merging: Desk) -> None:
    """After the rule's time the caller has another wish; the time begins with the callback that made the Case."""
    merging.delivery.accept(sent(1))
    ages(merging, 1, 20)
    second = merging.delivery.accept(sent(2))
    ages(merging, 1, 20)
    third = merging.delivery.accept(sent(3))

    assert [Status.UPDATED, Status.CREATED] == [second.status, third.status]


def test_closed_case(merging: Desk) -> None:
    """When the Case has been closed the caller needs another; from then on that one gets the comments."""
    merging.delivery.accept(sent(1))
    merging.crm.closed.add("default-1")
    second = merging.delivery.accept(sent(2))
    third = merging.delivery.accept(sent(3))

    assert [Status.CREATED, Status.UPDATED] == [second.status, third.status]
    assert case_of(second) == case_of(third)


def test_deleted_case(merging: Desk) -> None:
    """A Case that is gone gets no comment."""
    merging.delivery.accept(sent(1))
    merging.crm.records.clear()

    assert Status.CREATED is merging.delivery.accept(sent(2)).status


def test_case_whose_id_is_not_known(merging: Desk) -> None:
    """Where the CRM does not tell the record's id it is found by its external id."""
    merging.delivery.accept(sent(1))
    merging.ledger.change(1, lambda *_: {"record_id": None})

    assert Status.UPDATED is merging.delivery.accept(sent(2)).status


@pytest.mark.parametrize("state", [State.REFUSED, State.FAILED, State.DISCARDED, State.INVALID])
def test_earlier_one_that_made_no_case(merging: Desk, state: State) -> None:
    """What has stopped without a Case is not waited for."""
    merging.delivery.accept(sent(1))
    merging.ledger.change(1, lambda *_: {"state": state})

    assert Status.CREATED is merging.delivery.accept(sent(2)).status


def test_pressed_twice_in_the_same_second(merging: Desk) -> None:
    """Of presses that are under way at once the first makes the Case, and all others wait for it and are comments."""
    merging.crm.gate.clear()
    threading.Timer(0.5, merging.crm.gate.set).start()
    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(lambda number: merging.delivery.accept(sent(number)), range(1, 7)))
    first = min(entries(merging), key=lambda one: one.id)

    assert [Status.CREATED] + [Status.UPDATED] * 5 == sorted(
        (one.status for one in outcomes), key=lambda one: one.value
    )
    assert [first.external_id] == list(merging.crm.records)
    assert 5 == len(merging.crm.comments)


def test_many_presses(merging: Desk) -> None:
    """Whatever races, each number has one Case, and each other press of it is one comment."""
    presses = [(number, f"49309018{number % 5}0") for number in range(1, 41)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda press: merging.delivery.accept(sent(*press)), presses))
    drain(merging)

    assert 5 == len(merging.crm.records)
    assert 35 == len(merging.crm.comments)
    assert {State.DELIVERED} == {one.state for one in entries(merging)}


def test_earlier_one_waits(merging: Desk) -> None:
    """While the first waits the second is stored and follows it, as a comment."""
    merging.crm.reason = Reason.RECORD_LOCKED
    merging.delivery.accept(sent(1))
    merging.crm.reason = None
    merging.pauses.begin(ORG, Reason.CRM_UNAVAILABLE.word, 0.0)
    second = merging.delivery.accept(sent(2))
    drain(merging)

    assert (Status.QUEUED, Reason.CRM_UNAVAILABLE) == (second.status, second.reason)
    assert ["default-1"] == list(merging.crm.records)
    assert ["[Ringback default-2]"] == merging.crm.comments


def test_one_that_follows_another_waits_for_it(merging: Desk) -> None:
    """Without any pause a second press is not delivered before the first that waits."""
    merging.crm.reason = Reason.RECORD_LOCKED
    merging.delivery.accept(sent(1))
    merging.crm.reason = None
    second = merging.delivery.accept(sent(2))

    assert (Status.QUEUED, Reason.CRM_BUSY) == (second.status, second.reason)
    assert {} == merging.crm.records


def test_first_fails_in_the_end(merging: Desk) -> None:
    """When the first is refused after all the second makes the Case: no caller is lost."""
    merging.crm.reason = Reason.RECORD_LOCKED
    merging.delivery.accept(sent(1))
    merging.delivery.accept(sent(2))
    merging.crm.reason, merging.crm.spoilt_by = None, "default-1"
    drain(merging)

    assert [State.FAILED, State.DELIVERED] == [one.state for one in entries(merging)]
    assert ["default-2"] == list(merging.crm.records)


def test_backlog(merging: Desk) -> None:
    """Three presses of each of twenty callers make twenty Cases in one call, and a comment of each other press."""
    merging.pauses.begin(ORG, Reason.CRM_UNAVAILABLE.word, 3600)
    for number in range(60):
        merging.delivery.accept(sent(1 + number, number=f"493090182{number % 20:02}"))
    merging.pauses.end(ORG)
    drain(merging)

    assert [20] == merging.crm.calls
    assert [f"default-{number}" for number in range(1, 21)] == list(merging.crm.records)
    assert [f"[Ringback default-{number}]" for number in range(21, 61)] == merging.crm.comments


def test_answer_to_the_comment_is_lost(merging: Desk) -> None:
    """A comment that may be there is looked for, not replaced by a Case."""
    merging.delivery.accept(sent(1))
    merging.crm.lost = 1
    second = merging.delivery.accept(sent(2))
    drain(merging)

    assert Status.QUEUED is second.status
    assert ["default-1"] == list(merging.crm.records)
    assert ["[Ringback default-2]"] == merging.crm.comments


@pytest.mark.parametrize("arrives", [True, False], ids=["it is there", "it is not"])
def test_case_is_closed_after_a_comment_that_was_lost(merging: Desk, arrives: bool) -> None:
    """What has its comment needs no Case, whatever has become of the one that has it; else it makes its own."""
    merging.delivery.accept(sent(1))
    merging.crm.lost = 1
    merging.delivery.accept(sent(2))
    if not arrives:
        merging.crm.comments.clear()
        merging.crm.commented.clear()
    merging.crm.closed.add("default-1")
    drain(merging)

    assert (["default-1"] if arrives else ["default-1", "default-2"]) == list(merging.crm.records)
    assert (["[Ringback default-2]"] if arrives else []) == merging.crm.comments


def test_comment_was_lost_and_the_event_has_a_case(merging: Desk) -> None:
    """A Case that another version of the same event has made without the ledger is not taken for the lost comment."""
    merging.delivery.accept(sent(1))
    merging.crm.lost = 1
    merging.delivery.accept(sent(2))
    merging.crm.comments.clear()
    merging.crm.commented.clear()
    merging.crm.records["default-2"] = Record("Case", {"Description": "Of another version"})
    drain(merging)

    assert ["[Ringback default-2]"] == merging.crm.comments


def test_comment_may_come_when_the_case_is_closed(merging: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """While its comment may still come to the closed Case the callback waits, and makes no Case of its own."""
    monkeypatch.setattr("app.delivery.attempt.QUIET_SECONDS", 1e6)
    merging.delivery.accept(sent(1))
    merging.crm.lost = 1
    merging.delivery.accept(sent(2))
    merging.crm.comments.clear()
    merging.crm.commented.clear()
    merging.crm.closed.add("default-1")
    merging.ledger.change(2, lambda *_: {"due_at": 0.0})
    merging.engine.run_once()

    assert ("failed", "engine", "crm_busy") == merging.last_line(2)
    assert ["default-1"] == list(merging.crm.records)


def test_answer_to_an_own_case_is_lost(merging: Desk) -> None:
    """What may have made a Case of its own is not made a comment, though the caller has another open Case by then."""
    merging.delivery.accept(sent(1))
    merging.crm.closed.add("default-1")
    merging.crm.lost = 1
    second = merging.delivery.accept(sent(2))
    merging.crm.closed.clear()
    drain(merging)

    assert Status.QUEUED is second.status
    assert ["default-1", "default-2"] == list(merging.crm.records)
    assert [] == merging.crm.comments
    assert [None, None] == [one.merged_into for one in entries(merging)]


@pytest.mark.parametrize("made", [False, True], ids=["before its Case", "after its Case"])
def test_process_died(merging: Desk, made: bool) -> None:
    """What a dead process has left is a comment, unless it has made its Case."""
    merging.delivery.accept(sent(1))
    accepted = merging.delivery.read(sent(2))
    entry = merging.delivery.intake.store(accepted).entry
    if made:
        merging.crm.create(accepted.rule.apply(accepted.callback), "default-2", Deadline(1))
    merging.ledger.change(entry.id, lambda _, now: {"lease_until": now - 1})
    drain(merging)

    assert (["default-1", "default-2"] if made else ["default-1"]) == list(merging.crm.records)
    assert ([] if made else ["[Ringback default-2]"]) == merging.crm.comments


def test_process_died_after_the_decision(merging: Desk) -> None:
    """Where a comment was decided on, whoever takes over comments on the same Case."""
    merging.delivery.accept(sent(1))
    entry = merging.delivery.intake.store(merging.delivery.read(sent(2))).entry
    merging.ledger.change(entry.id, lambda _, now: {"lease_until": now - 1, "merged_into": 1})
    ages(merging, 1, 60)
    drain(merging)

    assert ["default-1"] == list(merging.crm.records)
    assert ["[Ringback default-2]"] == merging.crm.comments


def test_comments_are_not_allowed(merging: Desk) -> None:
    """An org that takes no comment from us gets a second Case: two are better than none."""
    merging.delivery.accept(sent(1))
    merging.crm.uncommented = Reason.PERMISSION_MISSING
    second = merging.delivery.accept(sent(2))

    assert Status.CREATED is second.status
    assert [None, None] == [one.merged_into for one in entries(merging)]
    assert {} == merging.pauses.all()


def test_update_of_a_merged_callback(merging: Desk) -> None:
    """What changes in an event that became a comment is another comment on that Case."""
    merging.delivery.accept(sent(1))
    merging.delivery.accept(sent(2, Body="Please before four."))
    changed = merging.delivery.accept(sent(2, Body="Please after four."))

    assert Status.UPDATED is changed.status
    assert ["default-1"] == list(merging.crm.records)
    assert ["[Ringback default-2]", "[Ringback default-2-2]"] == merging.crm.comments


def test_dropped_field_and_comment(merging: Desk) -> None:
    """What the first Case was made without is not told of the comment."""
    merging.crm.bad = {"Origin": Reason.PICKLIST_VALUE_REJECTED}
    merging.delivery.accept(sent(1))
    merging.delivery.accept(sent(2))

    assert [(Dropped("Origin", "picklist_value_rejected"),), ()] == [one.dropped for one in entries(merging)]


def test_looks_by_an_index(merging: Desk) -> None:
    """The question for a caller's earlier callbacks reads no others, among many."""
    merging.delivery.accept(sent(1))
    ((first,), database) = entries(merging), merging.ledger.database
    names = [column.name for column in rows.c if column.name not in ("id", "event_id", "number_index")]
    series = (
        "WITH RECURSIVE s(n) AS (SELECT 10 UNION ALL SELECT n + 1 FROM s WHERE n < 20000) SELECT n FROM s"
        if database.sqlite
        else "SELECT generate_series(10, 20000) AS n"
    )
    with writing(database) as connection:
        connection.execute(
            text(
                f"INSERT INTO entry (id, event_id, number_index, {', '.join(names)}) "
                f"SELECT n, 'e' || n, 'number' || n, {', '.join(f'entry.{name}' for name in names)} "
                f"FROM entry, ({series}) AS numbers"
            )
        )
        if not database.sqlite:
            connection.execute(text("ANALYZE entry"))
    asked: list[tuple[str, Any]] = []
    event.listen(database.engine, "before_cursor_execute", lambda *seen: asked.append((seen[2], seen[3])))
    accepted = merging.delivery.read(sent(2))
    earlier_callbacks(merging.ledger, replace(first, id=30_000), accepted.callback, accepted.rule)
    statement, parameters = next(one for one in asked if "number_index" in one[0])
    explain = "EXPLAIN QUERY PLAN " if database.sqlite else "EXPLAIN "
    with database.read() as connection:
        plan = "\n".join(str(row) for row in connection.exec_driver_sql(explain + statement, parameters))

    assert "entry_by_number" in plan, plan
