"""An event with several contents: each reaches the event's latest Case, or makes the next one."""

import time
from typing import Any

import pytest
from sqlalchemy import update

from app.ledger.tables import entry as rows
from tests.support.ringback import Answer, RunningRingback
from tests.support.sandbox import RunningSandbox
from tests.support.writing import writing

CASES = "SELECT Id, ParentId, jtel_AcdEventsID__c FROM Case ORDER BY CaseNumber"
# Just longer than the deadline.
LATE = 2.3
COMMENTS = "SELECT ParentId, CommentBody FROM CaseComment ORDER BY CreatedDate"


class Event:
    """One event of jtel's, whose callback is changed again and again."""

    def __init__(self, ringback: RunningRingback, sandbox: RunningSandbox, event_id: int) -> None:
        self.ringback, self.sandbox, self.event_id = ringback, sandbox, event_id

    def send(self, body: str, **fields: Any) -> Answer:
        return self.ringback.post(
            {"AcdEventsID": self.event_id, "CallbackNumber": "4930901820", "Body": body, **fields}
        )

    def close(self, answer: Answer) -> None:
        self.sandbox.org("close-case", case=answer.body["caseId"])

    def refuse(self, body: str, state: str, **values: Any) -> None:
        """A content that Salesforce does not take, and what became of it since."""
        self.sandbox.org("add-field", object="Case", field="Reason__c", type="string", length=40, required=True)
        assert 500 == self.send(body).status
        self.sandbox.org("drop-field", object="Case", field="Reason__c")
        turn = max(one["turn"] for one in self.ringback.entries())
        with writing(self.ringback.database) as connection:
            connection.execute(update(rows).where(rows.c.turn == turn).values(state=state, **values))

    def cases(self) -> list[tuple[str, str | None]]:
        """External id and the parent's external id of each Case of the event, the oldest first."""
        found = self.sandbox.query(CASES)
        names = {case["Id"]: case["jtel_AcdEventsID__c"].removeprefix(f"default-{self.event_id}") for case in found}
        return [(names[case["Id"]], names.get(case["ParentId"])) for case in found]

    def comments(self) -> list[tuple[str, str]]:
        """External id of the Case, and which content it has got."""
        names = {case["Id"]: case["jtel_AcdEventsID__c"] for case in self.sandbox.query(CASES)}
        found = self.sandbox.query(COMMENTS)
        short = [names[one["ParentId"]].removeprefix(f"default-{self.event_id}") for one in found]
        words = ("first", "second", "third", "fourth")
        contents = [next(word for word in words if word in one["CommentBody"]) for one in found]
        return list(zip(short, contents, strict=True))


@pytest.fixture
def event(ringback: RunningRingback, sandbox: RunningSandbox, event_id: int) -> Event:
    return Event(ringback, sandbox, event_id)


def test_successor_counts(event: Event) -> None:
    """Once a closed Case has an open successor, what changes further is a comment on that."""
    event.close(event.send("first"))
    second, third = event.send("second"), event.send("third")

    assert ["created", "updated"] == [second.body["status"], third.body["status"]]
    assert second.body["caseId"] == third.body["caseId"]
    assert [("", None), ("-2", "")] == event.cases()
    assert [("-2", "third")] == event.comments()


def test_successor_of_a_successor(event: Event) -> None:
    """A closed successor gets one of its own, which names it as its parent."""
    event.close(event.send("first"))
    event.close(event.send("second"))
    event.send("third")
    event.send("fourth")

    assert [("", None), ("-2", ""), ("-3", "-2")] == event.cases()
    assert [("-3", "fourth")] == event.comments()


def test_comment_before_the_case_was_closed(event: Event) -> None:
    """A content that became a comment has no Case of its own; the next one follows the Case that it stands on."""
    first = event.send("first")
    event.send("second")
    event.close(first)
    event.send("third")

    assert [("", None), ("-3", "")] == event.cases()
    assert [("", "second")] == event.comments()


def test_deleted_successor(event: Event, sandbox: RunningSandbox) -> None:
    """A successor that an agent has deleted does not count; the Case before it does."""
    event.close(event.send("first"))
    second = event.send("second")
    sandbox.delete("Case", second.body["caseId"])
    event.send("third")

    assert [("", None), ("-3", "")] == event.cases()


@pytest.mark.parametrize("state", ["refused", "failed", "discarded"])
def test_first_content_never_became_a_case(event: Event, state: str) -> None:
    """What was refused, has failed or was discarded holds nothing up: the next content makes the event's Case."""
    event.refuse("first", state)
    second, third = event.send("second"), event.send("third")

    assert ["created", "updated"] == [second.body["status"], third.body["status"]]
    assert [("", None)] == event.cases()
    assert [("", "third")] == event.comments()


