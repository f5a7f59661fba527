"""Callbacks whose record was made without a field: what is answered, what the ledger keeps, what a backlog costs."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from app.delivery.courier.courier import FEW
from app.delivery.courier.known_drops import REMEMBER_SECONDS
from app.delivery.request.intake import Sent
from app.domain.callback import Callback
from app.domain.entry import Entry, State
from app.domain.errors import CrmError
from app.domain.outcome import Status
from app.domain.reasons import Reason
from app.domain.record import Dropped, Record, Ref, Written
from app.ledger.database import LedgerError
from app.ledger.pauses import ORG
from app.ledger.tables import entry as rows
from app.mapping.mapper import Mapper
from app.mapping.templates import Fields
from app.rules_in_force.in_force import Loaded
from app.waiting import Deadline
from tests.delivery.conftest import CONFIG, Desk
from tests.support.many import repeat_entries

Send = Callable[..., Sent]
LEAST = frozenset({"Subject", "Description"})


class NamelessOwner(Mapper):
    """Takes a group's name for granted that is not there."""

    def map(self, callback: Callback) -> Record:
        """A Case for the queue of the caller's group."""
        return Record("Case", {"Subject": "x", "OwnerId": Ref("queue", callback.group_name)})  # type: ignore[arg-type]


def entries(desk: Desk) -> list[Entry]:
    return desk.ledger.select(rows.c.id > 0)


def queue_up(desk: Desk, sent: Send, count: int, *groups: str) -> None:
    """Entries that wait and are due, of the rules of these groups in turns."""
    desk.heartbeats.beat("engine")
    desk.pauses.begin(ORG, Reason.CRM_UNAVAILABLE.word, 3600)
    turns = groups or ("",)
    came = range(1, len(turns) + 1)
    for number in came:
        desk.delivery.accept(sent(number, group=turns[number % len(turns)]))
    repeat_entries(desk.ledger.database, came, range(len(turns) + 1, count + 1))
    desk.pauses.end(ORG)
    desk.crm.calls.clear()


def test_answer_and_ledger(desk: Desk, sent: Send) -> None:
    """What was dropped is in the outcome, in the ledger with its reason, in the log, and in a repeat's outcome."""
    desk.crm.bad = {"Origin": Reason.PICKLIST_VALUE_REJECTED}
    with capture_logs() as logs:
        first = desk.delivery.accept(sent(1))
    again = desk.delivery.accept(sent(1))

    expected = (Dropped("Origin", "picklist_value_rejected"),)
    (entry,) = entries(desk)
    assert (Status.CREATED, Status.EXISTING) == (first.status, again.status)
    assert [expected] * 3 == [
        first.written.dropped if first.written else (),
        again.written.dropped if again.written else (),
        entry.dropped,
    ]
    assert ["Origin (picklist_value_rejected)"] == [one["dropped"] for one in logs if one["event"] == "attempt"]


@pytest.mark.parametrize("require", [(), ("OwnerId",)])
def test_ref_that_a_mapper_has_made_wrongly(desk: Desk, sent: Send, require: Sequence[str]) -> None:
    """It costs the field, or the callback whose rule requires it, and both ways it is the mapper's fault."""
    rules = [replace(CONFIG.rules[-1], mapper=NamelessOwner(Fields({}), {}), require=require)]
    desk.delivery.in_force.take(Loaded(replace(CONFIG, rules=rules), "config"))
    outcome = desk.delivery.accept(sent(1))

    if require:
        assert (Status.REFUSED, Reason.MAPPING_FAILED) == (outcome.status, outcome.reason)
        assert "OwnerId" in str(outcome.message)
    else:
        assert outcome.written
        assert (Dropped("OwnerId", "mapping_failed"),) == outcome.written.dropped
        assert (State.DELIVERED, outcome.written.dropped) == (entries(desk)[0].state, entries(desk)[0].dropped)


def test_rule_is_not_paused_over_a_field(desk: Desk, sent: Send) -> None:
    """A queue that does not exist costs the owner, and no callback has to wait for it."""
    desk.crm.bad = {"OwnerId": Reason.QUEUE_NOT_FOUND}
    outcome = desk.delivery.accept(sent(1, group="SERVICE_B2B"))

    assert Status.CREATED is outcome.status
    assert {} == desk.pauses.all()


def test_rule_is_paused_over_a_required_field(desk: Desk, sent: Send) -> None:
    """Where a rule requires the owner its callbacks wait until the queue is there."""
    desk.heartbeats.beat("engine")
    desk.crm.bad = {"Subject": Reason.FIELD_NOT_WRITABLE}
    rules = [replace(rule, require=("Subject",)) for rule in CONFIG.rules]
    desk.delivery.in_force.take(Loaded(replace(CONFIG, rules=rules), "config"))
    outcome = desk.delivery.accept(sent(1, group="SERVICE_B2B"))

    assert (Status.QUEUED, Reason.FIELD_NOT_WRITABLE) == (outcome.status, outcome.reason)
    assert ["rule:b2b"] == list(desk.pauses.all())


