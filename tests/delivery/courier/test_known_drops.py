"""What the org does not take is remembered, so that not every callback of a rule costs two calls."""

from collections.abc import Callable

import pytest
from structlog.testing import capture_logs

from app.delivery.courier.known_drops import MOST, REMEMBER_SECONDS, TRY_SECONDS, KnownDrops
from app.domain.errors import CrmError
from app.domain.reasons import Reason
from app.domain.record import Record, Ref, Value, Written
from tests.delivery.conftest import MoodyCrm
from tests.delivery.courier.errands import begun, create

Send = Callable[..., Written]


class Clock:
    """Goes on when told to."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def known(clock: Clock) -> KnownDrops:
    return KnownDrops(clock=clock)


@pytest.fixture
def send(crm: MoodyCrm, known: KnownDrops) -> Send:
    """Makes a record: `send(Priority="High", rule="b2b", config="one")`."""

    def send(rule: str = "b2b", config: str = "one", **fields: Value) -> Written:
        record = Record("Case", {"Subject": "Callback", **fields})
        crm.calls.clear()
        return create(crm, record, f"default-{len(crm.records)}", known=known, rule=rule, config=config)

    return send


@pytest.mark.parametrize("reason", [Reason.FIELD_UNKNOWN, Reason.FIELD_NOT_WRITABLE])
def test_field_that_the_org_lacks(crm: MoodyCrm, send: Send, reason: Reason) -> None:
    """The second callback costs one call, whatever its value, and is told the same."""
    crm.bad = {"No__c": reason}
    first = send(No__c="x")
    calls = list(crm.calls)
    second = send(No__c="y")

    assert ([1, 1], [1]) == (calls, crm.calls)
    assert first.dropped == second.dropped


def test_value_of_one_callback_is_not_remembered(crm: MoodyCrm, send: Send) -> None:
    """A value that the org does not take says nothing of the next callback's."""
    crm.bad = {"Reason": Reason.PICKLIST_VALUE_REJECTED}
    send(Reason="x")
    crm.bad = {}

    assert () == send(Reason="y").dropped


def test_queue_is_remembered_by_its_name(crm: MoodyCrm, send: Send) -> None:
    """A queue that does not exist is left out from then on; another queue of the same rule is not."""
    crm.bad = {"OwnerId": Reason.QUEUE_NOT_FOUND}
    send(OwnerId=Ref("queue", "Gone"))
    crm.bad = {}

    assert ["OwnerId"] == [one.field for one in send(OwnerId=Ref("queue", "Gone")).dropped]
    assert () == send(OwnerId=Ref("queue", "Here")).dropped


def test_other_rules_and_configurations_are_not_concerned(crm: MoodyCrm, send: Send) -> None:
    """What is known of a rule says nothing of another; with a changed configuration all is forgotten."""
    crm.bad = {"No__c": Reason.FIELD_UNKNOWN}
    send(No__c="x")
    crm.bad = {}

    assert () == send(No__c="x", rule="other").dropped
    assert ["No__c"] == [one.field for one in send(No__c="x").dropped]
    assert () == send(No__c="x", config="two").dropped


def test_required_field_is_not_left_out(crm: MoodyCrm, known: KnownDrops) -> None:
    """What was learned from a record that could do without is not taken from one that cannot."""
    crm.bad = {"No__c": Reason.FIELD_UNKNOWN}
    create(crm, Record("Case", {"No__c": "x"}), known=known)

    with pytest.raises(CrmError):
        create(crm, Record("Case", {"No__c": "x"}, require=frozenset({"No__c"})), "default-2", known=known)


def test_one_callback_tries_again(crm: MoodyCrm, known: KnownDrops, clock: Clock, send: Send) -> None:
    """After ten minutes one callback tries, the others do not; if it is refused the time begins anew."""
    crm.bad = {"No__c": Reason.FIELD_UNKNOWN}
    send(No__c="x")
    clock.now += REMEMBER_SECONDS
    tried = begun(known, Record("Case", {"No__c": "x"}), config="one")
    others = send(No__c="x")
    clock.now += TRY_SECONDS
    send(No__c="x")
    again = list(crm.calls)
    send(No__c="x")

    assert "No__c" in tried.fields
    assert ["No__c"] == [one.field for one in others.dropped]
    assert ([1, 1], [1]) == (again, crm.calls)


def test_field_that_works_again(crm: MoodyCrm, clock: Clock, send: Send) -> None:
    """When the one that tries goes through, all have the field again."""
    crm.bad = {"No__c": Reason.FIELD_UNKNOWN}
    send(No__c="x")
    crm.bad = {}
    clock.now += REMEMBER_SECONDS

    assert [(), ()] == [send(No__c="x").dropped for _ in range(2)]


def test_says_once_who_acts(crm: MoodyCrm, clock: Clock, send: Send) -> None:
    """The log names rule, field and reason, with the sentence that says who acts, once for as long as it lasts."""
    crm.bad = {"No__c": Reason.FIELD_UNKNOWN}
    with capture_logs() as logs:
        send(No__c="x")
        send(No__c="y")
        clock.now += REMEMBER_SECONDS
        send(No__c="z")

    (warning,) = [line for line in logs if line["event"] == "field_dropped"]
    assert ("warning", "b2b", "No__c", "field_unknown", "It does not take No__c.") == tuple(
        warning[key] for key in ("log_level", "rule", "field", "reason", "message")
    )


def test_memory_is_bounded(crm: MoodyCrm, known: KnownDrops, send: Send) -> None:
    """Names that come out of the callbacks cannot fill the memory."""
    error = CrmError(Reason.QUEUE_NOT_FOUND, "No such queue.", fields=("OwnerId",))
    for number in range(MOST + 10):
        record = Record("Case", {"OwnerId": Ref("queue", str(number))})
        known.learn("one", "b2b", record, ["OwnerId"], error)

    assert [MOST] == [len(rule.dropped) for rule in known._rules.values()]
