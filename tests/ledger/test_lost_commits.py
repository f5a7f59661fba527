"""A commit whose acknowledgement is lost: the ledger finds out what the row says before it says anything itself."""

from typing import Any

import pytest

from app.domain.entry import Entry, State
from app.ledger.database import LedgerError
from app.ledger.ledger import Attempted, Ledger
from app.ledger.pauses import ORG, Pauses
from app.ledger.queue import Queue
from app.ledger.tables import entry as rows
from tests.ledger.conftest import new, receive, without_payload
from tests.support.lost_commits import LostCommits


@pytest.fixture
def commits(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> LostCommits:
    return LostCommits(ledger.database, monkeypatch)


def settle(current: Entry, _: float) -> dict[str, Any] | None:
    """What only the holder of the lease may do, once."""
    return (
        {"state": State.WAITING, "lease": None, "lease_until": None, "due_at": 1.0} if current.lease == "mine" else None
    )


@pytest.mark.parametrize("before", [False, True], ids=["committed", "not committed"])
def test_stored_once(ledger: Ledger, commits: LostCommits, before: bool) -> None:
    """A callback is stored once, the request that brought it holds its lease, and knows that something is paused."""
    Pauses(ledger.database).begin(ORG, "crm_unavailable", 60.0)
    commits.lose(before=before)
    received = ledger.receive(new(), None, "mine", 60.0)
    assert received is not None
    stored, paused = received

    assert paused
    assert ("mine", State.RECEIVED) == (stored.lease, stored.state)
    assert [stored.id] == [one.id for one in ledger.of_event("default", "1")]


def test_another_was_faster(ledger: Ledger, commits: LostCommits) -> None:
    """What is another request's is not taken for ours."""
    receive(ledger, lease="another")
    commits.lose()

    assert ledger.receive(new(), None, "mine", 60) is None


@pytest.mark.parametrize("before", [False, True], ids=["committed", "not committed"])
def test_changed_once(ledger: Ledger, commits: LostCommits, before: bool) -> None:
    """A change is made once, with one line of its attempt, and what comes back is the row as it is."""
    stored = receive(ledger)
    commits.lose(before=before)
    changed = ledger.change(stored.id, settle, Attempted(1.0, 20, "web", "failed", "abc", "crm_timeout"))

    assert changed == without_payload(ledger.get(stored.id))
    assert changed is not None
    assert (State.WAITING, None) == (changed.state, changed.lease)
    assert 1 == len(ledger.attempts(stored.id))


@pytest.mark.parametrize("before", [False, True], ids=["committed", "not committed"])
def test_claimed(ledger: Ledger, commits: LostCommits, before: bool) -> None:
    """An engine works on what it has claimed, and only on that."""
    stored = receive(ledger)
    ledger.change(stored.id, settle)
    commits.lose(before=before)
    claimed = Queue(ledger).claim("engine", 60, 10)

    assert ([] if before else [stored.id]) == [one.id for one in claimed]
    assert [None if before else "engine"] == [one.lease for one in ledger.select(rows.c.id == stored.id)]


def test_database_stays_away(ledger: Ledger, commits: LostCommits) -> None:
    """Where the row cannot be looked at again, nothing is claimed to be known."""
    stored = receive(ledger)
    commits.lose(gone=True)
    with pytest.raises(LedgerError):
        ledger.change(stored.id, settle)
    commits.come_back()

    assert [State.WAITING] == [one.state for one in ledger.select(rows.c.id == stored.id)]


def test_line_of_a_decision_needs_the_decision(ledger: Ledger) -> None:
    """What was decided without an attempt leaves a line if it was done, and none if not."""
    stored = receive(ledger)
    moved = Attempted(1.0, 0, "discard", "discarded", "abc")
    ledger.change(stored.id, lambda *_: None, moved=moved)
    without = len(ledger.attempts(stored.id))
    ledger.change(stored.id, settle, moved=moved)

    assert (0, ["discarded"]) == (without, [one.outcome for one in ledger.attempts(stored.id)])
