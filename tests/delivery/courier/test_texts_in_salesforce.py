"""What callers say arrives in Salesforce letter by letter, on every way there."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.delivery.request.intake import Sent
from app.domain.entry import State
from app.domain.outcome import Status
from app.domain.reasons import Reason
from app.ledger.pauses import ORG
from app.ledger.tables import entry as rows
from tests.delivery.conftest import CONFIG, Desk, crm_at, open_desk
from tests.support.ledgers import create_sqlite
from tests.support.sandbox import RunningSandbox
from tests.support.texts import LIKE_REFERENCES, REFERENCES

TEXTS = (*REFERENCES, *LIKE_REFERENCES)
CASES = "SELECT Id, CaseNumber, Description, jtel_AcdEventsID__c FROM Case"


@pytest.fixture
def desk(tmp_path: Path, sandbox: RunningSandbox) -> Iterator[Desk]:
    with open_desk(create_sqlite(tmp_path / "ledger.db"), crm_at(sandbox), seconds=5.0) as opened:
        opened.heartbeats.beat("engine")
        yield opened


def sent(event_id: int, text: str, **fields: str) -> Sent:
    callback = {"AcdEventsID": event_id, "CallbackNumber": f"49309018{event_id:02}", "Body": text, **fields}
    return Sent(json.dumps(callback).encode(), b"", CONFIG.sources["default"], f"request-{event_id}")


@pytest.mark.parametrize("text", REFERENCES)
def test_every_part(desk: Desk, sandbox: RunningSandbox, text: str) -> None:
    """The body, the subject, the group's name, a nickname: the Case's description has them all as they were said."""
    outcome = desk.delivery.accept(sent(1, text, Subject=text, AcdGroupsName=text, TargetUsersNickName=text))
    (case,) = sandbox.query(CASES)

    assert Status.CREATED is outcome.status
    assert outcome.written is not None
    assert (case["Id"], case["CaseNumber"]) == (outcome.written.id, outcome.written.number)
    assert 4 == sum(line.endswith(text) for line in case["Description"].splitlines())


def test_backlog(desk: Desk, sandbox: RunningSandbox) -> None:
    """What has waited is delivered in two calls: of texts that a composite call leaves as they are, and of others."""
    desk.pauses.begin(ORG, Reason.CRM_UNAVAILABLE.word, 3600)
    for place, text in enumerate(TEXTS):
        desk.delivery.accept(sent(place + 10, text))
    desk.pauses.end(ORG)
    before = sandbox.calls()
    while desk.ledger.select(rows.c.state != State.DELIVERED.value):
        desk.engine.run_once()
    after = sandbox.calls()
    cases = {row["jtel_AcdEventsID__c"]: row["Description"] for row in sandbox.query(CASES)}

    assert [True] * len(TEXTS) == [
        text in cases[f"default-{place + 10}"].splitlines() for place, text in enumerate(TEXTS)
    ]
    # One more reads the numbers, one more describes the object; one more logs in.
    assert 4 + after["logins"] - before["logins"] == after["total"] - before["total"]


@pytest.mark.parametrize("text", REFERENCES)
def test_change(desk: Desk, sandbox: RunningSandbox, text: str) -> None:
    """What the caller has changed since is added as it was said, and once."""
    desk.delivery.accept(sent(1, "first"))
    for _ in range(2):
        desk.delivery.accept(sent(1, text))
    (comment,) = sandbox.query("SELECT CommentBody FROM CaseComment")

    assert text in comment["CommentBody"].splitlines()


def test_change_whose_answer_was_lost(desk: Desk, sandbox: RunningSandbox) -> None:
    """A comment that went by a plain call and whose answer did not arrive is found by its mark."""
    desk.delivery.accept(sent(1, "first"))
    sandbox.fault("reset_after", next=1, match="POST /services/data/v66.0/sobjects/CaseComment")
    changed = desk.delivery.accept(sent(1, "@{record.id}"))
    while desk.ledger.select(rows.c.state != State.DELIVERED.value):
        desk.engine.run_once()

    assert Status.QUEUED is changed.status
    assert 1 == len(sandbox.query("SELECT Id FROM CaseComment"))
