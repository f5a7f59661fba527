"""A rule that makes nothing, over HTTP: what jtel hears, and what Salesforce does not."""

from pathlib import Path

from sqlalchemy import select

from app.ledger.tables import entry
from tests.support.ringback import RunningRingback
from tests.support.sandbox import RunningSandbox

RULES = Path(__file__).parent / "skipping.yaml"


def test_is_answered_and_stored(tmp_path: Path, sandbox: RunningSandbox) -> None:
    """The callback is a 200 `skipped` with the rule's why, each time; Salesforce hears nothing of it."""
    body = {"AcdEventsID": 4711, "CallbackNumber": "4930901820", "AcdGroupsName": "Test"}
    environment = {"RINGBACK_CONFIG": str(RULES), "WEB_CONCURRENCY": "1"}
    with RunningRingback(sandbox.url, tmp_path / "log", environment) as ringback:
        before = sandbox.calls()["total"]
        answers = [ringback.post(body) for _ in range(2)]
        after = sandbox.calls()["total"]
        with ringback.database.read() as connection:
            rows = connection.execute(select(entry.c.state, entry.c.reason, entry.c.attempts)).all()
    expected = {
        "status": "skipped",
        "reason": "skipped_by_rule",
        "message": "Rule tests makes nothing of it: test phones",
        "acdEventsId": 4711,
        "rule": "tests",
        "sandbox": True,
    }

    for answer in answers:
        assert answer.body.pop("requestId")
        assert (200, expected) == (answer.status, answer.body)
    assert [("discarded", "skipped_by_rule", 0)] == [tuple(row) for row in rows]
    assert before == after
