"""What leaves before its call begins, and for how long a call may go on."""

import threading
import time
from dataclasses import replace

import pytest

from app.delivery.courier.courier import Courier
from app.delivery.courier.member import Lane, Member
from app.domain.errors import CrmError
from app.domain.reasons import Reason
from app.domain.record import Written
from app.waiting import Deadline
from tests.delivery.courier.conftest import WatchedCrm
from tests.delivery.courier.errands import members, open_courier, result, results
from tests.support.patience import PATIENCE

PAUSE = CrmError(Reason.CRM_MAINTENANCE, "It is paused.")


def held(crm: WatchedCrm, courier: Courier, *others: Member) -> Member:
    """One whose call is under way in the only place, and the others wait for theirs."""
    crm.gate.clear()
    (first,) = members([0], lane=Lane.REQUEST)
    courier.send([first])
    crm.wait_for(1)
    for one in others:
        courier.send([one])
    return first


def test_withdrawn(crm: WatchedCrm) -> None:
    """Who waits for a call can leave, and is not sent; whose call has begun cannot."""
    with open_courier(crm, places=1) as courier:
        second, third = members([1, 2], lane=Lane.REQUEST)
        first = held(crm, courier, second, third)
        left = [courier.withdraw(one) for one in (first, second, second)]
        crm.gate.set()
        ended = results([first, third])

    assert [False, True, False] == left
    assert second.cancelled()
    assert all(isinstance(one, Written) for one in ended)
    assert {"default-0", "default-2"} == crm.records.keys()


def test_everybody_is_sent_or_withdrawn(crm: WatchedCrm, courier: Courier) -> None:
    """Whatever races, what was withdrawn is in no call, and all else ends."""
    sent = members(range(300), lane=Lane.REQUEST)
    left: list[Member] = []

    def leave() -> None:
        left.extend(one for one in sent[::2] if courier.withdraw(one))

    leaving = threading.Thread(target=leave)
    leaving.start()
    for one in sent:
        courier.send([one])
    leaving.join()
    stayed = [one for one in sent if one not in left]

    assert all(isinstance(one, Written) for one in results(stayed))
    assert {one.external_id for one in stayed} == crm.records.keys()


def test_withdrawn_after_a_call_that_may_have_written(crm: WatchedCrm) -> None:
    """Who has been in a call whose outcome is unknown cannot say that nothing was sent."""
    with open_courier(crm, places=1) as courier:
        second, third = members([1, 2], lane=Lane.REQUEST)
        first = held(crm, courier, second, third)
        second.unknown = CrmError(Reason.CRM_TIMEOUT, "Lost.", outcome_unknown=True)
        left = courier.withdraw(second)
        error = second.exception(0)
        crm.gate.set()
        results([first, third])

    assert not left
    assert isinstance(error, CrmError)
    assert error.outcome_unknown


@pytest.mark.parametrize("lane", Lane, ids=lambda lane: lane.value)
def test_deadline_passes_in_the_queue(crm: WatchedCrm, lane: Lane) -> None:
    """Who has waited for too long is not sent any more, and hears so."""
    with open_courier(crm, places=1) as courier:
        crm.gate.clear()
        first, late = members([0], lane=lane) + members([1], lane=lane, seconds=0.05)
        courier.send([first])
        crm.wait_for(1)
        courier.send([late])
        time.sleep(0.06)
        crm.gate.set()
        error = late.exception(PATIENCE)

    assert isinstance(error, CrmError)
    assert (Reason.CRM_BUSY, True, False) == (error.reason, error.unsent, error.outcome_unknown)
    assert [["default-0"]] == crm.together


def test_call_outlasts_a_member(crm: WatchedCrm, courier: Courier) -> None:
    """A call is not cut for the one whose deadline is near, but ends long before its lease does."""
    near, far = members([1], seconds=2.0), members([2], seconds=300.0)
    courier.send(near + far)
    results(near + far)

    assert 11.0 < crm.deadlines[0] <= 12.0


def test_pause(crm: WatchedCrm) -> None:
    """When all pauses, who waits for a call comes back unsent; whose call has begun hears what becomes of it."""
    with open_courier(crm, places=2) as courier:
        waiting = members(range(1, 5), lane=Lane.REQUEST)
        first = held(crm, courier, *waiting)
        backlog = members(range(10, 12), alone=True)
        for one in backlog:
            courier.send([one])
        crm.wait_for(2)
        courier.turn_back(PAUSE)
        errors = [one.exception(PATIENCE) for one in [*waiting, backlog[1]]]
        crm.gate.set()
        ended = results([first, backlog[0]])

    assert all(isinstance(error, CrmError) and error.unsent and error.echo for error in errors)
    assert all(isinstance(one, Written) for one in ended)


