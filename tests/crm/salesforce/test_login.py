"""One login for all threads: no more than needed, and never in a loop."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.crm.salesforce import login as login_module
from app.domain.errors import CrmError
from app.domain.reasons import Reason
from app.domain.record import Record
from app.waiting import Deadline
from tests.crm.salesforce.conftest import Rooms
from tests.support.sandbox import RunningSandbox

THREADS = 64


def create(rooms: Rooms, number: int, seconds: float = 10) -> Reason | None:
    try:
        rooms.crm.create(Record("Case", {"Subject": "Callback"}), f"default-{number}", Deadline(seconds))
    except CrmError as error:
        return error.reason
    return None


def test_one_login_for_many_threads(rooms: Rooms, sandbox: RunningSandbox) -> None:
    """Sixty-four threads that start at once share one login."""
    with ThreadPoolExecutor(THREADS) as pool:
        reasons = list(pool.map(lambda number: create(rooms, number), range(THREADS)))

    assert [None] * THREADS == reasons
    assert 1 == sandbox.calls()["logins"]


def test_one_login_for_an_expired_session(rooms: Rooms, sandbox: RunningSandbox) -> None:
    """Sixty-four threads that meet an expired session renew it once, and all their records are made."""
    create(rooms, 0)
    sandbox.org("void-sessions")
    with ThreadPoolExecutor(THREADS) as pool:
        reasons = list(pool.map(lambda number: create(rooms, number), range(1, THREADS + 1)))

    assert [None] * THREADS == reasons
    assert 2 == sandbox.calls()["logins"]


def test_session_that_stays_invalid(rooms: Rooms, sandbox: RunningSandbox) -> None:
    """A session that Salesforce refuses again and again costs a few logins, not one for each callback."""
    sandbox.fault("expired_session", share=1)

    reasons = {create(rooms, number) for number in range(30)}

    assert {Reason.SESSION_REFUSED} == reasons
    assert sandbox.calls()["logins"] <= 2 * login_module.FRUITLESS_LOGINS


def test_recovers_from_a_refused_session(rooms: Rooms, sandbox: RunningSandbox) -> None:
    """Once Salesforce takes sessions again, the next callback goes through."""
    sandbox.fault("void_session", share=1)
    refused = create(rooms, 1)
    sandbox.clear_faults()

    assert (Reason.SESSION_REFUSED, None) == (refused, create(rooms, 1))


def test_wrong_secret_is_not_hammered(connect: Callable[..., Rooms], sandbox: RunningSandbox) -> None:
    """A refused login is told with its fix, and not tried again for each callback that comes."""
    rooms = connect(secret="wrong")
    reasons = {create(rooms, number) for number in range(20)}

    assert {Reason.LOGIN_REFUSED} == reasons
    assert 1 == sum("/oauth2/token" in call["path"] for call in sandbox.calls()["calls"])


def test_failure_that_is_kept(connect: Callable[..., Rooms]) -> None:
    """Each callback has the login's failure for itself: what one adds to it is not told of another."""
    rooms = connect(secret="wrong")
    errors = []
    for _ in range(3):
        with pytest.raises(CrmError) as caught:
            rooms.client.call("GET", "limits", Deadline(10))
        assert (None, False) == (caught.value.beside, caught.value.outcome_unknown)
        caught.value.beside, caught.value.outcome_unknown = "CaseComment", True
        errors.append(caught.value)

    assert 3 == len({id(one) for one in errors})
    assert 1 == len({one.message for one in errors})


def test_old_session_is_renewed_before_use(
    rooms: Rooms, sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A session past its age is renewed without a call that would fail first."""
    create(rooms, 1)
    monkeypatch.setattr(login_module, "MAX_AGE", 0.0)
    create(rooms, 2)

    statuses = [call["status"] for call in sandbox.calls()["calls"]]

    assert 2 == sandbox.calls()["logins"]
    assert 401 not in statuses
