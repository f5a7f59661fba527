"""A delivery that notes calls of served callers, on each database, with the sandbox for its Salesforce."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from app.delivery.attempt import Attempts
from app.delivery.request.intake import Sent
from app.delivery.served.due import DueCalls
from app.delivery.served.noting import Noting
from app.delivery.served.taking import CallTaking
from app.domain.outcome import Outcome
from app.domain.source import ServedCallers
from app.ledger.served_calls import ServedCalls
from app.mapping.rules import Config
from tests.delivery.conftest import CONFIG, Desk, crm_at, open_desk
from tests.support.callers import clock
from tests.support.sandbox import RunningSandbox

NUMBER = "4930901820"
CASES = "SELECT Id, CaseNumber, IsClosed, OwnerId, Reached__c, jtel_AcdEventsID__c FROM Case ORDER BY CaseNumber"
COMMENTS = "SELECT ParentId, CommentBody FROM CaseComment"


@dataclass
class CallDesk:
    """`now` is when everything happens that is asked for without a time."""

    desk: Desk
    sandbox: RunningSandbox
    taking: CallTaking
    due: DueCalls
    now: datetime

    def callback(self, event_id: int, number: str = NUMBER, source: str = "default", ago: float = 600) -> Outcome:
        """A caller asks to be called back."""
        body = {"AcdEventsID": event_id, "Caller": number, "dtCallEnd": clock(self.now - timedelta(seconds=ago))}
        config = self.desk.delivery.in_force.loaded.config
        return self.desk.delivery.accept(Sent(json.dumps(body).encode(), b"", config.sources[source], "a-request"))

    def call(self, number: str = NUMBER, source: str = "default", **more: Any) -> str:
        """The caller rings again and is served: what jtel is told."""
        return str(self.outcome(number, source, **more).status.value)

    def outcome(self, number: str = NUMBER, source: str = "default", **more: Any) -> Outcome:
        """All of it."""
        values = {"caller": number, "date_time": clock(self.now), "agent_uid": "aberg", **more}
        config = self.desk.delivery.in_force.loaded.config
        return self.taking.take(json.dumps(values).encode(), b"", config.sources[source], "a-request")

    def comments(self) -> list[str]:
        """The first line of each comment."""
        return [row["CommentBody"].partition("\n")[0] for row in self.sandbox.query(COMMENTS)]


@pytest.fixture
def served() -> ServedCallers:
    """What the source `default` allows."""
    return ServedCallers(timedelta(hours=24), "Reached__c")


@pytest.fixture
def calls(each_ledger: str, sandbox: RunningSandbox, served: ServedCallers) -> Iterator[CallDesk]:
    sandbox.org("add-field", object="Case", field="Reached__c", type="datetime")
    sources = {
        name: replace(source, served_callers=served if name == "default" else ServedCallers(timedelta(hours=24)))
        for name, source in CONFIG.sources.items()
    }
    crm = crm_at(sandbox)
    with open_desk(each_ledger, crm, Config(sources, CONFIG.rules), seconds=5.0) as desk:
        desk.heartbeats.beat("engine")
        in_force, known = desk.delivery.in_force, ServedCalls(desk.ledger)

        def noting(attempts: Attempts) -> Noting:
            return Noting(attempts, known, 3600.0)

        hearts, attempts = desk.heartbeats, desk.delivery.attempts
        taking = CallTaking(in_force, noting(attempts), hearts, 5.0, lambda: None)
        due = DueCalls(in_force, noting(desk.engine.attempts))
        desk.engine.calls = due
        yield CallDesk(desk, sandbox, taking, due, datetime.now().astimezone().replace(microsecond=0))


def rounds(calls: CallDesk, until: Sequence[str]) -> list[str]:
    """The comments, once the engine has come so far."""
    for _ in range(200):
        if calls.comments() == until:
            break
        calls.desk.engine.run_once()
    return calls.comments()
