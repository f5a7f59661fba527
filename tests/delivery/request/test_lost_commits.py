"""The database dies in the instant of a commit: what jtel hears is never better than what the row says."""

import time
from collections.abc import Callable, Iterator

import pytest

from app.delivery.entry.states import lease_ran_out
from app.delivery.request.intake import Sent
from app.domain.entry import Entry, State
from app.domain.outcome import Outcome, Status
from app.domain.reasons import Reason
from app.ledger.pauses import ORG
from app.ledger.tables import entry as rows
from tests.delivery.conftest import Desk, MoodyCrm, open_desk
from tests.support.lost_commits import LostCommits

Send = Callable[..., Sent]
ANSWERED_500 = (Status.REFUSED, Status.INVALID)


@pytest.fixture
def desk(each_ledger: str, crm: MoodyCrm) -> Iterator[Desk]:
    """With time enough on a busy machine, since what is not sent in time is not promised."""
    with open_desk(each_ledger, crm, seconds=2.0) as opened:
        yield opened


@pytest.fixture
def commits(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> LostCommits:
    return LostCommits(desk.ledger.database, monkeypatch)


@pytest.fixture(params=["committed", "not committed"])
def before(request: pytest.FixtureRequest) -> bool:
    """Whether the commit came to nothing."""
    return bool(request.param == "not committed")


@pytest.fixture(params=["comes back", "stays away"])
def gone(request: pytest.FixtureRequest) -> bool:
    """Whether the database is away from then on."""
    return bool(request.param == "stays away")


def lose_in(
    desk: Desk, commits: LostCommits, monkeypatch: pytest.MonkeyPatch, name: str, *, before: bool, gone: bool
) -> None:
    """The next `Ledger.receive` or `Ledger.change` loses its commit."""
    step = getattr(desk.ledger, name)

    def patched(*arguments: object, **named: object) -> Entry | None:
        monkeypatch.setattr(desk.ledger, name, step)
        commits.lose(before=before, gone=gone)
        found: Entry | None = step(*arguments, **named)
        return found

    monkeypatch.setattr(desk.ledger, name, patched)


def check(desk: Desk, commits: LostCommits, outcome: Outcome) -> State:
    """What was said is what is so: a 200 has its Case or an entry that moves, and a 500 no entry that waits."""
    commits.come_back()
    (entry,) = desk.ledger.select(rows.c.id > 0)
    if outcome.status is Status.QUEUED:
        assert entry.state in (State.RECEIVED, State.WAITING)
    elif outcome.status is Status.CREATED:
        assert [str(entry.external_id)] == list(desk.crm.records)
    return entry.state


def test_received(
    desk: Desk, sent: Send, commits: LostCommits, before: bool, gone: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A callback whose storing is in doubt is delivered, once, and in the end it is in the ledger."""
    lose_in(desk, commits, monkeypatch, "receive", before=before, gone=gone)
    outcome = desk.delivery.accept(sent(1))
    commits.come_back()
    while [State.DELIVERED] != [one.state for one in desk.ledger.select(rows.c.id > 0)]:
        time.sleep(0.01)

    assert Status.CREATED is outcome.status
    assert [1] == desk.crm.calls


def test_settled_as_delivered(
    desk: Desk, sent: Send, commits: LostCommits, before: bool, gone: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A Case is a Case, whatever the ledger says of it yet."""
    lose_in(desk, commits, monkeypatch, "change", before=before, gone=gone)
    outcome = desk.delivery.accept(sent(1))

    assert Status.CREATED is outcome.status
    assert check(desk, commits, outcome) is (State.RECEIVED if before and gone else State.DELIVERED)


@pytest.mark.parametrize("source", ["default", "strict"])
@pytest.mark.parametrize("reason", [Reason.VALIDATION_RULE, Reason.RECORD_LOCKED])
def test_settled_as_not_delivered(
    desk: Desk,
    sent: Send,
    commits: LostCommits,
    before: bool,
    gone: bool,
    source: str,
    reason: Reason,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A refusal, or trouble that the source wants no queue for, is a 500; other trouble is queued."""
    desk.heartbeats.beat("engine")
    desk.crm.reason = reason
    lose_in(desk, commits, monkeypatch, "change", before=before, gone=gone)
    outcome = desk.delivery.accept(sent(1, source=source))

    waits = reason is Reason.RECORD_LOCKED and source == "default"
    assert outcome.status is (Status.QUEUED if waits else Status.REFUSED)
    settled = State.WAITING if waits else State.REFUSED
    assert check(desk, commits, outcome) is (State.RECEIVED if before and gone else settled)
    if not waits:
        # What an engine may deliver yet is not said to be refused by Salesforce.
        in_doubt = gone and not reason.permanent
        assert outcome.reason is (Reason.LEDGER_UNAVAILABLE if in_doubt else reason)


def test_settled_as_unknown(
    desk: Desk, sent: Send, commits: LostCommits, before: bool, gone: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the Case may exist nobody hears a 500, not even a source that wants no queue."""
    desk.crm.reason, desk.crm.unknown = Reason.CRM_CONNECTION_LOST, True
    lose_in(desk, commits, monkeypatch, "change", before=before, gone=gone)
    outcome = desk.delivery.accept(sent(1, source="strict"))

    assert Status.QUEUED is outcome.status
    check(desk, commits, outcome)


@pytest.mark.parametrize("source", ["default", "strict"])
def test_held(
    desk: Desk,
    sent: Send,
    commits: LostCommits,
    before: bool,
    gone: bool,
    source: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What a pause holds is queued; what it ends for a source that wants no queue is a 500."""
    desk.heartbeats.beat("engine")
    desk.pauses.begin(ORG, Reason.CRM_UNAVAILABLE.word, 3600)
    lose_in(desk, commits, monkeypatch, "change", before=before, gone=gone)
    outcome = desk.delivery.accept(sent(1, source=source))

    assert outcome.status is (Status.QUEUED if source == "default" else Status.REFUSED)
    in_doubt = gone and source == "strict"
    assert outcome.reason is (Reason.LEDGER_UNAVAILABLE if in_doubt else Reason.CRM_UNAVAILABLE)
    check(desk, commits, outcome)


@pytest.mark.parametrize("paused", [False, True])
def test_without_an_engine(
    desk: Desk,
    sent: Send,
    commits: LostCommits,
    before: bool,
    gone: bool,
    paused: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What would have to wait where nobody would deliver it is a 500, of an attempt and of a pause."""
    desk.crm.reason = Reason.RECORD_LOCKED
    if paused:
        desk.pauses.begin(ORG, Reason.CRM_UNAVAILABLE.word, 3600)
    lose_in(desk, commits, monkeypatch, "change", before=before, gone=gone)
    outcome = desk.delivery.accept(sent(1))

    reason = Reason.LEDGER_UNAVAILABLE if gone else Reason.ENGINE_NOT_RUNNING
    assert (Status.REFUSED, reason) == (outcome.status, outcome.reason)
    assert check(desk, commits, outcome) is (State.RECEIVED if before and gone else State.REFUSED)


def test_promised(
    desk: Desk, sent: Send, commits: LostCommits, before: bool, gone: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What outlives its request knows that `queued` was said, whether the ledger does or not."""
    desk.crm.gate.clear()
    desk.crm.reason = Reason.VALIDATION_RULE
    lose_in(desk, commits, monkeypatch, "change", before=before, gone=gone)
    outcome = desk.delivery.accept(sent(1))
    while not commits.lost:
        time.sleep(0.01)
    check(desk, commits, outcome)
    desk.crm.gate.set()
    while [State.RECEIVED] == [one.state for one in desk.ledger.select(rows.c.id > 0)]:
        time.sleep(0.01)

    assert Status.QUEUED is outcome.status
    assert [State.WAITING] == [one.state for one in desk.ledger.select(rows.c.id > 0)]


def test_repeat_promises(
    desk: Desk, sent: Send, commits: LostCommits, before: bool, gone: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A repeat whose promise is in doubt is a 500: whoever attempts the callback may not know of it."""
    desk.crm.gate.clear()
    desk.delivery.accept(sent(1))
    monkeypatch.setattr(desk.delivery, "seconds", 0.1)
    lose_in(desk, commits, monkeypatch, "change", before=before, gone=gone)
    outcome = desk.delivery.accept(sent(1))

    assert outcome.status is (Status.REFUSED if gone else Status.QUEUED)
    assert outcome.reason in (Reason.LEDGER_UNAVAILABLE, None)


@pytest.mark.parametrize("state", [State.REFUSED, State.FAILED, State.WAITING])
def test_claimed(
    desk: Desk,
    sent: Send,
    commits: LostCommits,
    before: bool,
    gone: bool,
    state: State,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A repeat that cannot tell whether it has taken the entry says 500, or `queued` where it waited anyway."""
    desk.crm.reason = Reason.VALIDATION_RULE
    desk.delivery.accept(sent(1))
    desk.crm.reason = None
    promised = state is not State.REFUSED
    desk.ledger.change(1, lambda *_: {"state": state, "promised": promised, "due_at": 0.0 if promised else None})
    lose_in(desk, commits, monkeypatch, "change", before=before, gone=gone)
    outcome = desk.delivery.accept(sent(1))
    commits.come_back()

    away = Status.QUEUED if state is State.WAITING else Status.REFUSED
    assert outcome.status is (away if gone else Status.CREATED)
    (entry,) = desk.ledger.select(rows.c.id == 1)
    if gone and not before:
        # An engine takes it over, as from a dead process.
        assert lease_ran_out(entry, (entry.lease_until or 0) + 1)
