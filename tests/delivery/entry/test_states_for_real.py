"""The table of states, cell by cell, on both databases: one process brings an entry there, another does the deed."""

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest

from app.delivery.entry.states import Event
from app.domain.entry import Entry, State
from app.wiring import Runtime
from tests.delivery.entry.test_states import CELLS
from tests.support import deeds
from tests.support.desk import Desk
from tests.support.elsewhere import Elsewhere
from tests.support.postgres import RunningPostgres
from tests.support.sandbox import RunningSandbox

Deed = Callable[[Runtime, Entry], Any]
EVERY = frozenset(State)
# Who makes an event happen, and in which states it is theirs to do; in others the deed must change nothing.
WAYS: list[tuple[Event, Deed, frozenset[State]]] = [
    (Event.CLAIMED, deeds.engine_claims, frozenset({State.RECEIVED, State.WAITING})),
    (Event.CLAIMED, deeds.request_claims, frozenset({State.RECEIVED, State.WAITING, State.REFUSED, State.FAILED})),
    (Event.CLAIMED, deeds.replay_claims, EVERY),
    (Event.DELIVERED, deeds.succeed, EVERY),
    (Event.TROUBLED, deeds.trouble, EVERY),
    (Event.TROUBLED, deeds.hold, EVERY),
    (Event.REFUSED, deeds.refuse, EVERY),
    (Event.REFUSED, deeds.hold_not, EVERY),
    (Event.GAVE_UP, deeds.give_up, EVERY),
    (Event.DISCARDED, deeds.discard, EVERY),
    (Event.SKIPPED, deeds.skip, EVERY),
]
_EVENT_IDS = count(300_001)


class Houses:
    """Two processes on one ledger, and the ledger itself."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.here, self.elsewhere = Elsewhere(desk.environment), Elsewhere(desk.environment)

    def bring(self, state: State) -> tuple[Entry, Entry]:
        """A callback in this state: as its first attempt knew it, and as it is."""
        return self.here.run(deeds.bring, state, next(_EVENT_IDS))

    def close(self) -> None:
        for one in (self.here, self.elsewhere):
            one.__exit__()
        self.desk.ledger.database.close()


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def houses(
    request: pytest.FixtureRequest, shared_sandbox: RunningSandbox, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Houses]:
    server: RunningPostgres | None = request.getfixturevalue("postgres") if request.param == "postgres" else None
    shared_sandbox.reset()
    made = Houses(Desk(tmp_path_factory.mktemp("states"), shared_sandbox, server.create_ledger() if server else None))
    yield made
    made.close()


def expected(state: State, event: Event, theirs: frozenset[State]) -> State:
    return State(CELLS[state.value, event.value]) if state in theirs else state


@pytest.mark.parametrize("state", State, ids=lambda state: state.value)
@pytest.mark.parametrize(("event", "deed", "theirs"), WAYS, ids=[deed.__name__ for _, deed, _ in WAYS])
def test_cell(houses: Houses, state: State, event: Event, deed: Deed, theirs: frozenset[State]) -> None:
    """What another process does makes of the entry what the page says; of what is not its to do nothing comes."""
    attempted, now = houses.bring(state)
    told = houses.elsewhere.run(deed, attempted)

    assert expected(state, event, theirs) is houses.desk.state(attempted)
    if event is Event.CLAIMED:
        assert (state in theirs and state is not State.DELIVERED) is told
        assert told is (now.lease != houses.desk.now(attempted).lease)


def test_every_cell_has_its_deed() -> None:
    """No cell of the page in which something happens is left out."""
    done = {(state.value, event.value) for event, _, theirs in WAYS for state in theirs}

    assert set() == {cell for cell, following in CELLS.items() if following != cell[0]} - done


@pytest.mark.parametrize("deed", [deeds.refuse, deeds.trouble], ids=lambda deed: deed.__name__)
def test_promised_is_never_refused(houses: Houses, deed: Deed) -> None:
    """What one process has promised, another's attempt cannot make `refused`."""
    attempted, _ = houses.bring(State.RECEIVED)
    houses.here.run(deeds.promise, attempted)
    houses.elsewhere.run(deed, attempted)

    following = State.FAILED if deed is deeds.refuse else State.WAITING
    assert following is houses.desk.state(attempted)


@pytest.mark.parametrize("deed", [deeds.engine_claims, deeds.request_claims, deeds.replay_claims, deeds.discard])
def test_a_running_lease_keeps_others_out(houses: Houses, deed: Deed) -> None:
    """While one process attempts an entry no other claims or discards it."""
    entry = houses.here.run(deeds.store, next(_EVENT_IDS))
    houses.elsewhere.run(deed, entry)
    now = houses.desk.now(entry)

    assert (State.RECEIVED, entry.lease) == (now.state, now.lease)


@pytest.mark.parametrize(
    ("deed", "following"),
    [
        (deeds.trouble, State.RECEIVED),
        (deeds.refuse, State.RECEIVED),
        (deeds.hold, State.RECEIVED),
        (deeds.hold_not, State.RECEIVED),
        (deeds.succeed, State.DELIVERED),
    ],
    ids=["trouble", "refuse", "hold", "hold_not", "succeed"],
)
def test_a_lost_lease_settles_nothing_but_success(houses: Houses, deed: Deed, following: State) -> None:
    """Who was taken for dead and wakes up changes nothing, unless it has made the Case; then that stays."""
    attempted, _ = houses.bring(State.RECEIVED)
    assert houses.elsewhere.run(deeds.engine_claims, attempted)
    taken = houses.desk.now(attempted)
    houses.here.run(deed, attempted)
    woken = houses.desk.now(attempted)
    houses.elsewhere.run(deeds.refuse, taken)

    assert following is woken.state
    # What an engine takes is promised.
    assert (following if following is State.DELIVERED else State.FAILED) is houses.desk.state(attempted)