@pytest.mark.parametrize("state", ["refused", "failed", "discarded"])
def test_a_later_content_never_reached_the_case(event: Event, state: str) -> None:
    """The same for one between them: the Case before it counts."""
    event.close(event.send("first"))
    event.refuse("second", state)
    event.send("third")

    assert [("", None), ("-3", "")] == event.cases()


def test_first_content_may_be_there(event: Event, sandbox: RunningSandbox) -> None:
    """A failed content whose outcome is unknown may have its Case: Salesforce is asked."""
    sandbox.fault("reset_after", next=2, match="composite")
    event.send("first")
    sandbox.clear_faults()
    event.ringback.wait_for("delivered")
    with writing(event.ringback.database) as connection:
        connection.execute(update(rows).values(state="failed", unknown=True, record_id=None, delivered_at=None))
    event.send("second")

    assert [("", None)] == event.cases()
    assert [("", "second")] == event.comments()


@pytest.mark.parametrize("state", ["refused", "failed"])
def test_first_content_again(event: Event, state: str) -> None:
    """A first content that comes again after a later one has made the Case is added to it as a comment."""
    event.refuse("first", state)
    event.send("second")
    again = event.send("first")

    assert "existing" == again.body["status"]
    assert [("", None)] == event.cases()
    assert [("", "first")] == event.comments()


def test_lost_request_of_a_first_content(event: Event, sandbox: RunningSandbox) -> None:
    """A request that was lost on its way is not taken for the one that made another content's Case."""
    event.refuse("first", "refused")
    event.send("second")
    sandbox.fault("reset_before", next=1, match="composite")
    again = event.send("first")

    assert "existing" == again.body["status"]
    assert [("", None)] == event.cases()
    assert [("", "first")] == event.comments()


def test_first_content_again_when_the_case_is_closed(event: Event) -> None:
    """It makes the next Case, once, and a later content goes there."""
    event.refuse("first", "refused")
    event.close(event.send("second"))
    again, repeat, third = event.send("first"), event.send("first"), event.send("third")

    assert ["created", "existing", "updated"] == [one.body["status"] for one in (again, repeat, third)]
    assert [("", None), ("-1", "")] == event.cases()
    assert [("-1", "third")] == event.comments()


def test_first_content_again_when_there_is_a_successor(event: Event) -> None:
    """It is added to the event's latest Case, and so is what comes after it."""
    event.refuse("first", "refused")
    event.close(event.send("second"))
    latest, again = event.send("third"), event.send("first")
    event.send("fourth")

    assert latest.body["caseId"] == again.body["caseId"]
    assert [("", None), ("-3", "")] == event.cases()
    assert [("-3", "first"), ("-3", "fourth")] == sorted(event.comments())


def test_contents_follow_each_other(event: Event, sandbox: RunningSandbox) -> None:
    """While an earlier content waits the later ones wait, too, and they arrive in their order."""
    event.send("first")
    sandbox.fault("unavailable", share=1)
    answers = [event.send(body) for body in ("second", "third")]
    sandbox.clear_faults()
    event.ringback.wait_for("delivered")

    assert ["queued", "queued"] == [one.body["status"] for one in answers]
    assert [("", "second"), ("", "third")] == event.comments()


def test_contents_of_two_calls(event: Event) -> None:
    """When jtel has used an id twice, each call's changes reach its own Case."""
    monday, tuesday = {"dtCallStart": "2026-11-20T10:00:00"}, {"dtCallStart": "2026-11-21T10:00:00"}
    event.send("first", **monday)
    event.send("second", CallbackNumber="4989123456", **tuesday)
    event.send("third", **monday)
    event.send("fourth", CallbackNumber="4989123456", **tuesday)

    assert [("", None), ("-2", None)] == event.cases()
    assert [("", "third"), ("-2", "fourth")] == event.comments()


def test_comment_still_on_its_way(event: Event, sandbox: RunningSandbox) -> None:
    """A comment that Salesforce writes after our time-out is there once: it is looked for when it must be there."""
    event.send("first")
    sandbox.fault("latency", next=1, seconds=LATE, match="POST /services/data/v66.0/composite")
    answer = event.send("second")
    event.ringback.wait_for("delivered")
    time.sleep(LATE)

    assert "queued" == answer.body["status"]
    assert [("", "second")] == event.comments()


def test_quiet_time_is_kept_whoever_asks(event: Event, sandbox: RunningSandbox) -> None:
    """The end of a pause makes all that waits due at once, but the comment in doubt still waits."""
    event.send("first")
    sandbox.fault("latency", next=1, seconds=LATE, match="POST /services/data/v66.0/composite")
    event.send("second")
    with writing(event.ringback.database) as connection:
        connection.execute(update(rows).where(rows.c.state == "waiting").values(due_at=0.0))
    event.ringback.wait_for("delivered")
    time.sleep(LATE)

    assert [("", "second")] == event.comments()