def test_lost_answer_of_a_reduced_record(desk: Desk, sent: Send) -> None:
    """What was dropped before an answer was lost is known when the record is found, though it is taken now."""
    desk.crm.bad, desk.crm.lost = {"Origin": Reason.PICKLIST_VALUE_REJECTED}, 1
    first = desk.delivery.accept(sent(1))
    desk.crm.bad = {}
    while entries(desk)[0].state is not State.DELIVERED:
        desk.engine.run_once()

    assert Status.QUEUED is first.status
    assert "Origin" not in desk.crm.records["default-1"].fields
    assert (Dropped("Origin", "picklist_value_rejected"),) == entries(desk)[0].dropped


def test_passing_trouble_after_a_drop(desk: Desk, sent: Send) -> None:
    """What surely was not written is made whole when the org takes it by then."""
    desk.heartbeats.beat("engine")
    desk.crm.bad = {"Origin": Reason.PICKLIST_VALUE_REJECTED, "SuppliedPhone": Reason.RECORD_LOCKED}
    desk.delivery.accept(sent(1))
    waiting = entries(desk)[0]
    desk.crm.bad = {}
    while entries(desk)[0].state is not State.DELIVERED:
        desk.engine.run_once()

    assert (State.WAITING, ()) == (waiting.state, waiting.dropped)
    assert ("Phone", ()) == (desk.crm.records["default-1"].fields["Origin"], entries(desk)[0].dropped)


