"""What comes together goes together, as far as it may."""

import json
from dataclasses import replace

import pytest

from app.crm.port import MOST_AT_ONCE, Promise
from app.delivery.courier.courier import Courier
from app.delivery.courier.known_drops import KnownDrops
from app.delivery.courier.member import Lane
from app.domain.record import Record, Ref, Written
from app.ledger.patience import BRIEF, patience
from app.waiting import Deadline
from tests.delivery.courier.conftest import WatchedCrm
from tests.delivery.courier.errands import member, members, open_courier, results

OWNED = Record("Case", {"Subject": "Callback", "OwnerId": Ref("queue", "B2B Support")})
LANES = pytest.mark.parametrize("lane", Lane, ids=lambda lane: lane.value)


def ids(*numbers: int) -> list[str]:
    return [f"default-{number}" for number in numbers]


@LANES
def test_waits_briefly_for_the_ledger(lane: Lane) -> None:
    """A database that hangs keeps no place for long, those of the backlog neither."""
    seen: list[float | None] = []

    class Asking(WatchedCrm):
        def create(self, record: Record, external_id: str, deadline: Deadline) -> Written:
            seen.append(patience.get())
            return super().create(record, external_id, deadline)

    crm = Asking()
    crm.gate.set()
    with open_courier(crm) as courier:
        sent = members([1], lane=lane)
        courier.send(sent)
        results(sent)

    assert [BRIEF] == seen


@pytest.mark.parametrize("promise", [Promise.TOKEN, Promise.NONE])
def test_crm_that_promises_too_little(promise: Promise, monkeypatch: pytest.MonkeyPatch) -> None:
    """A CRM that might make a record twice is not delivered to: what is unknown is tried again."""
    monkeypatch.setattr(WatchedCrm, "promise", promise)
    with pytest.raises(ValueError, match="UNIQUE"):
        Courier(WatchedCrm(), KnownDrops(), 4)


@LANES
def test_alone(crm: WatchedCrm, courier: Courier, lane: Lane) -> None:
    """Who comes alone goes alone, by the call for one."""
    (sent,) = members([1], lane=lane)
    courier.send([sent])
    ended = results([sent])

    assert [Written(crm.id_of("default-1"), "1", created=True)] == ended
    assert ([1], [ids(1)]) == (crm.calls, crm.together)


@LANES
def test_what_comes_meanwhile(crm: WatchedCrm, lane: Lane) -> None:
    """What comes while the only place is busy goes in one call after it, in its order."""
    with open_courier(crm, places=1) as courier:
        crm.gate.clear()
        first, *others = members(range(1, 7), lane=lane)
        courier.send([first])
        crm.wait_for(1)
        for sent in others:
            courier.send([sent])
        crm.gate.set()
        ended = results([first, *others])

    assert [ids(1), ids(2, 3, 4, 5, 6)] == crm.together
    assert all(isinstance(one, Written) for one in ended)


def test_many(crm: WatchedCrm, courier: Courier) -> None:
    """What is sent together goes 200 to a call, and each hears of itself."""
    sent = members(range(1, 501))
    courier.send(sent)
    written = results(sent)

    assert [MOST_AT_ONCE, MOST_AT_ONCE, 100] == sorted(crm.calls, reverse=True)
    assert [crm.id_of(one.external_id) for one in sent] == [one.id for one in written if isinstance(one, Written)]


def test_groups(crm: WatchedCrm, courier: Courier) -> None:
    """Those of another group go in a call of their own."""
    sent = [
        member(OWNED if number % 2 else replace(OWNED, fields={"Subject": "x"}), *ids(number)) for number in range(20)
    ]
    courier.send(sent)
    results(sent)

    assert [ids(*range(0, 20, 2)), ids(*range(1, 20, 2))] == sorted(crm.together)


def test_external_id_twice(crm: WatchedCrm, courier: Courier) -> None:
    """One external id never stands twice in a call; there is one record, and both are told."""
    sent = members([1, 2, 1, 3, 1])
    courier.send(sent)
    ended = results(sent)

    assert all(len(call) == len(set(call)) for call in crm.together)
    assert {*ids(1, 2, 3)} == crm.records.keys()
    assert [1, 1, 1] == [
        sum(one.created for one in ended if isinstance(one, Written) and one.id == crm.id_of(*ids(number)))
        for number in (1, 2, 3)
    ]
    assert all(isinstance(one, Written) for one in ended)


@pytest.mark.parametrize("letter", ["x", "ü", "😀", '"'])
def test_no_more_than_a_megabyte(crm: WatchedCrm, courier: Courier, letter: str) -> None:
    """However the texts are written, a call has no more than 1 MB of them."""
    record = Record("Case", {"Description": letter * 10_000})
    sent = [member(record, f"default-{number}") for number in range(100)]
    courier.send(sent)
    results(sent)
    written = len(json.dumps(letter)) - 2

    assert max(crm.calls) * 10_000 * written <= 1_000_000
    assert 100 == sum(crm.calls)


def test_one_that_is_larger(crm: WatchedCrm, courier: Courier) -> None:
    """What is larger than that by itself goes alone."""
    large = Record("Case", {f"Text{number}__c": "x" * 200_000 for number in range(8)})
    sent = [*members([1]), member(large, "default-2"), *members([3])]
    courier.send(sent)

    assert all(isinstance(one, Written) for one in results(sent))
    assert ids(2) in crm.together


def test_places(crm: WatchedCrm) -> None:
    """There are never more calls than places, and the backlog has two of them."""
    with open_courier(crm, places=6) as courier:
        crm.gate.clear()
        alone = {Lane.REQUEST: 8, Lane.BACKLOG: 8}
        sent = [one for lane, count in alone.items() for one in members(range(count), lane=lane, alone=True)]
        for one in sent:
            courier.send([one])
        crm.wait_for(6)
        crm.gate.set()
        results(sent)

    assert 6 == crm.most
