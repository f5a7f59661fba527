"""Who asks to be left alone is left alone: by all calls of the process, as long as was asked, within reason."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from requests import Response

from app.crm.mark import Mark
from app.crm.salesforce import login as login_module
from app.crm.salesforce.retry_after import LONGEST, Gate, seconds_of
from app.domain.errors import CrmError
from app.domain.reasons import Reason
from app.domain.record import Record, Ref
from app.waiting import Deadline
from tests.crm.salesforce.conftest import Rooms
from tests.support.internet import TOKEN_PATH, Answer, Internet
from tests.support.patience import PATIENCE

RECORD = Record("Case", {"Subject": "Callback"})


def response(value: str | None, status: int = 503) -> Response:
    made = Response()
    made.status_code = status
    if value is not None:
        made.headers["Retry-After"] = value
    return made


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 7 ", 7),
        ("007", 7),
        ("3600", 3600),
        ("3601", LONGEST),
        ("99999999999999999999", LONGEST),
        ("9" * 5_000, 0),
        (None, 0),
        ("", 0),
        ("0", 0),
        ("-5", 0),
        ("+5", 0),
        ("1.5", 0),
        ("1e3", 0),
        ("0x10", 0),
        ("\u0663", 0),
        ("inf", 0),
        ("nan", 0),
        ("soon", 0),
        ("120, 60", 0),
        ("120 s", 0),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", LONGEST),
        ("Fri, 99 Foo 9999 99:99:99 GMT", 0),
        ("Fri, 31 Dec 99999999999999 23:59:59 GMT", 0),
        ("2026-11-21T10:00:00Z", 0),
    ],
)
def test_header(value: str | None, seconds: float) -> None:
    """Seconds as they are, up to an hour; what is no number of seconds, and no time to come, counts as nothing."""
    assert seconds == seconds_of(response(value))


@pytest.mark.parametrize("form", ["imf", "rfc850", "asctime", "offset"])
def test_time_in_the_header(form: str) -> None:
    """Each of HTTP's three ways to write a time is read, and mail's with an offset."""
    moment = datetime.now(UTC) + timedelta(seconds=600)
    written = {
        "imf": format_datetime(moment, usegmt=True),
        "rfc850": moment.strftime("%A, %d-%b-%y %H:%M:%S GMT"),
        "asctime": moment.strftime("%a %b %d %H:%M:%S %Y"),
        "offset": format_datetime(moment.astimezone()),
    }

    assert 590 <= seconds_of(response(written[form])) <= 600


@pytest.mark.parametrize(("status", "seconds"), [(200, 0), (201, 0), (301, 9), (403, 9), (429, 9), (500, 9), (503, 9)])
def test_status(status: int, seconds: float) -> None:
    """It counts with whatever is no success."""
    assert seconds == seconds_of(response("9", status))


def limited(status: int, code: str | None, seconds: str) -> Answer:
    body = [{"errorCode": code, "message": "Try again later"}] if code else "<html>"
    return Answer(status, body, (("Retry-After", seconds),))


ASKED = [
    (429, None, Reason.CRM_BUSY),
    (503, None, Reason.CRM_UNAVAILABLE),
    (503, "SERVER_UNAVAILABLE", Reason.CRM_UNAVAILABLE),
    (500, "UNKNOWN_EXCEPTION", Reason.CRM_UNAVAILABLE),
    (403, "REQUEST_LIMIT_EXCEEDED", Reason.API_LIMIT),
    (301, None, Reason.CRM_ANSWER_UNREADABLE),
]
CALLS: dict[str, Callable[[Rooms], Any]] = {
    "create": lambda rooms: rooms.crm.create(RECORD, "default-2", Deadline(10)),
    "together": lambda rooms: _first(rooms.crm.create_many([(RECORD, "default-2")], Deadline(10))),
    "find": lambda rooms: rooms.crm.find("Case", "default-2", Deadline(10)),
    "comment": lambda rooms: rooms.crm.comment("500000000000001AAA", "x", Mark("[mark]"), Deadline(10)),
    "ref": lambda rooms: rooms.crm.resolve(Record("Case", {"OwnerId": Ref("queue", "x")}), Deadline(10)),
}


def _first(results: list[Any]) -> None:
    (result,) = results
    if isinstance(result, CrmError):
        raise result


def failure(call: Callable[[], Any]) -> CrmError:
    with pytest.raises(CrmError) as caught:
        call()
    return caught.value


@pytest.mark.parametrize(("status", "code", "reason"), ASKED)
@pytest.mark.parametrize("path", ["composite", TOKEN_PATH], ids=["call", "login"])
def test_nobody_calls_meanwhile(
    real: Rooms, internet: Internet, path: str, status: int, code: str | None, reason: Reason
) -> None:
    """After such an answer no call goes out, whatever for; each is told why, and how long is left."""
    internet.answers = lambda call: limited(status, code, "60") if call.path.endswith(path) else None
    first = failure(lambda: real.crm.create(RECORD, "default-1", Deadline(10)))
    sent = len(internet.calls)

    assert 60 == first.retry_after
    assert reason is first.reason or path == TOKEN_PATH
    for call in CALLS.values():
        later = failure(lambda call=call: call(real))  # type: ignore[misc]
        assert (first.reason, first.message, False) == (later.reason, later.message, later.outcome_unknown)
        assert 0 < later.retry_after <= 60
    assert sent == len(internet.calls)


@pytest.mark.parametrize("name", CALLS)
def test_whoever_hears_it(real: Rooms, internet: Internet, name: str) -> None:
    """It counts whichever call it was said to."""
    internet.answers = lambda call: limited(503, None, "60") if call.path != TOKEN_PATH else None
    first = failure(lambda: CALLS[name](real))
    sent = len(internet.calls)
    failure(lambda: CALLS["create"](real))

    assert 60 == first.retry_after
    assert sent == len(internet.calls)


@pytest.mark.parametrize(("status", "code"), [(status, code) for status, code, _ in ASKED if code] + [(400, "GONE")])
@pytest.mark.parametrize("name", ["create", "together", "comment"])
def test_plain_call_that_hears_it(real: Rooms, internet: Internet, name: str, status: int, code: str) -> None:
    """It counts as well when it is said to a text that a composite call would not leave as it is."""
    record = Record("Case", {"Subject": "@{record.id}"})
    calls: dict[str, Callable[[], Any]] = {
        "create": lambda: real.crm.create(record, "default-2", Deadline(10)),
        "together": lambda: _first(real.crm.create_many([(record, "default-2")], Deadline(10))),
        "comment": lambda: real.crm.comment("500000000000001AAA", "@{x}", Mark("[mark]"), Deadline(10)),
    }
    internet.answers = lambda call: limited(status, code, "60") if "/sobjects" in call.path else None
    first = failure(calls[name])
    sent = len(internet.calls)
    failure(lambda: CALLS["create"](real))

    assert (60, False) == (first.retry_after, first.permanent)
    assert sent == len(internet.calls)


def test_many_at_once(real: Rooms, internet: Internet) -> None:
    """Of calls that wait for their turn none goes out after it was said."""
    internet.answers = lambda call: limited(503, None, "60") if call.path != TOKEN_PATH else None
    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(real.crm.create, RECORD, f"default-{number}", Deadline(10)) for number in range(64)]
    reasons = {error.reason for one in asked if isinstance(error := one.exception(), CrmError)}

    assert {Reason.CRM_UNAVAILABLE} == reasons
    assert len(internet.calls) - internet.logins <= 4  # as many as were under way at once


@pytest.mark.parametrize("path", ["composite", TOKEN_PATH], ids=["call", "login"])
def test_it_ends(real: Rooms, internet: Internet, path: str) -> None:
    """When the time is over Salesforce is asked again, and not before."""
    said: list[float] = []

    def answers(call: Any) -> Answer | None:
        if said or not call.path.endswith(path):
            return None
        said.append(time.monotonic())
        return limited(503, None, "1")

    internet.answers = answers
    failure(lambda: CALLS["create"](real))
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            CALLS["create"](real)
            break
        except CrmError:
            time.sleep(0.02)

    assert 1 <= time.monotonic() - said[0] < 30


@pytest.mark.parametrize("value", ["", "0", "-1", "soon", None])
def test_nothing_understood(real: Rooms, internet: Internet, value: str | None) -> None:
    """Without a time that can be told, the next callback asks again."""
    headers = () if value is None else (("Retry-After", value),)
    left = [Answer(503, "", headers)]
    internet.answers = lambda call: left.pop() if left and call.path != TOKEN_PATH else None
    error = failure(lambda: CALLS["create"](real))

    assert 0 == error.retry_after
    assert real.crm.create(RECORD, "default-1", Deadline(10)).created


def test_second_try_that_is_asked_to_wait(real: Rooms, internet: Internet) -> None:
    """An answer that was lost, and then this: the outcome is unknown, and the wait is kept."""
    left = [Answer(0), limited(503, None, "60")]
    internet.answers = lambda call: left.pop(0) if left and call.path != TOKEN_PATH else None
    error = failure(lambda: CALLS["create"](real))

    assert (True, 60) == (error.outcome_unknown, error.retry_after)


def test_short_wait_after_a_long_one() -> None:
    """A late answer that asks for less does not let calls out sooner; one that asks for more holds them longer."""
    gate = Gate()
    left = []
    for seconds in (60, 5, 0, 600, 60):
        error = CrmError(Reason.CRM_UNAVAILABLE, "Later.", outcome_unknown=True)
        error.retry_after = seconds
        gate.close(error)
        error.beside = "CaseComment"
        told = failure(gate.check)
        left.append(told.retry_after)
        assert (None, False) == (told.beside, told.outcome_unknown)

    assert [60, 60, 60, 600, 600] == [pytest.approx(one, abs=30) for one in left]


def test_failed_login_that_is_told_again(real: Rooms, internet: Internet, monkeypatch: pytest.MonkeyPatch) -> None:
    """A login's failure that is kept does not ask for its wait anew with each callback that it is told to."""
    monkeypatch.setattr(login_module, "REFUSED_PAUSE", 600.0)
    refused = Answer(400, {"error": "invalid_client"}, (("Retry-After", "1"),))
    internet.answers = lambda call: refused if call.path == TOKEN_PATH else None
    first = failure(lambda: CALLS["create"](real))
    time.sleep(1.1)
    later = failure(lambda: CALLS["create"](real))

    assert (Reason.LOGIN_REFUSED, 1) == (first.reason, first.retry_after)
    assert (Reason.LOGIN_REFUSED, 0) == (later.reason, later.retry_after)
    assert 1 == internet.logins


def test_no_login_meanwhile(real: Rooms, internet: Internet, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who only wants to know the org logs in as little as all others."""
    internet.answers = lambda call: limited(503, None, "60") if call.path != TOKEN_PATH else None
    failure(lambda: CALLS["create"](real))
    monkeypatch.setattr(login_module, "MAX_AGE", 0.0)
    told = failure(lambda: real.client.org(Deadline(10)))

    assert Reason.CRM_UNAVAILABLE is told.reason
    assert 0 < told.retry_after <= 60
    assert 1 == internet.logins