def test_without_the_ledger(desk: Desk, sent: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fields are dropped as well while the database is away."""

    def away(*_: object, **__: object) -> None:
        raise LedgerError("OperationalError")

    desk.crm.bad = {"Origin": Reason.PICKLIST_VALUE_REJECTED}
    monkeypatch.setattr(desk.ledger, "receive", away)
    outcome = desk.delivery.accept(sent(1))

    assert Status.CREATED is outcome.status
    assert outcome.written is not None
    assert ["Origin"] == [one.field for one in outcome.written.dropped]


@pytest.mark.parametrize("as_one", [False, True], ids=["each by itself", "the call as a whole"])
def test_backlog_with_a_field_that_the_org_lacks(desk: Desk, sent: Send, as_one: bool) -> None:
    """Of many callbacks with such a field only those of the first calls are sent twice."""
    queue_up(desk, sent, 600)
    desk.crm.bad, desk.crm.as_one = {"Origin": Reason.FIELD_UNKNOWN}, as_one
    while desk.engine.run_once():
        pass

    assert {200} == set(desk.crm.calls)
    assert len(desk.crm.calls) <= 3 + FEW
    assert {f"default-{number}" for number in range(1, 601)} == desk.crm.records.keys()
    assert {(State.DELIVERED, (Dropped("Origin", "field_unknown"),))} == {
        (entry.state, entry.dropped) for entry in entries(desk)
    }


def test_backlog_with_an_owner_that_is_missing(desk: Desk, sent: Send) -> None:
    """Records that lose their owner go with those that never had one."""
    queue_up(desk, sent, 400, "SERVICE_B2B", "")
    desk.crm.bad = {"OwnerId": Reason.QUEUE_NOT_FOUND}
    while desk.engine.run_once():
        pass

    assert 4 >= len(desk.crm.calls)
    assert 400 == len(desk.crm.records)
    assert 200 == sum(one.dropped == (Dropped("OwnerId", "queue_not_found"),) for one in entries(desk))


def test_backlog_with_refused_values(desk: Desk, sent: Send) -> None:
    """Values that concern one callback each are dropped together, in as many calls as there are reasons."""
    queue_up(desk, sent, 200)
    desk.crm.bad = {"Origin": Reason.PICKLIST_VALUE_REJECTED, "SuppliedPhone": Reason.VALUE_TOO_LONG}
    while desk.engine.run_once():
        pass

    assert [200, 200, 200] == desk.crm.calls
    assert {2} == {len(entry.dropped) for entry in entries(desk)}


def test_backlog_that_is_rescued(desk: Desk, sent: Send) -> None:
    """Rescue Cases go together as well."""
    queue_up(desk, sent, 200)
    desk.crm.least = LEAST
    while desk.engine.run_once():
        pass

    assert [200, 200] == desk.crm.calls
    assert {LEAST} == {frozenset(record.fields) for record in desk.crm.records.values()}
    assert {State.DELIVERED} == {entry.state for entry in entries(desk)}


def test_backlog_that_is_refused_in_the_end(desk: Desk, sent: Send) -> None:
    """When the rescue is refused as well each is settled with the refusal that led to it, after two calls."""
    queue_up(desk, sent, 50)
    desk.crm.least = frozenset()
    while desk.engine.run_once():
        pass

    assert [50, 50] == desk.crm.calls
    assert {(State.FAILED, "validation_rule")} == {(entry.state, entry.reason) for entry in entries(desk)}


def test_refusal_of_a_call_concerns_who_has_the_field(desk: Desk, sent: Send) -> None:
    """When one rule's required field spoils a call for all, the other rules' callbacks go through without it."""
    queue_up(desk, sent, 40, "BAD_FIELD", "")
    rules = [replace(rule, require=("NoSuchField__c",)) if rule.name == "bad-field" else rule for rule in CONFIG.rules]
    desk.delivery.in_force.take(Loaded(replace(CONFIG, rules=rules), "config"))
    desk.crm.bad, desk.crm.as_one = {"NoSuchField__c": Reason.FIELD_UNKNOWN}, True
    desk.engine.run_once()

    assert [40, 20] == desk.crm.calls
    assert {("bad-field", State.WAITING, "field_unknown"), ("everyone-else", State.DELIVERED, None)} == {
        (entry.rule, entry.state, entry.reason) for entry in entries(desk)
    }
    assert ["rule:bad-field"] == list(desk.pauses.all())


def test_lost_answer_of_a_reduced_batch(desk: Desk, sent: Send) -> None:
    """What was dropped of each is known when a batch is found that had been made, though its answer was lost."""
    queue_up(desk, sent, 20)
    desk.crm.bad, desk.crm.lost = {"Origin": Reason.PICKLIST_VALUE_REJECTED}, 100
    desk.engine.run_once()
    waiting = {(entry.state, entry.unknown, entry.dropped) for entry in entries(desk)}
    desk.crm.bad, desk.crm.lost = {}, 0
    while {State.DELIVERED} != {entry.state for entry in entries(desk)}:
        desk.engine.run_once()

    expected = (Dropped("Origin", "picklist_value_rejected"),)
    assert {(State.WAITING, True, expected)} == waiting
    assert {expected} == {entry.dropped for entry in entries(desk)}


def test_one_of_a_batch_tries_again(desk: Desk, sent: Send) -> None:
    """When the time of memory is over one callback of a batch tries the field, also one that decides on the group."""
    queue_up(desk, sent, 10, "SERVICE_B2B")
    now = 0.0
    desk.known.clock = lambda: now
    desk.crm.bad = {"OwnerId": Reason.QUEUE_NOT_FOUND}
    desk.engine.run_once()
    now += REMEMBER_SECONDS
    desk.crm.bad = {}
    queue_up_more(desk, sent, 11, 20)
    desk.engine.run_once()

    owned = [name for name, record in desk.crm.records.items() if "OwnerId" in record.fields]
    assert ["default-11"] == owned
    assert () == desk.known.of("config", "b2b", desk.crm.records["default-11"])[0]


def queue_up_more(desk: Desk, sent: Send, first: int, last: int) -> None:
    desk.pauses.begin(ORG, Reason.CRM_UNAVAILABLE.word, 3600)
    for number in range(first, last + 1):
        desk.delivery.accept(sent(number, group="SERVICE_B2B"))
    desk.pauses.end(ORG)
    desk.crm.calls.clear()


def test_single_callback_of_the_engine_tries_again(desk: Desk, sent: Send) -> None:
    """A callback that the engine delivers alone may be the one that tries."""
    queue_up(desk, sent, 1, "SERVICE_B2B")
    now = 0.0
    desk.known.clock = lambda: now
    desk.crm.bad = {"OwnerId": Reason.QUEUE_NOT_FOUND}
    desk.engine.run_once()
    now += REMEMBER_SECONDS
    desk.crm.bad = {}
    queue_up_more(desk, sent, 2, 2)
    desk.engine.run_once()

    assert "OwnerId" in desk.crm.records["default-2"].fields


def test_call_that_is_refused_without_a_name(desk: Desk, sent: Send) -> None:
    """When a call is refused as a whole and no field is named, halves find out who can be written."""
    queue_up(desk, sent, 16)
    bad = {"default-5": Reason.FIELD_UNKNOWN}
    create_many: Callable[..., list[Written | CrmError]] = desk.crm.create_many

    def spoilt(records: Sequence[tuple[Record, str]], deadline: Deadline) -> list[Written | CrmError]:
        if any(external_id in bad for _, external_id in records):
            desk.crm.calls.append(len(records))
            return [CrmError(Reason.FIELD_UNKNOWN, "No such column.")] * len(records)
        return create_many(records, deadline)

    desk.crm.create_many = spoilt
    while desk.engine.run_once():
        pass

    assert {State.DELIVERED} == {entry.state for entry in entries(desk)}
    assert 16 == len(desk.crm.records)
