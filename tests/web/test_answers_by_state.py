"""What a repeat is answered in each state, over HTTP, on both databases."""

import threading
import time
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from app.domain.entry import Entry, State
from app.domain.reasons import Reason
from app.ledger.heartbeats import Heartbeats
from tests.support.chaos_house import wait_until
from tests.support.desk import FREE, NUMBER, Desk
from tests.support.patience import PATIENCE
from tests.support.postgres import RunningPostgres
from tests.support.ringback import Answer, RunningRingback
from tests.support.sandbox import RunningSandbox

# What happens meanwhile must not come late on a busy machine.
DEADLINE = 3.0
CASES = "SELECT Id FROM Case WHERE jtel_AcdEventsID__c = '{}'"
DONE = {"record_id": "500000000000001AAA", "record_number": "00001000", "org_id": "00D000000000001AAA"}


class Counter:
    """Where jtel sends to: a Ringback, and its ledger in the test's hands."""

    def __init__(self, ringback: RunningRingback, desk: Desk, sandbox: RunningSandbox) -> None:
        self.ringback, self.desk, self.sandbox = ringback, desk, sandbox
        self._fields: dict[int, Mapping[str, Any]] = {}

    def add(self, event_id: int, state: State, **changes: Any) -> Entry:
        """A callback that is in this state, and that nobody will touch by himself."""
        fields = {"AcdEventsID": event_id, "Caller": NUMBER}
        now = self.desk.ledger.now()
        leased = {"lease": "another", "lease_until": now + 60} if state is State.RECEIVED else {}
        entry = self.desk.add(state, fields, due_at=now + 3600, **leased, **changes)
        self._fields[entry.id] = fields
        return entry

    def repeat(self, entry: Entry) -> Answer:
        """jtel sends the same again."""
        return self.ringback.post(self._fields[entry.id])

    def cases(self, entry: Entry) -> int:
        """How many Cases it has."""
        return len(self.sandbox.query(CASES.format(entry.external_id)))

    def wait_for(self, entry: Entry, state: State) -> None:
        """Returns when it is in this state."""
        assert wait_until(lambda: self.desk.state(entry) is state, PATIENCE), self.desk.now(entry)


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def shared_counter(
    request: pytest.FixtureRequest, shared_sandbox: RunningSandbox, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Counter]:
    server: RunningPostgres | None = request.getfixturevalue("postgres") if request.param == "postgres" else None
    folder = tmp_path_factory.mktemp("counter")
    desk = Desk(folder, shared_sandbox, server.create_ledger() if server else None)
    environment = {**desk.environment, "WEB_CONCURRENCY": "1", "RINGBACK_DEADLINE": str(DEADLINE)}
    environment.pop("PORT", None)
    with RunningRingback(shared_sandbox.url, folder / "log", environment) as ringback:
        # Else a repeat would take what waits.
        assert wait_until(Heartbeats(ringback.database).alive, PATIENCE)
        yield Counter(ringback, desk, shared_sandbox)
    desk.ledger.database.close()


@pytest.fixture
def counter(shared_counter: Counter, sandbox: RunningSandbox) -> Counter:
    """A counter with a clean Salesforce behind it."""
    return shared_counter


def test_received_is_promised_at_the_deadline(counter: Counter, event_id: int) -> None:
    """While another attempts it a repeat waits for the outcome; at its deadline it is `queued`, and promised."""
    entry = counter.add(event_id, State.RECEIVED)
    begun = time.monotonic()
    answer = counter.repeat(entry)
    waited = time.monotonic() - begun
    now = counter.desk.now(entry)

    assert (200, "queued") == (answer.status, answer.body["status"])
    assert DEADLINE <= waited < DEADLINE + PATIENCE
    assert (State.RECEIVED, "another", True) == (now.state, now.lease, now.promised)


@pytest.mark.parametrize(
    ("state", "changes", "expected"),
    [
        (State.DELIVERED, DONE, (200, "existing", None)),
        (State.WAITING, {"reason": Reason.CRM_BUSY.word}, (200, "queued", "crm_busy")),
        (State.DISCARDED, {}, (200, "discarded", None)),
    ],
    ids=["delivered", "waiting", "discarded"],
)
def test_received_is_told_what_comes_of_it(
    counter: Counter, event_id: int, state: State, changes: Mapping[str, Any], expected: tuple[int, str, str | None]
) -> None:
    """A repeat that waits for another's attempt says what that came to."""
    entry = counter.add(event_id, State.RECEIVED)
    due = {"due_at": counter.desk.ledger.now() + 3600}
    settle = threading.Timer(0.3, lambda: counter.desk.change(entry, {**FREE, **due, "state": state, **changes}))
    settle.start()
    answer = counter.repeat(entry)
    settle.join()

    assert expected == (answer.status, answer.body["status"], answer.body.get("reason"))
    assert 0 == counter.cases(entry)


