"""A caller who rings again and is served: the open Cases say so, once."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select, update

from app.delivery.served.callbacks import link_late
from app.domain.reasons import Reason
from app.domain.source import ServedCallers
from app.ledger.tables import served_call, served_case
from app.mapping.rules import Config
from app.rules_in_force.in_force import InForce, Loaded
from tests.delivery.conftest import CONFIG
from tests.delivery.served.conftest import CASES, NUMBER, CallDesk, rounds
from tests.support.callers import clock
from tests.support.writing import writing


def said(calls: CallDesk, whom: str = "spoke to aberg") -> str:
    at = calls.now.astimezone(calls.desk.delivery.in_force.loaded.config.sources["default"].zone)
    return f"The caller has called again at {at:%H:%M} on {at:%Y-%m-%d} and {whom}."


def test_open_cases_say_so(calls: CallDesk) -> None:
    """Each open Case of the number has the comment and the field, and stays open with its owner; a repeat adds none."""
    calls.callback(1)
    calls.callback(2, "030 901820")
    before = [case["OwnerId"] for case in calls.sandbox.query(CASES)]
    answers = [calls.call("+49 30 901820"), calls.call(), calls.call("004930901820")]
    cases = calls.sandbox.query(CASES)

    assert ["noted"] * 3 == answers
    assert [said(calls)] * 2 == calls.comments()
    assert [calls.now.timestamp()] * 2 == [_time(case["Reached__c"]) for case in cases]
    assert [(False, owner) for owner in before] == [(case["IsClosed"], case["OwnerId"]) for case in cases]


def test_another_call_is_another(calls: CallDesk) -> None:
    """Who rings a third time, or is passed on to another agent, is told of again."""
    calls.callback(1)
    calls.call()
    calls.call(agent_uid="bert", agent_firstname="Bert", agent_name="Brecht")
    calls.call(date_time="2026-11-01T10:00:00")

    assert sorted([said(calls), said(calls, "spoke to Bert Brecht (bert)")]) == sorted(calls.comments())


@pytest.mark.parametrize("number", ["anonymous", "", None, "$caller", "0", "110", "9999999", "unknown"])
def test_caller_who_cannot_be_told(calls: CallDesk, number: Any) -> None:
    """A hidden number, and one that may be anybody's, is no error, and nothing is stored."""
    calls.callback(1)

    assert "nothing_open" == calls.call(number)
    assert [] == calls.comments()
    assert 0 == len(stored(calls))


@pytest.mark.parametrize("ago", [-60, 24 * 3600 + 60])
def test_callback_after_the_call_or_long_before(calls: CallDesk, ago: float) -> None:
    """A wish that came after the call, or before the time that the source allows, is not touched."""
    calls.callback(1, ago=ago)

    assert "nothing_open" == calls.call()
    assert [] == calls.comments()


def test_callback_of_another_source(calls: CallDesk) -> None:
    """The same number with another jtel client is another caller."""
    calls.callback(1, source="berlin-2")

    assert "nothing_open" == calls.call()


def test_closed_case(calls: CallDesk) -> None:
    """What an agent has closed is left alone, also when jtel repeats the call after it was opened again."""
    calls.callback(1)
    (case,) = calls.sandbox.query(CASES)
    calls.sandbox.org("close-case", case=case["CaseNumber"])

    assert ["nothing_open"] * 2 == [calls.call(), calls.call()]
    assert [] == calls.comments()


@pytest.mark.parametrize("ago", [60, 600])
def test_callback_that_comes_late(calls: CallDesk, ago: float) -> None:
    """A callback that was asked for before the call, and came only after it, is told of as well, once."""
    answers = [calls.call(), calls.call()]
    calls.due.run()
    calls.callback(1, ago=ago)
    answers.append(calls.call())

    assert ["nothing_open"] * 3 == answers
    assert [said(calls)] == rounds(calls, [said(calls)])
    assert "noted" == calls.call()
    assert [said(calls)] == calls.comments()


@pytest.mark.parametrize(("source", "ago"), [("default", -60), ("default", 24 * 3600 + 60), ("berlin-2", 600)])
def test_late_callback_of_no_concern(calls: CallDesk, source: str, ago: float) -> None:
    """One that was asked for after the call, long before it, or of another source is not, and is looked at once."""
    calls.call()
    calls.callback(1, ago=ago, source=source)
    asked: list[str] = []
    event.listen(calls.desk.ledger.database.engine, "before_cursor_execute", lambda *a: asked.append(str(a[2])))
    for _ in range(3):
        link_late(calls.desk.ledger, calls.desk.delivery.in_force.loaded.config.sources)

    assert [] == calls.comments()
    assert (1 if source == "default" else 0) == sum("INSERT INTO served_case" in statement for statement in asked)


