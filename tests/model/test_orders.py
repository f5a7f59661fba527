"""Three actors on a real ledger, in every order of their transactions: what the model says of rows is so of real ones.

A transaction locks its row, so that nothing can come between the steps within it.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import permutations

import pytest

from app.delivery.entry.changes import bar_to_discard, discard
from app.delivery.entry.claims import claim_by_command
from app.delivery.entry.settle import settle
from app.domain.entry import Entry, State
from app.ledger.codec import Codec
from app.ledger.database import Database
from app.ledger.ledger import Ledger
from app.ledger.migrate import migrate
from app.ledger.queue import Queue
from tests.ledger.conftest import receive
from tests.model.rules import RESULTS, SUCCESS

SECONDS = 60.0
# The request has one transaction left, the others have two each.
ORDERS = sorted(set(permutations(["request", "engine", "engine", "command", "command"])))


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('orders') / 'ledger.db'}")
    migrate(database)
    yield Ledger(database, Codec(b"a key for tests"))
    database.close()


class Deeds:
    """What the actors do with one entry, each a transaction at a time."""

    def __init__(self, ledger: Ledger, entry: Entry) -> None:
        self._ledger, self._entry = ledger, entry
        self.succeeded = self.died = False

    def request(self, result: str) -> Iterator[None]:
        """A request that was taken for dead comes back with its result."""
        self._settle(self._entry, result)
        yield

    def engine(self, result: str | None) -> Iterator[None]:
        """An engine takes the entry over and comes to a result; without one it dies."""
        claimed = Queue(self._ledger).claim("engine", SECONDS, 1, sources=[self._entry.source])
        self.died = bool(claimed) and result is None
        yield
        if result is not None:
            for one in claimed:
                self._settle(one, result)
        yield

    def discard(self) -> Iterator[None]:
        """A person discards what he sees."""
        seen = self._see()
        yield
        if not bar_to_discard(seen, self._ledger.now()):
            self._ledger.change(seen.id, discard(seen))
        yield

    def replay(self) -> Iterator[None]:
        """A person's replay takes what he sees, and finds its Case."""
        claim = claim_by_command("replay", SECONDS, self._see(), {}, named=True)
        claimed = self._ledger.change(self._entry.id, claim)
        yield
        if claimed is not None and claimed.lease == "replay":
            self._settle(claimed, "there")
        yield

    def state(self) -> State:
        """The entry's state now."""
        return self._see().state

    def _see(self) -> Entry:
        seen = self._ledger.get(self._entry.id)
        assert seen is not None
        return seen

    def _settle(self, claimed: Entry, result: str) -> None:
        self._ledger.change(claimed.id, settle(claimed, "b2b", RESULTS[result]))
        self.succeeded |= result in SUCCESS


def do(deeds: Deeds, order: tuple[str, ...], actors: Mapping[str, Iterator[None]]) -> None:
    """In this order: a success wins and stays, and nothing is left behind but by who died."""
    for actor in order:
        next(actors[actor])
    state = deeds.state()
    assert (state is State.DELIVERED) is deeds.succeeded, order
    assert state is not State.RECEIVED or deeds.died, order


@pytest.mark.parametrize(
    ("attempted", "taken_over"), [("created", "refused"), ("refused", "created"), ("created", None)]
)
@pytest.mark.parametrize("command", [Deeds.discard, Deeds.replay], ids=["discard", "replay"])
def test_every_order(
    ledger: Ledger, attempted: str, taken_over: str | None, command: Callable[[Deeds], Iterator[None]]
) -> None:
    """Whoever is faster: what was made is known, and no entry is forgotten."""
    for number, order in enumerate(ORDERS):
        source = f"{attempted}-{taken_over}-{number}"
        deeds = Deeds(ledger, receive(ledger, command.__name__, "request", -1, source=source))
        request, engine = deeds.request(attempted), deeds.engine(taken_over)
        do(deeds, order, {"request": request, "engine": engine, "command": command(deeds)})
