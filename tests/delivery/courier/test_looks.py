"""Look-ups and comments go by the courier as well, each in a place of its own."""

import threading
from collections.abc import Sequence
from dataclasses import replace

import pytest

from app.delivery.bounded import BoundedCrm
from app.delivery.courier.courier import Courier
from app.delivery.courier.member import Lane, Member
from app.domain.errors import CrmError
from app.domain.reasons import Reason
from app.domain.record import Record, Ref, Written
from app.waiting import Deadline, asking_crm, time_spent
from tests.delivery.courier.conftest import WatchedCrm
from tests.delivery.courier.errands import member, members, open_courier, result, results
from tests.support.chaos_house import wait_until
from tests.support.patience import PATIENCE

OWNED = Record("Case", {"Subject": "Callback", "Description": "Said.", "OwnerId": Ref("queue", "B2B Support")})


def test_what_it_finds(courier: Courier) -> None:
    """What is found or raised comes back to who asked."""

    def raises() -> str:
        raise CrmError(Reason.RECORD_LOCKED, "Locked.")

    with pytest.raises(CrmError, match="Locked"):
        courier.look(raises, Deadline(PATIENCE))

    assert "found" == courier.look(lambda: "found", Deadline(PATIENCE))


def test_hangs(courier: Courier) -> None:
    """Who asked is free at the deadline; what may have been added is unknown."""
    end = threading.Event()
    with pytest.raises(CrmError) as caught:
        courier.look(lambda: end.wait(PATIENCE), Deadline(0.1))
    end.set()

    assert (Reason.CRM_TIMEOUT, True) == (caught.value.reason, caught.value.outcome_unknown)


def test_no_place_is_free(crm: WatchedCrm) -> None:
    """What has not begun by the deadline is not done."""
    end = threading.Event()
    done: list[str] = []
    with open_courier(crm, places=1) as courier:
        with pytest.raises(CrmError):
            courier.look(lambda: end.wait(PATIENCE), Deadline(0.05))
        with pytest.raises(CrmError) as caught:
            courier.look(lambda: done.append("late"), Deadline(0.05))
        end.set()

    assert (Reason.CRM_BUSY, True, False) == (caught.value.reason, caught.value.unsent, caught.value.outcome_unknown)
    assert [] == done


