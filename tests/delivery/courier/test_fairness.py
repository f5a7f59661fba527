"""Requests are not held up by the backlog, nor anybody by a call that takes too long."""

import pytest

from app.crm.port import MOST_AT_ONCE
from app.delivery.courier.courier import Courier
from app.delivery.courier.member import Lane
from app.delivery.courier.places import Pace
from app.domain.record import Written
from tests.delivery.courier.conftest import WatchedCrm
from tests.delivery.courier.errands import members, open_courier, results


def test_backlog_is_under_way(crm: WatchedCrm, courier: Courier) -> None:
    """A request goes at once while the backlog's calls hang, and in none of them."""
    crm.gate.clear()
    backlog = members(range(1_000))
    courier.send(backlog)
    crm.wait_for(2)
    requests = members(range(1_000, 1_003), lane=Lane.REQUEST)
    courier.send(requests)
    crm.wait_for(3)
    first = crm.together[2]
    crm.gate.set()
    ended = results([*requests, *backlog])

    assert [one.external_id for one in requests] == first
    assert all(isinstance(one, Written) for one in ended)


@pytest.mark.parametrize("places", [1, 2])
def test_lanes_never_share_a_call(crm: WatchedCrm, places: int) -> None:
    """Whatever gathers of both meanwhile, also where they share the only place."""
    with open_courier(crm, places=places) as courier:
        crm.gate.clear()
        sent = [one for number in range(40) for one in members([number], lane=list(Lane)[number % 2])]
        for one in sent:
            courier.send([one])
        crm.wait_for(places)
        crm.gate.set()
        results(sent)

    assert places == crm.most
    lanes = {one.external_id: one.lane for one in sent}
    assert {1} == {len({lanes[external_id] for external_id in call}) for call in crm.together}


@pytest.mark.parametrize(("seconds", "records", "most"), [(0.3, 1, 4), (2.0, 10, 6), (0.3, 200, 200), (60.0, 1, 1)])
def test_pace(seconds: float, records: int, most: int) -> None:
    """A call has as many records as end in time, by what the latest calls took for each; at least one."""
    pace = Pace(1.25)
    for _ in range(20):
        pace.measured("Case", seconds, records)

    assert most == pace.most("Case")


def test_pace_is_of_a_group() -> None:
    """That one object is slow says nothing of another."""
    pace = Pace(10.0)
    before = pace.most("Case")
    pace.measured("Task", 60.0, 1)

    assert (before, 1) == (pace.most("Case"), pace.most("Task"))


def test_pace_after_silence() -> None:
    """A call that nobody answers halves the next one, down to one record; answered ones soon make it whole."""
    pace = Pace(1e9)
    down = []
    for _ in range(9):
        pace.unanswered("Case", pace.most("Case"))
        down.append(pace.most("Case"))
    up = []
    for _ in range(3):
        pace.measured("Case", 0.1, pace.most("Case"))
        up.append(pace.most("Case"))

    assert [100, 50, 25, 12, 6, 3, 1, 1, 1] == down
    assert [8, 64, MOST_AT_ONCE] == up


def test_pace_of_those_that_go_alone() -> None:
    """A slow one among them, or one that nobody answers, makes no call smaller; a fast one makes it larger again."""
    pace = Pace(10.0)
    pace.measured("Case", 0.1, 1)
    for _ in range(5):
        pace.measured("Case", 2.0, 1)
        pace.unanswered("Case", 1)
    before = pace.most("Case")
    pace.measured("Case", 30.0, 10)
    slow = pace.most("Case")
    pace.measured("Case", 0.1, 1)

    assert (100, 100) == (before, pace.most("Case"))
    assert slow < 10


def test_slow_org(crm: WatchedCrm) -> None:
    """Where a record takes long, what gathers goes in calls that end in time."""
    with open_courier(crm, places=1, seconds=0.4) as courier:
        pace = courier._places[Lane.REQUEST].pace
        for _ in range(20):
            pace.measured("free", 0.19, 10)
        crm.gate.clear()
        first, *others = members(range(21), lane=Lane.REQUEST, seconds=30.0)
        courier.send([first])
        crm.wait_for(1)
        courier.send(others)
        crm.gate.set()
        results([first, *others])

    assert 2 <= len(crm.together[1]) <= 5


def test_only_place(crm: WatchedCrm) -> None:
    """Both lanes share it, and a request goes before the backlog that has waited for longer."""
    with open_courier(crm, places=1) as courier:
        crm.gate.clear()
        first, *backlog = members(range(4), alone=True)
        courier.send([first])
        crm.wait_for(1)
        courier.send(backlog)
        requests = members([9], lane=Lane.REQUEST)
        courier.send(requests)
        crm.gate.set()
        results([first, *backlog, *requests])

    assert ["default-0", "default-9"] == [call[0] for call in crm.together[:2]]
    assert 1 == crm.most