def test_deleted_case(calls: CallDesk) -> None:
    """A Case that is gone says nothing."""
    calls.callback(1)
    (case,) = calls.sandbox.query(CASES)
    calls.sandbox.delete("Case", case["Id"])

    assert "nothing_open" == calls.call()


def test_callback_that_waits(calls: CallDesk) -> None:
    """A callback whose Case is not there yet: the comment follows the Case, once."""
    calls.sandbox.fault("unavailable", share=1)
    outcome, answer = calls.callback(1), calls.call()
    calls.sandbox.clear_faults()

    assert ("queued", "noted") == (outcome.status.value, answer)
    assert [said(calls)] == rounds(calls, [said(calls)])


def test_callback_that_is_refused(calls: CallDesk) -> None:
    """A callback that Salesforce refuses for now gets the comment when it has its Case after all."""
    calls.sandbox.org("require-field", object="Case", field="Reason")
    refused, answer = calls.callback(1), calls.call()
    calls.desk.engine.run_once()
    calls.sandbox.org("add-field", object="Case", field="Reason", required=False)
    again = calls.callback(1)

    assert ("refused", "noted", "created") == (refused.status.value, answer, again.status.value)
    assert [said(calls)] == rounds(calls, [said(calls)])


def test_salesforce_is_away(calls: CallDesk) -> None:
    """While Salesforce is away the call is ours, and its comment comes when it is back."""
    calls.callback(1)
    calls.sandbox.fault("unavailable", share=1)
    answers = [calls.call(), calls.call()]
    calls.desk.engine.run_once()
    calls.sandbox.clear_faults()

    assert ["noted"] * 2 == answers
    assert [said(calls)] == rounds(calls, [said(calls)])


def test_pause_is_respected(calls: CallDesk) -> None:
    """While all delivery is paused Salesforce is asked nothing; afterwards the Case is told."""
    calls.callback(1)
    calls.desk.pauses.begin("org", Reason.API_LIMIT.word, 3600.0)
    before = calls.sandbox.calls()["total"]
    answer = calls.call()
    calls.desk.engine.run_once()
    asked = calls.sandbox.calls()["total"] - before
    calls.desk.pauses.end("org")

    assert ("noted", 0) == (answer, asked)
    assert [said(calls)] == rounds(calls, [said(calls)])


def test_comment_whose_answer_was_lost(calls: CallDesk) -> None:
    """A comment that was written although the connection broke is not written again."""
    calls.callback(1)
    calls.sandbox.fault("reset_after", next=1, match="POST /services/data/v66.0/composite")
    answer = calls.call()
    for _ in range(100):
        calls.desk.engine.run_once()
        if not calls.due.anything_due() and not open_cases(calls):
            break

    assert "noted" == answer
    assert ["commented"] == [row.state for row in rows(calls)]
    assert [said(calls)] == calls.comments()


def test_earlier_call_that_is_told_later(calls: CallDesk) -> None:
    """The field has the time of the latest call, whichever of them Salesforce takes first."""
    calls.callback(1)
    earlier = calls.now - timedelta(minutes=5)
    calls.sandbox.fault("unavailable", share=1)
    calls.call(date_time=clock(earlier))
    calls.sandbox.clear_faults()
    calls.call()
    for _ in range(100):
        calls.desk.engine.run_once()
        if not open_cases(calls):
            break
    (case,) = calls.sandbox.query(CASES)

    assert 2 == len(calls.comments())
    assert calls.now.timestamp() == _time(case["Reached__c"])


def test_process_that_dies_over_it(calls: CallDesk) -> None:
    """What was stored and never tried is done by an engine once the lease is over; what was written is not repeated."""
    calls.callback(1)
    calls.call()
    with writing(calls.desk.ledger.database) as connection:
        dead = {"state": "open", "due_at": 0.0, "lease": "dead"}
        connection.execute(update(served_case).values(**dead, lease_until=calls.desk.ledger.now() + 60))
    held = calls.due.run()
    with writing(calls.desk.ledger.database) as connection:
        connection.execute(update(served_case).values(lease_until=0.0))
    calls.due.run()

    assert 0 == held
    assert ["commented"] == [row.state for row in rows(calls)]
    assert [said(calls)] == calls.comments()


def test_two_callbacks_with_one_case(calls: CallDesk) -> None:
    """A changed callback is a comment on the Case of its event: that Case is told once."""
    calls.callback(1)
    calls.callback(1, ago=500)

    assert "noted" == calls.call()
    assert 1 == calls.comments().count(said(calls))