def test_backlog_that_looks(crm: WatchedCrm, courier: Courier, monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes its own places: while all of them hang, a request looks and goes at once."""
    end, hanging = threading.Event(), threading.Semaphore(0)

    def hang(*_: object) -> None:
        hanging.release()
        end.wait(PATIENCE)

    monkeypatch.setattr(crm, "find", hang)
    backlog = BoundedCrm(crm, courier, Lane.BACKLOG, "config", "b2b")
    looks = [
        threading.Thread(target=backlog.find, args=("Case", "default-1", Deadline(PATIENCE)), daemon=True)
        for _ in range(5)
    ]
    for one in looks:
        one.start()
    assert all(hanging.acquire(timeout=PATIENCE) for _ in range(2))
    found = courier.look(lambda: "found", Deadline(PATIENCE))
    written = result(send(courier, member(OWNED, lane=Lane.REQUEST)))
    end.set()
    for one in looks:
        one.join()

    assert "found" == found
    assert isinstance(written, Written)


def send(courier: Courier, sent: Member) -> Member:
    courier.send([sent])
    return sent


def test_each_in_its_turn(crm: WatchedCrm) -> None:
    """A look does not go before a record that has waited for longer."""
    with open_courier(crm, places=1) as courier:
        crm.gate.clear()
        first, second = members(range(2), lane=Lane.REQUEST, alone=True)
        courier.send([first])
        crm.wait_for(1)
        courier.send([second])
        before: list[int] = []
        looks = threading.Thread(
            target=courier.look, args=(lambda: before.append(len(crm.together)), Deadline(PATIENCE))
        )
        looks.start()
        assert wait_until(lambda: 2 == len(courier._places[Lane.REQUEST]._gather._queue), PATIENCE)
        crm.gate.set()
        looks.join()
        results([first, second])

    assert [2] == before


def test_counts_for_who_asks(courier: Courier) -> None:
    """The time that it takes is that of the attempt."""

    def look() -> None:
        with asking_crm():
            threading.Event().wait(0.05)

    with time_spent() as spent:
        courier.look(look, Deadline(PATIENCE))

    assert spent.crm_ms >= 50


class Names(WatchedCrm):
    """Looks up names slowly while `door` is not open."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.door = threading.Event()
        self.door.set()
        self.asked: list[str] = []
        self.says: CrmError | None = None

    def look_up(self, records: Sequence[Record], deadline: Deadline) -> Sequence[CrmError | None]:
        self.asked += [value.name for one in records for value in one.fields.values() if isinstance(value, Ref)]
        self.door.wait(PATIENCE)
        return [self.says] * len(records)


@pytest.fixture
def crm() -> Names:
    return Names()


def test_name_is_looked_up_before(crm: Names, courier: Courier) -> None:
    """A slow look-up holds nobody but who needs it."""
    crm.door.clear()
    slow = member(OWNED, "default-1", lane=Lane.REQUEST)
    sending = threading.Thread(target=lambda: courier.send([slow]))
    sending.start()
    others = members(range(2, 5), lane=Lane.REQUEST)
    courier.send(others)
    ended = results(others)
    waits = not slow.done()
    crm.door.set()
    sending.join()

    assert waits
    assert all(isinstance(one, Written) for one in [*ended, result(slow)])


def test_name_is_looked_up_once(crm: Names, courier: Courier) -> None:
    """The next callbacks need no place for it."""
    for number in range(3):
        sent = member(OWNED, f"default-{number}", lane=Lane.REQUEST)
        courier.send([sent])
        results([sent])

    assert ["B2B Support"] == crm.asked


def test_name_that_leads_nowhere(crm: Names, courier: Courier) -> None:
    """It costs its field, as the call says; not the callback."""
    crm.says = CrmError(Reason.QUEUE_NOT_FOUND, "No such queue.", fields=("OwnerId",))
    crm.bad = {"OwnerId": Reason.QUEUE_NOT_FOUND}
    sent = member(OWNED, lane=Lane.REQUEST)
    courier.send([sent])

    assert ["OwnerId"] == [one.field for one in sent.result(PATIENCE).dropped]


def test_org_that_cannot_be_asked_for_names(crm: Names, courier: Courier) -> None:
    """Then the record is not sent either; nothing of it is unknown."""
    crm.says = CrmError(Reason.CRM_TIMEOUT, "Silence.", outcome_unknown=True)
    sent = member(OWNED, lane=Lane.REQUEST)
    courier.send([sent])
    error = sent.exception(PATIENCE)

    assert isinstance(error, CrmError)
    assert (Reason.CRM_TIMEOUT, False) == (error.reason, error.outcome_unknown)
    assert [] == crm.together


def owned(count: int) -> list[Member]:
    """Cases of the backlog with as many owners as there are two of each."""
    names = [Ref("queue", f"Queue {number // 2}") for number in range(count)]
    return [member(replace(OWNED, fields={"OwnerId": ref}), f"default-{n}") for n, ref in enumerate(names)]


def test_names_of_a_backlog(crm: Names, courier: Courier) -> None:
    """They are looked up together, before any record queues for its call."""
    sent = owned(6)
    crm.door.clear()
    sending = threading.Thread(target=lambda: courier.send(sent))
    sending.start()
    assert wait_until(lambda: bool(crm.asked), PATIENCE)
    before = list(crm.together)
    crm.door.set()
    sending.join()
    ended = results(sent)

    assert [] == before
    assert [f"Queue {number // 2}" for number in range(6)] == crm.asked
    assert all(isinstance(one, Written) for one in ended)
    assert [6] == crm.calls


def test_backlog_whose_names_cannot_be_looked_up(crm: Names, courier: Courier) -> None:
    """It is one trouble: one record tells of it, the others were not sent."""
    crm.says = CrmError(Reason.CRM_UNREACHABLE, "Silence.", outcome_unknown=True)
    sent = owned(3)
    courier.send(sent)
    errors = [one.exception(PATIENCE) for one in sent]

    assert [(False, False), (True, True), (True, True)] == [
        (one.unsent, one.echo) for one in errors if isinstance(one, CrmError)
    ]
    assert not any(one.outcome_unknown for one in errors if isinstance(one, CrmError))
    assert [] == crm.together


def test_bug_over_the_names_of_one_record(crm: Names, courier: Courier, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told to that record; the others are looked up without it, and sent."""

    def look_up(records: Sequence[Record], _: Deadline) -> Sequence[CrmError | None]:
        if any(Ref("queue", "Queue 1") in one.fields.values() for one in records):
            raise TypeError("a bug")
        return [None] * len(records)

    monkeypatch.setattr(crm, "look_up", look_up)
    sent = owned(6)
    courier.send(sent)
    ended = results(sent)

    assert [True, True, False, False, True, True] == [isinstance(one, Written) for one in ended]
    assert ["TypeError", "TypeError"] == ended[2:4]


def test_look_of_a_backlog_that_hangs_at_the_end(crm: Names, courier: Courier) -> None:
    """When the process ends, what waits for its names behind others is not sent, and hears so."""
    crm.door.clear()
    busy = [threading.Thread(target=courier.send, args=(owned(1),)) for _ in range(2)]
    for one in busy:
        one.start()
    assert wait_until(lambda: 2 == len(crm.asked), PATIENCE)
    waits = owned(2)
    sending = threading.Thread(target=courier.send, args=(waits,))
    sending.start()
    assert wait_until(lambda: 1 == len(courier._places[Lane.BACKLOG]._gather._queue), PATIENCE)
    courier.end_backlog()
    errors = [one.exception(PATIENCE) for one in waits]
    crm.door.set()
    for one in [*busy, sending]:
        one.join()

    assert all(isinstance(one, CrmError) and one.unsent for one in errors)
