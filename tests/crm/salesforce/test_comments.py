"""Comments on a Case: each once, though nothing unique is about them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from time import monotonic, sleep

import pytest

from app.crm.lengths import COMMENT
from app.crm.mark import Mark
from app.crm.salesforce.client import Client
from app.domain.errors import CrmError
from app.domain.reasons import Reason
from app.domain.record import Record
from app.waiting import Deadline
from tests.crm.salesforce.conftest import Rooms
from tests.support.sandbox import RunningSandbox

ADD = "POST /services/data/v66.0/composite"
LATE = 1.5


@pytest.fixture
def case_id(rooms: Rooms) -> str:
    return str(rooms.crm.create(Record("Case", {"Subject": "Callback"}), "default-1", Deadline(5)).id)


def comments(sandbox: RunningSandbox) -> list[str]:
    """Their texts."""
    return sorted(row["CommentBody"] for row in sandbox.query("SELECT CommentBody FROM CaseComment"))


def say(rooms: Rooms, case_id: str, text: str, mark: str, seconds: float = 5.0) -> None:
    rooms.crm.comment(case_id, text, Mark(mark), Deadline(seconds))


def test_once(rooms: Rooms, case_id: str, sandbox: RunningSandbox) -> None:
    """A comment with another mark is added, one whose mark is there is not; each look or comment is one API call."""
    before = sandbox.calls()["total"]
    for mark in ("[1]", "[2]", "[1]", "[2]", "[3]"):
        say(rooms, case_id, "Call me", mark)
    calls = sandbox.calls()["total"] - before

    assert ["Call me\n[1]", "Call me\n[2]", "Call me\n[3]"] == comments(sandbox)
    assert 8 == calls


def test_user_who_may_not_comment(rooms: Rooms, case_id: str, sandbox: RunningSandbox) -> None:
    """The error is about comments, and not about Cases or the API's version."""
    sandbox.org("object-access", user="ringback", object="CaseComment", access="none")
    with pytest.raises(CrmError) as caught:
        say(rooms, case_id, "Call me", "[1]")

    assert (Reason.OBJECT_NOT_FOUND, "CaseComment") == (caught.value.reason, caught.value.beside)
    assert "CaseComment" in caught.value.message


@pytest.mark.parametrize("text", ["x", "ä", "字", "😀", "x\n", "ä\r\n", "e\u0301"])
def test_longest(rooms: Rooms, case_id: str, sandbox: RunningSandbox, text: str) -> None:
    """A text that is too long is cut by its bytes, a line break as two, in one call more; its mark is whole."""
    say(rooms, case_id, text * 5_000, "[Ringback 1]")

    (comment,) = comments(sandbox)
    assert 3_985 <= COMMENT.size(comment) <= 4_000
    assert comment.startswith(text.strip())
    assert comment.endswith("…\n[Ringback 1]")


@pytest.mark.parametrize(("refusals", "most"), [(1, 4_000), (2, 2_000), (3, 1_000), (4, 500)])
def test_longer_than_the_org_takes(
    rooms: Rooms, case_id: str, sandbox: RunningSandbox, refusals: int, most: int
) -> None:
    """What an org counts in its own way, such as HTML, is cut until it fits, in the same deadline and with its mark."""
    say_no(sandbox, refusals, "Comment Body: data value too large: … (max length=4000)")
    say(rooms, case_id, "&" * 5_000, "[Ringback 1]")

    (comment,) = comments(sandbox)
    assert COMMENT.size(comment) <= most
    assert comment.endswith("&…\n[Ringback 1]")


@pytest.mark.parametrize("message", ["Body: Datenwert zu groß: … (maximale Länge=1.000)", "Too long"])
def test_length_that_is_named_in_another_way(rooms: Rooms, case_id: str, sandbox: RunningSandbox, message: str) -> None:
    """In another language, or not at all: a part of the text is there."""
    say_no(sandbox, 1, message)
    say(rooms, case_id, "x" * 5_000, "[Ringback 1]")

    (comment,) = comments(sandbox)
    assert 900 <= COMMENT.size(comment) <= 1_000


def test_refused_whatever_its_length(rooms: Rooms, case_id: str, sandbox: RunningSandbox) -> None:
    """After a few cuts the refusal is told."""
    say_no(sandbox, 100, "Comment Body: data value too large: … (max length=4000)")
    with pytest.raises(CrmError) as refused:
        say(rooms, case_id, "x" * 5_000, "[Ringback 1]")

    assert (Reason.VALUE_TOO_LONG, []) == (refused.value.reason, comments(sandbox))


def say_no(sandbox: RunningSandbox, times: int, message: str) -> None:
    sandbox.fault("error", next=times, code="STRING_TOO_LONG", message=message, fields=[], match="sobjects/CaseComment")


def test_call_that_comes_late(
    rooms: Rooms, connect: Callable[..., Rooms], case_id: str, sandbox: RunningSandbox
) -> None:
    """Salesforce gets to work on a call after we have given it up and commented anew: that call adds nothing."""
    say(rooms, case_id, "Said before", "[0]")
    sandbox.fault("latency", next=1, seconds=LATE, match=ADD)
    with pytest.raises(CrmError) as given_up:
        say(rooms, case_id, "Call me", "[1]", 0.5)
    say(rooms, case_id, "Call me", "[1]")
    end = monotonic() + LATE + 1
    while monotonic() < end:
        assert ["Call me\n[1]", "Said before\n[0]"] == comments(sandbox)
        sleep(0.1)

    assert (Reason.CRM_TIMEOUT, True) == (given_up.value.reason, given_up.value.outcome_unknown)


def test_who_stood_still(
    rooms: Rooms, connect: Callable[..., Rooms], case_id: str, monkeypatch: pytest.MonkeyPatch, sandbox: RunningSandbox
) -> None:
    """A process that was frozen after its look for the mark adds nothing when another has done its work meanwhile."""
    other, call = connect(), Client.call

    def freeze(self: Client, method: str, *arguments: object, **named: object) -> object:
        if method == "POST" and self is rooms.client:
            monkeypatch.setattr(Client, "call", call)
            say(other, case_id, "Call me", "[1]")
        return call(self, method, *arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(Client, "call", freeze)
    say(rooms, case_id, "Call me", "[1]")

    assert ["Call me\n[1]"] == comments(sandbox)


def test_many_at_once(rooms: Rooms, case_id: str, sandbox: RunningSandbox) -> None:
    """Different comments on one Case at the same moment wait for each other, and none is there twice."""
    marks = [f"[{number}]" for number in range(6)]

    def insist(mark: str) -> None:
        while True:
            with suppress(CrmError):
                return say(rooms, case_id, "Call me", mark)

    with ThreadPoolExecutor(len(marks)) as pool:
        list(pool.map(insist, marks))

    assert [f"Call me\n{mark}" for mark in marks] == comments(sandbox)


def test_refused(rooms: Rooms, case_id: str, sandbox: RunningSandbox) -> None:
    """What Salesforce has against the comment itself is told, and nothing is in doubt."""
    sandbox.fault("error", next=1, code="INSUFFICIENT_ACCESS_OR_READONLY", match="CaseComment")
    with pytest.raises(CrmError) as refused:
        say(rooms, case_id, "Call me", "[1]")

    assert (Reason.PERMISSION_MISSING, False) == (refused.value.reason, refused.value.outcome_unknown)
    assert [] == comments(sandbox)