@pytest.mark.parametrize(
    ("settings", "wanted"),
    [
        ({"type": "date"}, lambda now: f"{now:%Y-%m-%d}"),
        ({"type": "boolean"}, lambda _: True),
        ({"type": "string", "length": 40}, lambda now: f"{now:%Y-%m-%d %H:%M}"),
    ],
    ids=["date", "checkbox", "text"],
)
def test_field_of_another_type(calls: CallDesk, settings: dict[str, Any], wanted: Any) -> None:
    """The field says the time as its type can, on the clock of the source."""
    calls.sandbox.org("drop-field", object="Case", field="Reached__c")
    calls.sandbox.org("add-field", object="Case", field="Reached__c", dropped=False, **settings)
    calls.callback(1)
    calls.call()
    (case,) = calls.sandbox.query(CASES)

    at = calls.now.astimezone(calls.desk.delivery.in_force.loaded.config.sources["default"].zone)
    assert wanted(at) == case["Reached__c"]


def test_field_that_is_missing(calls: CallDesk) -> None:
    """The comment is what counts: a field that cannot be set is left out."""
    calls.sandbox.org("drop-field", object="Case", field="Reached__c")
    calls.callback(1)

    assert "noted" == calls.call()
    assert [said(calls)] == calls.comments()
    assert ["commented"] == [row.state for row in rows(calls)]


def test_comments_that_are_refused(calls: CallDesk) -> None:
    """What Salesforce refuses for good is not tried for ever, and pauses no rule."""
    calls.callback(1)
    calls.sandbox.org("object-access", user="integration@sandbox.example", object="CaseComment", access="read")
    answer = calls.call()

    assert "noted" == answer
    assert {} == calls.desk.pauses.all()
    assert ["permission_missing"] == [row.reason for row in rows(calls)]


@pytest.mark.parametrize("served", [ServedCallers(timedelta(hours=1))])
def test_time_of_the_source(calls: CallDesk, served: ServedCallers) -> None:
    """Each source says how long before the call a wish may be; without a field none is set."""
    calls.callback(1, ago=3500)
    calls.callback(2, ago=3700)
    calls.call()

    assert [said(calls)] == calls.comments()
    assert [None, None] == [case["Reached__c"] for case in calls.sandbox.query(CASES)]


def test_without_an_engine(calls: CallDesk) -> None:
    """What has to wait is only promised while an engine is alive."""
    calls.callback(1)
    calls.desk.heartbeats.stop("engine")
    calls.desk.heartbeats.stop("test")
    calls.sandbox.fault("unavailable", share=1)
    outcome = calls.outcome()

    assert ("refused", Reason.ENGINE_NOT_RUNNING) == (outcome.status.value, outcome.reason)


def test_call_waits_for_an_engine_that_restarts(calls: CallDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A call that has to wait is noted if an engine is back by the deadline."""
    calls.callback(1)
    calls.desk.heartbeats.stop("engine")
    calls.desk.heartbeats.stop("test")
    alive = calls.desk.heartbeats.alive

    def comes_afterwards() -> bool:
        before = alive()
        calls.desk.heartbeats.beat("engine")
        return before

    monkeypatch.setattr(calls.desk.heartbeats, "alive", comes_afterwards)
    calls.sandbox.fault("unavailable", share=1)

    assert "noted" == calls.call()


def test_numbers_are_not_stored_plainly(calls: CallDesk) -> None:
    """The ledger finds a call by a hash, and holds no number of it."""
    calls.callback(1)
    calls.call()

    (row,) = stored(calls)
    assert calls.desk.ledger.codec.number(f"+{NUMBER}") == row.number_index
    assert [] == [value for value in row if NUMBER[2:] in str(value)]


def test_callbacks_cost_no_statement(calls: CallDesk) -> None:
    """A callback asks the database nothing of calls, nor does an engine where no source notes them."""
    asked: list[str] = []
    event.listen(calls.desk.ledger.database.engine, "before_cursor_execute", lambda *a: asked.append(str(a[2])))
    calls.callback(1)
    sources = {name: replace(source, served_callers=None) for name, source in CONFIG.sources.items()}
    none = InForce(Loaded(Config(sources, CONFIG.rules), "config"))
    calls.desk.engine.calls = replace(calls.due, in_force=none)
    calls.desk.engine.run_once()

    assert asked
    assert [] == [statement for statement in asked if "served_" in statement]


def rows(calls: CallDesk) -> Any:
    with calls.desk.ledger.database.read() as connection:
        return connection.execute(select(served_case).order_by(served_case.c.id)).all()


def open_cases(calls: CallDesk) -> list[Any]:
    return [row for row in rows(calls) if row.state == "open"]


def stored(calls: CallDesk) -> Any:
    with calls.desk.ledger.database.read() as connection:
        return connection.execute(select(served_call)).all()


def _time(written: str) -> float:
    return datetime.strptime(written, "%Y-%m-%dT%H:%M:%S.%f%z").timestamp()
