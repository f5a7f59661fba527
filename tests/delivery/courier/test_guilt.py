"""A record answers for what it met alone, or for what names its own field; companions are innocent."""

from collections.abc import Sequence

import pytest
from structlog.testing import capture_logs

from app.delivery.courier.courier import Courier
from app.delivery.courier.member import Lane, Member
from app.delivery.pausing import THRESHOLD, Away
from app.domain.errors import CrmError
from app.domain.reasons import Reason, Scope
from app.domain.record import Written
from tests.delivery.courier.conftest import Meets, WatchedCrm
from tests.delivery.courier.errands import members, results
from tests.support.patience import PATIENCE

SHARED = [
    Reason.TRIGGER_FAILED,
    Reason.CALL_REFUSED,
    Reason.RECORD_LOCKED,
    Reason.CRM_UNAVAILABLE,
    Reason.CRM_BUSY,
    Reason.STORAGE_FULL,
    Reason.CRM_REFUSED,
]
SILENT = [Reason.CRM_TIMEOUT, Reason.CRM_CONNECTION_LOST, Reason.CRM_ANSWER_UNREADABLE]


def spoilt(reason: Reason, guilty: Sequence[int], *, alone: bool = True, unknown: bool = False) -> Meets:
    """What a call comes to that one of the guilty is in; `alone` if they meet it by themselves, too."""
    ids = {f"default-{number}" for number in guilty}

    def meets(called: list[str]) -> CrmError | None:
        if not ids & set(called) or (len(called) == 1 and not alone):
            return None
        error = CrmError(reason, "Too many SOQL queries: 101", outcome_unknown=unknown)
        error.shared = not unknown
        return error

    return meets


def failed(sent: Sequence[Member]) -> dict[str, str]:
    ended = zip(sent, results(sent), strict=True)
    return {one.external_id: result for one, result in ended if isinstance(result, str)}


@pytest.mark.parametrize("lane", Lane, ids=lambda lane: lane.value)
@pytest.mark.parametrize("reason", SHARED, ids=lambda reason: reason.word)
def test_one_spoils_the_call(crm: WatchedCrm, courier: Courier, reason: Reason, lane: Lane) -> None:
    """The others are written whole, in few calls, and only the one that met it alone has failed."""
    crm.meets = spoilt(reason, [7])
    sent = members(range(20), lane=lane)
    courier.send(sent)

    assert {"default-7": reason.word} == failed(sent)
    assert {f"default-{number}" for number in range(20) if number != 7} == crm.records.keys()
    assert len(crm.together) <= 12


@pytest.mark.parametrize("reason", SILENT, ids=lambda reason: reason.word)
def test_one_that_makes_it_silent(crm: WatchedCrm, courier: Courier, reason: Reason) -> None:
    """So it is where nobody answers: the next calls are halves, down to the one, whose outcome is unknown."""
    crm.meets = spoilt(reason, [150], unknown=True)
    sent = members(range(200))
    courier.send(sent)
    ended = failed(sent)
    error = sent[150].exception(PATIENCE)

    assert "default-150" in ended
    assert isinstance(error, CrmError)
    assert error.outcome_unknown
    sizes = sorted(map(len, crm.together), reverse=True)
    assert [200, 100, 100, 50] == sizes[:4]


def test_limit_that_nobody_meets_alone(crm: WatchedCrm, courier: Courier) -> None:
    """Those that are too many for one transaction are all written in smaller ones."""
    crm.meets = lambda called: spoilt(Reason.TRIGGER_FAILED, range(64))(called) if len(called) > 10 else None
    sent = members(range(64))
    courier.send(sent)

    assert {} == failed(sent)
    assert [64, 32, 32, 16, 16, 16, 16] == sorted(map(len, crm.together), reverse=True)[:7]


@pytest.mark.parametrize("guilty", [(1, 101), (7, 8), (199, 0), (1, 2, 3)])
def test_several(crm: WatchedCrm, courier: Courier, guilty: Sequence[int]) -> None:
    """However they lie, all others are written."""
    crm.meets = spoilt(Reason.TRIGGER_FAILED, guilty)
    sent = members(range(200))
    courier.send(sent)

    assert {f"default-{number}" for number in guilty} == failed(sent).keys()


def test_call_that_wrote_before_it_failed(crm: WatchedCrm, courier: Courier) -> None:
    """What is found then may be this record's own, and is told so; what cannot be told is unknown."""
    crm.lost = 1
    sent = members(range(8))
    courier.send(sent)
    written = [one for one in results(sent) if isinstance(one, Written)]

    assert [(False, True)] * 8 == [(one.created, one.in_doubt) for one in written]


def test_refused_after_it_may_have_been_written(crm: WatchedCrm, courier: Courier) -> None:
    """What a later call says does not tell what the first one did."""
    lost = CrmError(Reason.CRM_TIMEOUT, "Lost.", outcome_unknown=True)
    refused = CrmError(Reason.VALIDATION_RULE, "No.")
    crm.meets = lambda called: lost if len(called) > 1 else refused
    sent = members(range(2))
    courier.send(sent)
    errors = [one.exception(PATIENCE) for one in sent]

    assert all(isinstance(error, CrmError) and error.outcome_unknown for error in errors)
    assert {"crm_timeout"} == set(failed(sent).values())


