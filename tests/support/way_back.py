"""The whole circle: a Flow asks Ringback, Ringback asks jtel, jtel sends its callback, and Salesforce has the Case."""

import itertools
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
from sqlalchemy import delete, select, update

from app.ledger.tables import wish
from tests.support.jtel import Asked, JtelServer, Told, listed, single
from tests.support.patience import PATIENCE
from tests.support.ringback import Answer, RunningRingback
from tests.support.sandbox import API, RunningSandbox
from tests.support.writing import writing

FLOW_SECRET = "a-secret-of-flows-that-is-long-enough"
NUMBER = "4930901820"
CREATE = "POST /acd/events/create"
GROUPS = "GET /acd/groups/group"
CASES = "SELECT Id FROM Case"
COMMENTS = "SELECT ParentId, CommentBody FROM CaseComment"
_CASE_NUMBERS = itertools.count(1)


class Circle:
    """`events` are those that jtel has, by id. Whoever waits at the `gate` goes on when it is set."""

    def __init__(self, sandbox: RunningSandbox, jtel: JtelServer, log: Path, environment: Mapping[str, str]) -> None:
        self.sandbox, self.jtel = sandbox, jtel
        self._lock = threading.Lock()
        self.ringback = RunningRingback(
            sandbox.url,
            log,
            {
                **jtel.environment,
                "RINGBACK_FLOW_SECRET": FLOW_SECRET,
                "WEB_CONCURRENCY": "1",
                "RINGBACK_DEADLINE": "2",
                **environment,
            },
        )
        self._begin()

    def _begin(self) -> None:
        self.events: dict[int, Mapping[str, Any]] = {}
        self.gate = threading.Event()
        self._ids = itertools.count(4711)
        self.jtel.replies.update({CREATE: self.create, GROUPS: listed([])})
        self.jtel.asked.clear()

    def reset(self) -> None:
        """Nobody has asked for anything yet."""
        self.gate.set()
        self._begin()
        with writing(self.ringback.database) as connection:
            connection.execute(delete(wish))
        self.ringback.reset()

    def create(self, asked: Asked) -> Told:
        """A new event, as jtel answers it."""
        with self._lock:
            event_id = next(self._ids)
            self.events[event_id] = asked.body
        return single({"ID": event_id, **asked.body, "AcdEventStatusID": 1})

    def update(self, event_id: int) -> Callable[[Asked], Told]:
        """The event that was there already."""
        return lambda asked: single({"ID": event_id, **asked.body, "Result_": "UPDATED"})

    def lose(self, told: Told) -> Callable[[Asked], Told]:
        """jtel has made the event, and this is all that one hears of it."""

        def reply(asked: Asked) -> Told:
            self.create(asked)
            return told

        return reply

    def wait_at_gate(self, asked: Asked) -> Told:
        """The event is made at once, and its answer waits."""
        answer = self.create(asked)
        self.gate.wait(PATIENCE)
        return answer

    def case(self) -> str:
        """The id of a new Case, as an agent makes it."""
        headers = {"Authorization": f"Bearer {self.sandbox.token()}"}
        new = {"Subject": f"Question {next(_CASE_NUMBERS)}", "Origin": "Web"}
        answer = requests.post(f"{self.sandbox.url}{API}/sobjects/Case", json=new, headers=headers, timeout=PATIENCE)
        assert answer.ok, answer.text
        return str(answer.json()["id"])

    def ask(self, case_id: str, path: str = "/jtel/callbacks", secret: str | None = FLOW_SECRET, **more: Any) -> Answer:
        """What the Flow sends."""
        sent = {"caseId": case_id, "number": f"+{NUMBER}", "group": 235, **more}
        return self.ringback.post(sent, path, secret=secret)

    def call_back(self, event_id: int, **more: Any) -> Answer:
        """The callback that jtel sends for its event, as release 3.28 encodes it."""
        event = self.events[event_id]
        sent = {
            "AcdEventsID": event_id,
            "Caller": event["Sender"],
            "CallbackNumber": event["Sender"],
            "AcdGroupsID": event["AcdGroupsID"],
            "Subject": event["Subject"],
            "SalesforceId": event["UserData"],
        }
        return self.ringback.post({**sent, **more})

    def wishes(self) -> list[dict[str, Any]]:
        """Their rows, the oldest first."""
        with self.ringback.database.read() as connection:
            return [dict(row._mapping) for row in connection.execute(select(wish).order_by(wish.c.id))]

    def expire(self) -> None:
        """The leases of all wishes run out."""
        with writing(self.ringback.database) as connection:
            connection.execute(update(wish).values(lease_until=0.0))

    def wait_for(self, state: str) -> dict[str, Any]:
        """The only wish once it is in this state."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            (only,) = self.wishes()
            if only["state"] == state:
                return only
            time.sleep(0.05)
        raise AssertionError(f"not {state}: {only}")

    def cases(self) -> set[str]:
        """The ids of all Cases."""
        return {one["Id"] for one in self.sandbox.query(CASES)}

    def said(self, event: str) -> list[dict[str, Any]]:
        """The lines of the log of this event."""
        return [line for line in self.ringback.log_lines() if line["event"] == event]

    def comments(self, case_id: str) -> list[str]:
        """Those of this Case."""
        return [one["CommentBody"] for one in self.sandbox.query(COMMENTS) if one["ParentId"] == case_id]


@contextmanager
def circle_at(sandbox: RunningSandbox, folder: Path, environment: Mapping[str, str] | None = None) -> Iterator[Circle]:
    """A circle with a Ringback and a jtel of its own."""
    with JtelServer() as jtel:
        circle = Circle(sandbox, jtel, folder / "log", environment or {})
        with circle.ringback:
            yield circle
        circle.gate.set()
