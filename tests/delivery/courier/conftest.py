"""A CRM that notes who goes together, and a courier to it."""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import pytest

from app.delivery.courier.courier import Courier
from app.domain.errors import CrmError
from app.domain.record import Record, Written
from app.waiting import Deadline
from tests.delivery.conftest import MoodyCrm
from tests.delivery.courier.errands import open_courier
from tests.support.chaos_house import wait_until
from tests.support.patience import PATIENCE

Meets = Callable[[list[str]], CrmError | None]


@dataclass
class WatchedCrm(MoodyCrm):
    """Each call waits for `gate`. A call of external ids that `meets` has an error for comes to that as a whole."""

    together: list[list[str]] = field(default_factory=list)
    running: int = 0
    most: int = 0
    deadlines: list[float] = field(default_factory=list)
    meets: Meets = lambda _: None
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def create(self, record: Record, external_id: str, deadline: Deadline) -> Written:
        self._begin([external_id], deadline)
        try:
            self.gate.wait(PATIENCE)
            self._meet([external_id])
            return super().create(record, external_id, deadline)
        finally:
            self.running -= 1

    def create_many(self, records: Sequence[tuple[Record, str]], deadline: Deadline) -> list[Written | CrmError]:
        external_ids = [external_id for _, external_id in records]
        self._begin(external_ids, deadline)
        try:
            self.gate.wait(PATIENCE)
            self._meet(external_ids)
            return super().create_many(records, deadline)
        finally:
            self.running -= 1

    def wait_for(self, calls: int) -> None:
        """Returns when so many calls have begun."""
        assert wait_until(lambda: len(self.together) >= calls, PATIENCE), self.together

    def _begin(self, external_ids: list[str], deadline: Deadline) -> None:
        with self._guard:
            self.together.append(external_ids)
            self.deadlines.append(deadline.remaining())
            self.running += 1
            self.most = max(self.most, self.running)

    def _meet(self, external_ids: list[str]) -> None:
        error = self.meets(external_ids)
        if error is not None:
            raise error


@pytest.fixture
def crm() -> Iterator[WatchedCrm]:
    watched = WatchedCrm()
    yield watched
    watched.gate.set()


@pytest.fixture
def courier(crm: WatchedCrm) -> Iterator[Courier]:
    """With two places for requests and two for the backlog."""
    with open_courier(crm) as opened:
        yield opened
        crm.gate.set()
