"""The breaker opens only for a CRM that is away, and lets one call ask whether it is back."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.delivery import breaker as breaker_module
from app.delivery.breaker import AWAY, THRESHOLD, Breaker
from app.domain.deadline import Deadline
from app.domain.errors import CrmError
from app.domain.reasons import Reason
from app.domain.record import Record, Written

RECORD = Record("Case", {})


class Scripted:
    """A CRM that fails with `reason` while it is set, and counts what reaches it."""

    def __init__(self, reason: Reason | None) -> None:
        self.reason = reason
        self.calls = 0
        self.gate = threading.Event()
        self.gate.set()

    def create(self, record: Record, external_id: str, deadline: Deadline) -> Written:
        self.calls += 1
        self.gate.wait(10)
        if self.reason:
            raise CrmError(self.reason, "It is away.", outcome_unknown=True)
        return Written("500000000000001AAA", "1", True)


def ask(breaker: Breaker) -> CrmError | None:
    try:
        breaker.create(RECORD, "default-1", Deadline(5))
    except CrmError as error:
        return error
    return None


@pytest.mark.parametrize("reason", sorted(AWAY, key=str), ids=str)
def test_opens_for_a_crm_that_is_away(reason: Reason) -> None:
    """After some failures in a row the CRM is left alone; callers hear the same reason, and that nothing was sent."""
    crm = Scripted(reason)
    breaker = Breaker(crm)
    errors = [ask(breaker) for _ in range(THRESHOLD + 20)]

    assert THRESHOLD == crm.calls
    assert {reason} == {error.reason for error in errors if error}
    assert errors[-1] is not None
    assert not errors[-1].outcome_unknown


@pytest.mark.parametrize("reason", [Reason.REQUIRED_FIELD_MISSING, Reason.RECORD_LOCKED, Reason.FIELD_UNKNOWN])
def test_refusals_do_not_open_it(reason: Reason) -> None:
    """A CRM that refuses is there: every callback is asked for."""
    crm = Scripted(reason)
    breaker = Breaker(crm)
    for _ in range(THRESHOLD * 2):
        ask(breaker)

    assert THRESHOLD * 2 == crm.calls


def test_one_probe_closes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """When the time is over a single call goes out, whoever else asks; its success opens the way for all."""
    monkeypatch.setattr(breaker_module, "OPEN_SECONDS", 0.0)
    crm = Scripted(Reason.CRM_TIMEOUT)
    breaker = Breaker(crm)
    for _ in range(THRESHOLD):
        ask(breaker)
    crm.calls, crm.reason = 0, None
    crm.gate.clear()
    with ThreadPoolExecutor(10) as pool:
        asked = [pool.submit(ask, breaker) for _ in range(10)]
        while sum(one.done() for one in asked) < 9:
            pass
        probes = crm.calls
        crm.gate.set()

    assert 1 == probes
    assert 1 == sum(one.result() is None for one in asked)
    assert ask(breaker) is None


def test_calls_run_side_by_side() -> None:
    """The breaker holds no lock during a call."""
    crm = Scripted(None)
    crm.gate.clear()
    breaker = Breaker(crm)
    with ThreadPoolExecutor(10) as pool:
        asked = [pool.submit(ask, breaker) for _ in range(10)]
        while crm.calls < 10:
            pass
        crm.gate.set()

    assert [None] * 10 == [one.result() for one in asked]