@pytest.mark.parametrize("reason", [Reason.CRM_UNREACHABLE, Reason.API_LIMIT, Reason.LOGIN_REFUSED])
def test_what_all_meet(crm: WatchedCrm, courier: Courier, reason: Reason) -> None:
    """What has nothing to do with the records is not tried with fewer of them, and is told of one."""
    crm.meets = lambda _: CrmError(reason, "Nothing works.")
    sent = members(range(50))
    courier.send(sent)
    errors = [one.exception(PATIENCE) for one in sent]

    assert [50] == list(map(len, crm.together))
    assert [False] + [True] * 49 == [isinstance(error, CrmError) and error.echo for error in errors]


@pytest.mark.parametrize("reason", [Reason.CALL_REFUSED, Reason.CRM_UNAVAILABLE, Reason.CRM_TIMEOUT])
def test_others_fail_too(crm: WatchedCrm, courier: Courier, reason: Reason) -> None:
    """Where all that go fail, the rest comes back: the CRM is away, and nobody is guilty."""
    crm.meets = spoilt(reason, range(200), unknown=reason is Reason.CRM_TIMEOUT)
    sent = members(range(200))
    courier.send(sent)

    assert {reason.word} == set(failed(sent).values())
    assert 200 == len(failed(sent))
    assert len(crm.together) < 25


def test_one_that_fails_again_and_again(crm: WatchedCrm, courier: Courier) -> None:
    """Does not count as several: what waits beside it goes on."""
    crm.meets = spoilt(Reason.CALL_REFUSED, [1])
    for _ in range(5):
        results(send(courier, members([1])))
    sent = send(courier, members([1, 2]))

    assert {"default-1": "call_refused"} == failed(sent)


def send(courier: Courier, sent: list[Member]) -> list[Member]:
    courier.send(sent)
    return sent


def test_bug_with_one(crm: WatchedCrm, courier: Courier, monkeypatch: pytest.MonkeyPatch) -> None:
    """What our own code stumbles over costs the others nothing, and the one hears it."""

    def stumble(called: list[str]) -> CrmError | None:
        if "default-5" in called:
            raise OverflowError
        return None

    monkeypatch.setattr(crm, "meets", stumble)
    with capture_logs() as logs:
        ended = failed(send(courier, members(range(9))))

    assert {"default-5": "OverflowError"} == ended
    assert {"call_stumbled"} == {line["event"] for line in logs}


@pytest.mark.parametrize(
    "reason", [one for one in Reason if one.scope is Scope.CALLBACK][:30], ids=lambda one: one.word
)
def test_field_is_named(crm: WatchedCrm, courier: Courier, reason: Reason) -> None:
    """Who is named by a field of its own in a common call needs no call alone: it goes again without it."""
    crm.bad = {"Origin": reason}
    sent = send(courier, members(range(30), fields={"Subject": "x", "Description": "y", "Origin": "Phone"}))

    assert {} == failed(sent)
    assert [30, 30] == list(map(len, crm.together))
    assert {("Origin",)} == {tuple(dropped.field for dropped in one.result().dropped) for one in sent}


def test_bug_after_a_call_that_may_have_written(crm: WatchedCrm, courier: Courier) -> None:
    """That our own code stumbles afterwards does not tell what became of it: its outcome stays unknown."""

    def meets(called: list[str]) -> CrmError | None:
        if len(called) == 1:
            raise OverflowError
        return CrmError(Reason.CRM_TIMEOUT, "Lost.", outcome_unknown=True)

    crm.meets = meets
    errors = [one.exception(PATIENCE) for one in send(courier, members(range(2)))]

    assert all(isinstance(error, CrmError) and error.outcome_unknown for error in errors)


@pytest.mark.parametrize(
    ("reason", "told"),
    [(Reason.OBJECT_NOT_FOUND, [False, True, False, True]), (Reason.API_LIMIT, [False, *[True] * 3])],
)
def test_call_of_two_rules(crm: WatchedCrm, courier: Courier, reason: Reason, told: list[bool]) -> None:
    """Each rule hears of trouble that pauses rules, once; what all meet is told once."""
    crm.meets = lambda _: CrmError(reason, "No.")
    sent = members(range(2)) + members(range(2, 4), rule="b2c")
    courier.send(sent)
    errors = [one.exception(PATIENCE) for one in sent]

    assert [4] == list(map(len, crm.together))
    assert told == [isinstance(error, CrmError) and error.echo for error in errors]


def test_nothing_succeeds_for_long() -> None:
    """What is remembered of it does not grow."""
    away, error = Away(), CrmError(Reason.CRM_UNREACHABLE, "Nobody is there.")
    for number in range(100):
        after = away.after(f"default-{number}", [error])

    assert error is after
    assert THRESHOLD == len(away.calls.failed)