def test_pause_of_a_rule(crm: WatchedCrm) -> None:
    """Only its own come back."""
    with open_courier(crm, places=1) as courier:
        waiting = [*members([1], lane=Lane.REQUEST, rule="b2b"), *members([2], lane=Lane.REQUEST, rule="b2c")]
        first = held(crm, courier, *waiting)
        courier.turn_back(PAUSE, "b2b")
        crm.gate.set()
        ended = results([first, *waiting])

    assert "crm_maintenance" == ended[1]
    assert {"default-0", "default-2"} == crm.records.keys()


def test_asked_to_wait(crm: WatchedCrm) -> None:
    """`Retry-After` sends all back that wait, and who comes later, for so long; then calls are made again."""
    asked = CrmError(Reason.CRM_BUSY, "Leave me alone.")
    asked.retry_after = 1.0
    with open_courier(crm, places=1) as courier:
        waiting = members(range(1, 4), lane=Lane.REQUEST)
        first = held(crm, courier, *waiting)
        crm.meets = lambda _: asked
        crm.gate.set()
        (later,) = members([9])
        errors = [one.exception(PATIENCE) for one in (first, *waiting)]
        courier.send([later])
        errors.append(later.exception(PATIENCE))
        calls = list(crm.together)
        crm.meets = lambda _: None
        time.sleep(1.0)
        (again,) = members([9])
        courier.send([again])
        ended = result(again)

    assert [["default-0"]] == calls
    assert [False, True, True, True, True] == [isinstance(error, CrmError) and error.unsent for error in errors]
    assert all(isinstance(error, CrmError) and 0 < error.retry_after <= 1.0 for error in errors)
    assert isinstance(ended, Written)


def test_pause_of_a_rule_while_a_rescue_waits(crm: WatchedCrm) -> None:
    """What it was refused for before does not end it: it comes back as unsent as the others."""
    with open_courier(crm, places=1) as courier:
        (waiting,) = members([1], lane=Lane.REQUEST)
        waiting.sending = replace(waiting.sending, cause=CrmError(Reason.VALIDATION_RULE, "No."))
        first = held(crm, courier, waiting)
        courier.turn_back(CrmError(Reason.OBJECT_NOT_FOUND, "No such object."), "b2b")
        error = waiting.exception(PATIENCE)
        crm.gate.set()
        results([first])

    assert isinstance(error, CrmError)
    assert (Reason.OBJECT_NOT_FOUND, True, False) == (error.reason, error.unsent, error.permanent)


@pytest.mark.parametrize("seconds", [(3600.0, 10.0), (10.0, 3600.0)])
def test_asked_to_wait_twice(courier: Courier, seconds: tuple[float, float]) -> None:
    """The longer of the two counts, whichever came first."""
    for retry_after in seconds:
        asked = CrmError(Reason.CRM_BUSY, "Leave me alone.")
        asked.retry_after = retry_after
        courier._trouble(asked)
    (later,) = members([9])
    courier.send([later])
    error = later.exception(PATIENCE)

    assert isinstance(error, CrmError)
    assert 10.0 < error.retry_after <= 3600.0


def test_end_of_the_backlog(crm: WatchedCrm, courier: Courier) -> None:
    """What no call has taken comes back unsent, and what comes later; requests go on, and calls are finished."""
    crm.gate.clear()
    under_way, backlog = members(range(2), alone=True), members(range(2, 300))
    courier.send(under_way)
    crm.wait_for(2)
    courier.send(backlog)
    courier.end_backlog()
    (later,) = members([300])
    courier.send([later])
    requests = members([301], lane=Lane.REQUEST)
    courier.send(requests)
    errors = [one.exception(PATIENCE) for one in [*backlog, later]]
    with pytest.raises(CrmError) as looks:
        courier.look(lambda: None, Deadline(PATIENCE), Lane.BACKLOG)
    crm.gate.set()

    assert all(isinstance(one, Written) for one in results([*under_way, *requests]))
    assert all(isinstance(error, CrmError) and error.unsent for error in [*errors, looks.value])


def test_close_does_not_wait_for_ever(crm: WatchedCrm, courier: Courier) -> None:
    """What hangs in all places keeps no process from its end."""
    crm.gate.clear()
    sent = members(range(2), alone=True) + members(range(2, 4), lane=Lane.REQUEST, alone=True)
    for one in sent:
        courier.send([one])
    crm.wait_for(4)
    courier.close(0.2)
    hung = [one.done() for one in sent]
    crm.gate.set()
    results(sent)

    assert [False] * 4 == hung


def test_close(crm: WatchedCrm) -> None:
    """It ends when all that it was given has ended."""
    sent = [one for lane in Lane for one in members(range(50), lane=lane)]
    with open_courier(crm) as courier:
        for one in sent:
            courier.send([one])

    assert all(one.done() for one in sent)