@pytest.mark.parametrize(
    ("state", "changes", "expected"),
    [
        (State.DELIVERED, DONE, (200, "existing", None)),
        (State.WAITING, {"reason": Reason.CRM_BUSY.word, "promised": True}, (200, "queued", "crm_busy")),
        (State.WAITING, {"reason": Reason.FIELD_UNKNOWN.word}, (200, "queued", "field_unknown")),
        (State.DISCARDED, {}, (200, "discarded", None)),
    ],
    ids=["delivered", "waiting", "waiting for a rule", "discarded"],
)
def test_answered_from_the_ledger(
    counter: Counter, event_id: int, state: State, changes: Mapping[str, Any], expected: tuple[int, str, str | None]
) -> None:
    """What is done, waits or was discarded is answered without asking Salesforce, and stays as it is."""
    entry = counter.add(event_id, state, **changes)
    calls = counter.sandbox.calls()["total"]
    answer = counter.repeat(entry)

    assert expected == (answer.status, answer.body["status"], answer.body.get("reason"))
    assert calls == counter.sandbox.calls()["total"]
    assert counter.desk.now(entry) == entry
    if state is State.DELIVERED:
        assert (DONE["record_id"], DONE["record_number"]) == (answer.body["caseId"], answer.body["caseNumber"])


@pytest.mark.parametrize("state", [State.REFUSED, State.FAILED], ids=lambda state: state.value)
def test_stopped_is_attempted_at_once(counter: Counter, event_id: int, state: State) -> None:
    """A repeat of what was refused or has failed is attempted in the request, and makes the Case."""
    entry = counter.add(event_id, state, reason=Reason.VALUE_INVALID.word, promised=state is State.FAILED)
    answer = counter.repeat(entry)

    assert (200, "created") == (answer.status, answer.body["status"])
    assert (State.DELIVERED, answer.body["caseId"]) == (counter.desk.state(entry), counter.desk.now(entry).record_id)
    assert 1 == counter.cases(entry)


@pytest.mark.parametrize("state", [State.REFUSED, State.FAILED], ids=lambda state: state.value)
def test_stopped_and_refused_again(counter: Counter, event_id: int, state: State) -> None:
    """If Salesforce refuses it again the answer is 500, and it stays what it was."""
    counter.sandbox.org("add-field", object="Case", field="Reason__c", type="string", length=40, required=True)
    entry = counter.add(event_id, state, reason=Reason.VALUE_INVALID.word, promised=state is State.FAILED)
    answer = counter.repeat(entry)

    assert (500, "refused", "required_field_missing") == (
        answer.status,
        answer.body["status"],
        answer.body["reason"],
    )
    assert state is counter.desk.state(entry)
    assert 0 == counter.cases(entry)


@pytest.mark.parametrize("state", [State.REFUSED, State.FAILED], ids=lambda state: state.value)
def test_stopped_while_salesforce_is_away(counter: Counter, event_id: int, state: State) -> None:
    """If Salesforce is away by now the repeat is `queued`, and delivered when it is back."""
    counter.sandbox.fault("unavailable", share=1)
    entry = counter.add(event_id, state, reason=Reason.VALUE_INVALID.word, promised=state is State.FAILED)
    answer = counter.repeat(entry)
    counter.sandbox.clear_faults()
    counter.wait_for(entry, State.DELIVERED)
    # A pause, should there have been one, must not meet the next test.
    counter.ringback.reset()

    assert (200, "queued", "crm_unavailable") == (answer.status, answer.body["status"], answer.body["reason"])
    assert 1 == counter.cases(entry)


def test_invalid_is_invalid_each_time(counter: Counter) -> None:
    """What cannot be understood is answered 500 each time, and each is kept."""
    answers = [counter.ringback.post(b'{"AcdEventsID": 1,') for _ in range(2)]

    assert [(500, "invalid", "json_broken")] * 2 == [
        (one.status, one.body["status"], one.body["reason"]) for one in answers
    ]
    assert 2 == len([one for one in counter.ringback.entries() if one["state"] == "invalid"])
